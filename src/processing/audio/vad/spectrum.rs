//! The spectrum of the last 40 ms, the same at every sample rate: bins of 25 Hz and levels of 20 bands.

use super::decibel::bels;
use crate::processing::dsp::{Complex32, Fourier};
use crate::types::SampleRate;

/// Width of a bin in hertz: the block is always 40 ms.
const BIN_HZ: usize = 25;

/// Ticks in a block.
const TICKS: usize = 4;

/// Edges of the bands in hertz: those of the Bark scale (Zwicker 1961).
const EDGES: [usize; BANDS + 1] = [
    100, 200, 300, 400, 500, 625, 775, 925, 1_075, 1_275, 1_475, 1_725, 2_000, 2_325, 2_700, 3_150, 3_700, 4_400,
    5_300, 6_400, 7_700,
];

/// All bands.
pub(super) const BANDS: usize = 20;

/// Bands that a telephone has.
pub(super) const NARROW: usize = 16;

/// Bins below 3 700 Hz.
pub(super) const NARROW_BINS: usize = EDGES[NARROW] / BIN_HZ;

/// Mean square under which nothing is told apart, in each band: −95 dBFS.
const LEAST: f32 = 3.2e-10;

/// Takes audio by the tick.
#[derive(Debug)]
pub(super) struct Spectrum {
    fourier: Fourier,
    window: Box<[f32]>,
    /// The block's samples in order of time.
    past: Box<[f32]>,
    block: Box<[f32]>,
    bins: Box<[Complex32]>,
    /// Mean square in each bin up to the last band's edge.
    pub(super) power: Box<[f32]>,
    /// Level of each band in bels over full scale; of those that the rate lacks the least.
    pub(super) level: [f32; BANDS],
    /// Bands that the rate has.
    pub(super) bands: usize,
}

impl Spectrum {
    pub(super) fn new(rate: SampleRate) -> Self {
        let length = TICKS * rate.per_tick();
        let fourier = Fourier::new(length);
        let bands = EDGES[1..].iter().filter(|&&edge| edge * 2 <= rate.hz() as usize).count();
        Self {
            bins: vec![Complex32::default(); fourier.bins()].into(),
            window: (0..length).map(|n| weight(n, length)).collect(),
            past: vec![0.0; length].into(),
            block: vec![0.0; length].into(),
            power: vec![0.0; EDGES[bands] / BIN_HZ].into(),
            level: [bels(LEAST); BANDS],
            bands,
            fourier,
        }
    }

    pub(super) fn reset(&mut self) {
        self.past.fill(0.0);
    }

    /// Takes a tick. What is not finite counts as silence. Real-time.
    pub(super) fn push(&mut self, frame: &[f32]) {
        let count = frame.len().min(self.past.len());
        self.past.copy_within(count.., 0);
        let start = self.past.len() - count;
        for (kept, sample) in self.past[start..].iter_mut().zip(frame) {
            // Louder than this is no audio, and its square would leave the range of numbers.
            *kept = if sample.is_finite() { sample.clamp(-16.0, 16.0) } else { 0.0 };
        }
        for ((windowed, sample), weight) in self.block.iter_mut().zip(&self.past).zip(&self.window) {
            *windowed = sample * weight;
        }
        self.fourier.forward(&mut self.block, &mut self.bins);
        // By Parseval's theorem; the squares of the window have a mean of 3/8.
        let scale = 16.0 / (3.0 * (self.past.len() as f32).powi(2));
        for (power, bin) in self.power.iter_mut().zip(&self.bins) {
            *power = bin.norm_sqr() * scale;
        }
        for (level, edges) in self.level.iter_mut().zip(EDGES.windows(2)).take(self.bands) {
            *level = bels(LEAST + self.power[edges[0] / BIN_HZ..edges[1] / BIN_HZ].iter().sum::<f32>());
        }
    }
}

/// A window that rises over 30 ms and falls over the last 10: the newest audio counts at once, and pitch is still resolved.
fn weight(n: usize, length: usize) -> f32 {
    let (rise, at) = (length * 3 / 4, n as f32 + 0.5);
    let part = if n < rise { at / rise as f32 } else { (length as f32 - at) / (length - rise) as f32 };
    (part * std::f32::consts::FRAC_PI_2).sin().powi(2)
}
