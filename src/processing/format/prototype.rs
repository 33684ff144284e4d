//! The low-pass filter of a resampler as a function of time: a short cosine series, fitted by least squares.
//!
//! A window of the same length would hold the pass band as close to 1 as the stop band to 0. Speech needs 40 dB less
//! in the pass band, and a fit trades that for attenuation: 90 dB within 2 ms of delay.

use std::f64::consts::PI;

/// What the filter is to do; frequencies in cycles and times in samples of the lower of the two rates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Goal {
    /// The impulse response ends here, and so long is the delay.
    pub(super) half: f64,
    /// Gain 1 up to this frequency.
    pub(super) pass: f64,
    /// Gain 0 from this frequency on.
    pub(super) stop: f64,
    /// Weight of the pass band's error power; the stop band's is 1.
    pub(super) weight: f64,
}

/// An even impulse response h(t) = Σ aₖ·cos(π·k·t/half) for |t| < half, else 0.
#[derive(Debug)]
pub(super) struct Prototype {
    half: f64,
    terms: Vec<f64>,
}

impl Prototype {
    /// Fits the response to the goal. Allocates.
    pub(super) fn fit(goal: Goal) -> Self {
        // Term k is a line at k/(2·half): a few beyond the stop edge shape the skirt, more add nothing.
        let bases = (goal.stop * 2.0 * goal.half) as usize + BEYOND;
        let mut normal = vec![vec![0.0; bases + 1]; bases];
        // A quarter of a line apart no lobe is missed; past the last line all fall with the cube of frequency.
        let quarter = 0.25 / (2.0 * goal.half);
        let pass = (0..).map(|i| goal.pass - f64::from(i) * quarter).take_while(|&f| f >= 0.0);
        let stop = (0..8 * bases as u32).map(|i| goal.stop + f64::from(i) * quarter);
        // The errors pile up at the edges, where a least square lets them: those points count more.
        let edge = |f: f64, e: f64| 1.0 + AT_EDGE / (1.0 + ((f - e).abs() / quarter / 4.0).powi(2));
        let points = pass.map(|f| (f, 1.0, goal.weight * edge(f, goal.pass)));
        for (frequency, wanted, weight) in points.chain(stop.map(|f| (f, 0.0, edge(f, goal.stop)))) {
            let line: Vec<f64> = (0..bases).map(|k| hann_line(k as f64, frequency, goal.half)).collect();
            for (row, &left) in normal.iter_mut().zip(&line) {
                for (sum, right) in row.iter_mut().zip(line.iter().chain([&wanted])) {
                    *sum += weight * left * right;
                }
            }
        }
        let solution = solve(normal);
        // The Hann window that every base carries, (1 + cos x)/2, moves half of each term to its neighbours.
        let mut terms = vec![0.0; bases + 1];
        for (k, a) in solution.into_iter().enumerate() {
            terms[k] += a / 2.0;
            terms[k + 1] += a / 4.0;
            terms[k.abs_diff(1)] += a / 4.0;
        }
        Self { half: goal.half, terms }
    }

    /// The response at `t` samples of the lower rate from its middle.
    pub(super) fn at(&self, t: f64) -> f64 {
        let t = t.abs();
        if t >= self.half {
            return 0.0;
        }
        // Clenshaw's recurrence: one cosine for all terms.
        let twice = 2.0 * sin_pi(t / self.half + 0.5);
        let (mut b1, mut b2) = (0.0, 0.0);
        for term in self.terms.iter().skip(1).rev() {
            (b1, b2) = (term + twice * b1 - b2, b1);
        }
        self.terms[0] + b1 * twice / 2.0 - b2
    }
}

/// Terms beyond the stop edge.
const BEYOND: usize = 4;

/// Weight of the points next to a band's edge, over that of the others. With it the ripple of either band is nearly
/// even, as in a minimax filter (tried from 0 to 30: 5 gains 3 dB, and more gains none).
const AT_EDGE: f64 = 5.0;

/// Gain at `frequency` of cos(π·k·t/half) under a Hann window.
fn hann_line(k: f64, frequency: f64, half: f64) -> f64 {
    let line = |k: f64| {
        let sinc = |x: f64| if x == 0.0 { 1.0 } else { sin_pi(x) / (PI * x) };
        half * (sinc(2.0 * half * frequency - k) + sinc(2.0 * half * frequency + k))
    };
    line(k) / 2.0 + (line(k - 1.0) + line(k + 1.0)) / 4.0
}

/// sin(π·x). Our own, since the system's sine differs in its last bit between processors, and the fit would carry that
/// into what is heard.
fn sin_pi(x: f64) -> f64 {
    let whole = x.round();
    let angle = PI * (x - whole);
    let square = angle * angle;
    // Taylor's series up to the 25th power: the next term is below 2⁻⁶⁰ at π/2.
    let series = (1..=12).rev().fold(1.0, |sum, k| 1.0 - sum * square / f64::from(2 * k * (2 * k + 1)));
    if whole % 2.0 == 0.0 { angle * series } else { -angle * series }
}

/// Solves symmetric positive definite equations; each row ends with its right side.
fn solve(mut rows: Vec<Vec<f64>>) -> Vec<f64> {
    for i in 0..rows.len() {
        let (above, below) = rows.split_at_mut(i + 1);
        let pivot = &above[i];
        for row in below {
            let factor = row[i] / pivot[i];
            row[i..].iter_mut().zip(&pivot[i..]).for_each(|(x, p)| *x -= factor * p);
        }
    }
    let mut solution = vec![0.0; rows.len()];
    for (i, row) in rows.iter().enumerate().rev() {
        let known: f64 = row[i + 1..].iter().zip(&solution[i + 1..]).map(|(a, x)| a * x).sum();
        solution[i] = (row[row.len() - 1] - known) / row[i];
    }
    solution
}

#[cfg(test)]
mod tests {
    use super::{Goal, PI, Prototype, sin_pi};

    #[test]
    fn our_sine_is_the_sine() {
        for x in (-4_000..4_000).map(|n| f64::from(n) * 0.0137) {
            assert!((sin_pi(x) - (PI * x).sin()).abs() < 1e-13, "{x}");
        }
        assert_eq!((sin_pi(0.0), sin_pi(7.0)), (0.0, 0.0));
    }

    #[test]
    fn the_response_is_even_and_ends_where_it_must() {
        let filter = Prototype::fit(Goal { half: 16.0, pass: 0.425, stop: 0.575, weight: 1e-4 });
        for t in (0..200).map(|n| f64::from(n) / 11.0) {
            assert_eq!(filter.at(t), filter.at(-t), "{t}");
            assert!(t < 16.0 || filter.at(t) == 0.0);
        }
        // A half-band filter but for its ripple: 1 in the middle, near 0 at each other input.
        assert!((filter.at(0.0) - 1.0).abs() < 0.05 && (1..16).all(|n| filter.at(f64::from(n)).abs() < 0.05));
    }
}
