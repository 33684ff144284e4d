//! How much of the echo the linear filters leave, band by band.
//!
//! After J.-M. Valin, "On adjusting the learning rate in frequency domain echo cancellation with double-talk", IEEE
//! Trans. ASLP 15 (2007): what is left is a share of the echo that was subtracted, the leakage. It is followed here as
//! two quantiles of the ratio of the two while the near end is silent: a low one, of what must at least be taken away
//! under a voice, and a high one, above which there must be a voice.

/// What a quantile moves by in a block, as shares of itself.
#[derive(Clone, Copy, Debug)]
struct Pace {
    down: f32,
    up: f32,
    /// What it rises by even while the near end talks. Otherwise a changed path would be a voice for ever.
    forget: f32,
}

/// Takes less than the mean: a share that hardly ever takes a voice along.
const LOW: Pace = Pace { down: 0.1, up: 0.02, forget: 0.001 };

/// Most blocks are below it.
const HIGH: Pace = Pace { down: 0.06, up: 0.1, forget: 0.003 };

/// Before anything is known, of the order of the echo itself.
const START: f32 = 0.4;

/// Weight of the newest block in the powers.
const SMOOTHING: f32 = 0.3;

/// The leakage of one band.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leakage {
    error: f32,
    echo: f32,
    pub low: f32,
    pub high: f32,
}

impl Default for Leakage {
    fn default() -> Self {
        Self { error: 0.0, echo: 0.0, low: START, high: START }
    }
}

impl Leakage {
    /// Takes in the mean powers of a band; `near` is from 0, silent, to 1.
    pub fn update(&mut self, error: f32, echo: f32, noise: f32, near: f32) {
        self.error += SMOOTHING * (error - self.error);
        self.echo += SMOOTHING * (echo - self.echo);
        if self.echo > 4.0 * noise {
            let ratio = ((self.error - 2.0 * noise) / self.echo).clamp(LEAST, MOST);
            for (share, pace) in [(&mut self.low, LOW), (&mut self.high, HIGH)] {
                if ratio < *share {
                    *share += pace.down * (ratio - *share);
                } else {
                    *share *= 1.0 + (1.0 - near) * pace.up + pace.forget;
                }
                *share = share.clamp(LEAST, MOST);
            }
        }
    }
}

/// −40 dB: filters do not get deeper with voices and 16 bits.
const LEAST: f32 = 1e-4;

/// More than the echo itself where a loudspeaker makes new frequencies.
const MOST: f32 = 4.0;
