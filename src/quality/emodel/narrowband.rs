//! G.107 in full: every parameter, with its default.

use crate::quality::emodel::simultaneous::simultaneous;
use crate::quality::emodel::{Impairment, delay_impairment};

/// The input parameters of the narrow-band E-model (G.107 (06/2015) Table 2), at their defaults where not set.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Narrowband {
    /// SLR, send loudness rating in dB.
    pub send_loudness: f64,
    /// RLR, receive loudness rating in dB.
    pub receive_loudness: f64,
    /// STMR, side tone masking rating in dB.
    pub sidetone: f64,
    /// LSTR, listener side tone rating in dB.
    pub listener_sidetone: f64,
    /// Ds, D-value of the telephone at the sending side.
    pub send_d: f64,
    /// TELR, talker echo loudness rating in dB.
    pub talker_echo: f64,
    /// WEPL, weighted echo path loss in dB.
    pub echo_path_loss: f64,
    /// T, mean one-way delay of the echo path in ms.
    pub echo_delay: f64,
    /// Tr, round-trip delay in a four-wire loop in ms.
    pub round_trip: f64,
    /// Ta, delay in echo-free connections in ms: from mouth to ear.
    pub delay: f64,
    /// Number of quantisation distortion units.
    pub qdu: f64,
    /// Ie and Bpl of the codec.
    pub impairment: Impairment,
    /// Ppl, packets that are lost, in per cent.
    pub loss: f64,
    /// BurstR: runs of lost packets against those of random loss.
    pub burst_ratio: f64,
    /// Nc, circuit noise referred to the 0 dBr point, in dBm0p.
    pub circuit_noise: f64,
    /// Nfor, noise floor at the receiving side, in dBmp.
    pub noise_floor: f64,
    /// Ps, room noise at the sending side, in dB(A).
    pub send_room_noise: f64,
    /// Pr, room noise at the receiving side, in dB(A).
    pub receive_room_noise: f64,
    /// A, advantage factor.
    pub advantage: f64,
}

impl Default for Narrowband {
    fn default() -> Self {
        Self {
            send_loudness: 8.0,
            receive_loudness: 2.0,
            sidetone: 15.0,
            listener_sidetone: 18.0,
            send_d: 3.0,
            talker_echo: 65.0,
            echo_path_loss: 110.0,
            echo_delay: 0.0,
            round_trip: 0.0,
            delay: 0.0,
            qdu: 1.0,
            impairment: Impairment::NONE,
            loss: 0.0,
            burst_ratio: 1.0,
            circuit_noise: -70.0,
            noise_floor: -64.0,
            send_room_noise: 35.0,
            receive_room_noise: 35.0,
            advantage: 0.0,
        }
    }
}

/// Powers in decibels, added up.
fn power_sum(levels: [f64; 4]) -> f64 {
    10.0 * levels.iter().map(|db| 10f64.powf(db / 10.0)).sum::<f64>().log10()
}

impl Narrowband {
    /// R (eq. 7-1).
    pub fn rating(&self) -> f64 {
        let effective = self.impairment.effective(self.loss, self.burst_ratio, 95.0);
        self.signal_to_noise() - simultaneous(self) - self.delays() - effective + self.advantage
    }

    /// No, the sum of all noise at the 0 dBr point (eqs. 7-3 to 7-7).
    pub(super) fn noise(&self) -> f64 {
        let (ps, pr) = (self.send_room_noise, self.receive_room_noise);
        let olr = self.send_loudness + self.receive_loudness;
        let sent = ps - self.send_loudness - self.send_d - 100.0 + 0.004 * (ps - olr - self.send_d - 14.0).powi(2);
        let heard = pr + 10.0 * (1.0 + 10f64.powf((10.0 - self.listener_sidetone) / 10.0)).log10();
        let received = self.receive_loudness - 121.0 + heard + 0.008 * (heard - 35.0).powi(2);
        power_sum([self.circuit_noise, sent, received, self.noise_floor + self.receive_loudness])
    }

    /// Ro, the basic signal-to-noise ratio (eq. 7-2).
    pub(super) fn signal_to_noise(&self) -> f64 {
        15.0 - 1.5 * (self.send_loudness + self.noise())
    }

    /// Id: the talker's echo, the listener's echo, and delay by itself (eqs. 7-17 to 7-28).
    fn delays(&self) -> f64 {
        self.talkers_echo() + self.listeners_echo() + delay_impairment(self.delay)
    }

    fn talkers_echo(&self) -> f64 {
        let t = self.echo_delay;
        if t < 1.0 {
            return 0.0;
        }
        let heard = self.talker_echo - 40.0 * ((1.0 + t / 10.0) / (1.0 + t / 150.0)).log10();
        let rating = heard + 6.0 * (-0.3 * t * t).exp();
        let masked = if self.sidetone < 9.0 { rating + 0.5 * super::simultaneous::sidetone(self) } else { rating };
        let re = 80.0 + 2.5 * (masked - 14.0);
        let half = (-1.5 * (self.noise() - self.receive_loudness) - re) / 2.0;
        let echo = (half + (half * half + 100.0).sqrt() - 1.0) * (1.0 - (-t).exp());
        if self.sidetone > 20.0 { echo.hypot(super::simultaneous::sidetone(self)) } else { echo }
    }

    fn listeners_echo(&self) -> f64 {
        let rle = 10.5 * (self.echo_path_loss + 7.0) * (self.round_trip + 1.0).powf(-0.25);
        let half = (self.signal_to_noise() - rle) / 2.0;
        half + (half * half + 169.0).sqrt()
    }
}
