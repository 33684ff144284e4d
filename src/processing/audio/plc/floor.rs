//! The background behind the speech: followed while audio comes, continued where none does.

use crate::processing::audio::plc::noise::Noise;
use crate::processing::audio::plc::synthesis::{Piece, Synthesis};
use crate::processing::audio::plc::{MAX_ORDER, Predictor, dot};
use crate::types::SampleRate;

/// Of the packets every fourth is looked at: rooms change slowly.
const EVERY: u8 = 4;
/// What the level rises by from look to look: 3 dB a second with packets of 20 ms, so a sentence
/// without a breath does not reach the floor's level.
const RISE: f32 = 1.06;
/// Looks after which the quietest stretch is the background: two seconds of packets of 20 ms have a
/// pause among them.
const SETTLED: u8 = 25;
/// Mean square of what counts as silence: −90 dBFS, below the last bit of G.711.
const SILENCE: f32 = 1e-9;
/// What is kept of the quietest stretch.
const KEPT_MS: usize = 20;

/// Follows the quietest level; it lies with the concealer, since every packet's tick touches it.
#[derive(Clone, Copy, Debug)]
pub struct Level {
    square: f32,
    looks: u8,
    skipped: u8,
}

impl Level {
    pub const fn new() -> Self {
        Self { square: f32::MAX, looks: 0, skipped: 0 }
    }

    /// Whether `received` is the quietest so far, or nearly so.
    pub fn quietest(&mut self, received: &[f32]) -> bool {
        self.skipped += 1;
        if self.skipped < EVERY || received.is_empty() {
            return false;
        }
        self.skipped = 0;
        let square = dot(received, received) / received.len() as f32;
        self.looks = self.looks.saturating_add(1);
        // A sum that is not a number is no level.
        if square <= self.square {
            self.square = square.max(SILENCE);
            return true;
        }
        self.square = (self.square * RISE).min(f32::MAX);
        false
    }

    pub fn settled(&self) -> bool {
        self.looks >= SETTLED
    }
}

/// The quietest stretch, and noise like it.
#[derive(Debug)]
pub struct Floor {
    kept: Box<[f32]>,
    length: usize,
    synthesis: Synthesis,
    /// Standard deviation of the excitation; `None` before it was asked for in this gap.
    deviation: Option<f32>,
    noise: Noise,
}

impl Floor {
    /// Allocates.
    pub fn new(rate: SampleRate) -> Self {
        let kept = vec![0.0; rate.hz() as usize * KEPT_MS / 1_000].into_boxed_slice();
        Self { kept, length: 0, synthesis: Synthesis::silent(), deviation: None, noise: Noise::new() }
    }

    /// Keeps the end of `quietest`.
    pub fn keep(&mut self, quietest: &[f32]) {
        self.length = quietest.len().min(self.kept.len());
        let end = &quietest[quietest.len() - self.length..];
        for (kept, sample) in self.kept.iter_mut().zip(end) {
            *kept = sample.clamp(-1.0, 1.0);
        }
    }

    /// A new gap: what was kept may have changed.
    pub fn open(&mut self) {
        self.deviation = None;
        self.noise = Noise::new();
    }

    /// Whether it was analysed and found silent.
    pub fn silent(&self) -> bool {
        self.deviation == Some(0.0)
    }

    /// The next samples of noise; `None` where the background is silent or not known.
    pub fn next(&mut self, count: usize, rate: SampleRate) -> Option<Piece> {
        let deviation = match self.deviation {
            Some(deviation) => deviation,
            None => self.analyse(rate),
        };
        let Self { synthesis, noise, .. } = self;
        (deviation > 0.0).then(|| synthesis.run(count, || deviation * noise.next()))
    }

    fn analyse(&mut self, rate: SampleRate) -> f32 {
        let kept = &self.kept[..self.length];
        let mut deviation = 0.0;
        if kept.len() > 2 * MAX_ORDER && dot(kept, kept) > SILENCE * kept.len() as f32 {
            let predictor = Predictor::analyse(kept, Predictor::order_for(rate));
            self.synthesis = Synthesis::new(predictor, &[0.0; MAX_ORDER]);
            // What passes the filter has the level of what was kept.
            deviation = (dot(kept, kept) / (kept.len() as f32 * predictor.gain)).sqrt();
        }
        self.deviation = Some(deviation);
        deviation
    }
}
