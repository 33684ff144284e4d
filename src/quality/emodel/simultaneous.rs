//! What impairs a voice while it is heard: levels, side tone, quantisation (G.107 clause 7.3).

use crate::quality::emodel::Narrowband;

/// Is (eq. 7-8).
pub(super) fn simultaneous(p: &Narrowband) -> f64 {
    loudness(p) + sidetone(p) + quantisation(p)
}

/// (1 + x^n)^(1/n), which is |x| from some way above 1 on, whatever the power would overflow to.
fn knee(x: f64, n: f64) -> f64 {
    let power = x.abs().powf(n);
    if power.is_finite() { (1.0 + power).powf(1.0 / n) } else { x.abs() }
}

/// Iolr: too quiet a connection (eqs. 7-9 and 7-10).
fn loudness(p: &Narrowband) -> f64 {
    let olr = p.send_loudness + p.receive_loudness;
    let x = (olr + 0.2 * (64.0 + p.noise() - p.receive_loudness)) / 8.0;
    20.0 * (knee(x, 8.0) - x)
}

/// Ist: side tone that is not as it should be (eqs. 7-11 and 7-12).
pub(super) fn sidetone(p: &Narrowband) -> f64 {
    let echo = (-p.echo_delay / 4.0).exp() * 10f64.powf(-p.talker_echo / 10.0);
    let level = -10.0 * (10f64.powf(-p.sidetone / 10.0) + echo).log10();
    12.0 * knee((level - 13.0) / 6.0, 8.0)
        - 28.0 * knee((level + 1.0) / 19.4, 35.0)
        - 13.0 * knee((level - 3.0) / 33.0, 13.0)
        + 29.0
}

/// Iq: quantisation (eqs. 7-13 to 7-16).
fn quantisation(p: &Narrowband) -> f64 {
    let q = 37.0 - 15.0 * p.qdu.max(1e-9).log10();
    let g = 1.07 + 0.258 * q + 0.0602 * q * q;
    let y = (p.signal_to_noise() - 100.0) / 15.0 + 46.0 / 8.4 - g / 9.0;
    let z = 46.0 / 30.0 - g / 40.0;
    15.0 * (1.0 + 10f64.powf(y) + 10f64.powf(z)).log10()
}
