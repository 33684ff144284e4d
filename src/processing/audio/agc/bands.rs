//! Three bands that are compressed apart: a loud vowel does not take the consonants down with it.

use super::crossover::Crossover;
use crate::processing::audio::effects::{Compressor, CompressorConfig};
use crate::types::{Decibels, Millis, SampleRate};

/// Threshold of each band under the target loudness: what speech of that loudness has in it while it is loud.
const THRESHOLDS: [f32; 3] = [-1.0, -7.0, -12.0];

/// Longest part that is worked on at once: 10 ms at 48 kHz.
const LONGEST: usize = 480;

/// Under this, what the filters still ring is silence.
const SILENT: f32 = 1e-9;

/// Splits, compresses, and adds up again.
#[derive(Debug)]
pub(super) struct Bands {
    crossover: Crossover,
    compressors: [Compressor; 3],
    parts: Box<[[f32; LONGEST]; 3]>,
}

impl Bands {
    /// For speech that is brought to `target`. Allocates.
    pub(super) fn new(rate: SampleRate, target: f32) -> Self {
        let compressor = |under: f32| {
            let config = CompressorConfig::default().threshold(Decibels(target + under)).ratio(2.0);
            Compressor::new(rate, &config.attack(Millis(5)).release(Millis(150)))
        };
        Self {
            crossover: Crossover::new(rate),
            compressors: THRESHOLDS.map(compressor),
            parts: Box::new([[0.0; LONGEST]; 3]),
        }
    }

    pub(super) fn reset(&mut self) {
        self.crossover.reset();
        self.compressors.iter_mut().for_each(Compressor::reset);
    }

    /// For speech that is brought to another target. Real-time.
    pub(super) fn aim(&mut self, target: f32) {
        for (compressor, under) in self.compressors.iter_mut().zip(THRESHOLDS) {
            compressor.set_threshold(Decibels(target + under));
        }
    }

    /// Compresses finite samples in place. Real-time: nine biquads a sample.
    pub(super) fn process(&mut self, frame: &mut [f32]) {
        let silent = frame.iter().all(|&sample| sample == 0.0);
        for part in frame.chunks_mut(LONGEST) {
            let length = part.len();
            let [low, middle, high] = &mut *self.parts;
            let (low, middle, high) = (&mut low[..length], &mut middle[..length], &mut high[..length]);
            self.crossover.split(part, [&mut *low, &mut *middle, &mut *high]);
            for (band, compressor) in [&mut *low, &mut *middle, &mut *high].into_iter().zip(&mut self.compressors) {
                compressor.process_finite(band);
            }
            for (((out, low), middle), high) in part.iter_mut().zip(&*low).zip(&*middle).zip(&*high) {
                *out = low + middle + high;
            }
        }
        // Filters left alone would ring down into denormal numbers.
        if silent && frame.iter().all(|sample| sample.abs() < SILENT) {
            self.crossover.reset();
            frame.fill(0.0);
        }
    }
}
