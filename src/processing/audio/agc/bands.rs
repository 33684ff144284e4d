//! Three bands that are compressed apart: a loud vowel does not take the consonants down with it.

use super::crossover::Crossover;
use crate::processing::audio::effects::{Compressor, CompressorConfig};
use crate::types::{Decibels, Millis, SampleRate};

/// Threshold of each band under the target loudness: what speech of that loudness has in it while it is loud.
const THRESHOLDS: [f32; 3] = [-1.0, -7.0, -12.0];

/// How much each band counts for loudness: the K-weighting in its middle, as a factor of power.
const WEIGHTS: [f32; 3] = [1.0, 1.2, 2.2];

/// Share by which what the bands take away is followed in a tick of speech: 0.5 s.
const FOLLOW: f32 = 0.02;

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
    /// Weighted power of speech before and after the compressors.
    power: [f32; 2],
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
            power: [0.0; 2],
        }
    }

    pub(super) fn reset(&mut self) {
        self.crossover.reset();
        self.compressors.iter_mut().for_each(Compressor::reset);
        self.power = [0.0; 2];
    }

    /// Compresses finite samples in place; `speech` frames count for [`loss`](Self::loss). Real-time: nine biquads a sample.
    pub(super) fn process(&mut self, frame: &mut [f32], speech: bool) {
        let silent = frame.iter().all(|&sample| sample == 0.0);
        for part in frame.chunks_mut(LONGEST) {
            let length = part.len();
            let [low, middle, high] = &mut *self.parts;
            let (low, middle, high) = (&mut low[..length], &mut middle[..length], &mut high[..length]);
            self.crossover.split(part, [&mut *low, &mut *middle, &mut *high]);
            let mut power = [0.0; 2];
            for ((band, compressor), weight) in
                [&mut *low, &mut *middle, &mut *high].into_iter().zip(&mut self.compressors).zip(WEIGHTS)
            {
                power[0] += weight * energy(band);
                compressor.process_finite(band);
                power[1] += weight * energy(band);
            }
            for (((out, low), middle), high) in part.iter_mut().zip(&*low).zip(&*middle).zip(&*high) {
                *out = low + middle + high;
            }
            if speech {
                for (mean, power) in self.power.iter_mut().zip(power) {
                    *mean += FOLLOW * (power / length as f32 - *mean);
                }
            }
        }
        // Filters left alone would ring down into denormal numbers.
        if silent && frame.iter().all(|sample| sample.abs() < SILENT) {
            self.crossover.reset();
            frame.fill(0.0);
        }
    }

    /// Decibels that compression takes from the loudness of speech: 0 or more.
    pub(super) fn loss(&self) -> f32 {
        let [before, after] = self.power;
        if after > 1e-12 { (10.0 * (before / after).log10()).clamp(0.0, 20.0) } else { 0.0 }
    }
}

fn energy(samples: &[f32]) -> f32 {
    // Four sums side by side, since a single one has to wait for each addition.
    let mut sums = [0.0; 4];
    let (fours, rest) = samples.as_chunks::<4>();
    for four in fours {
        for (sum, sample) in sums.iter_mut().zip(four) {
            *sum += sample * sample;
        }
    }
    sums.iter().sum::<f32>() + rest.iter().map(|sample| sample * sample).sum::<f32>()
}
