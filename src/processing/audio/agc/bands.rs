//! Three bands that are compressed apart: a loud vowel does not take the consonants down with it.

use biquad::Type;

use crate::processing::audio::effects::{BUTTERWORTH, Chain, Compressor, CompressorConfig};
use crate::types::{Decibels, Millis, SampleRate};

/// Where the bands meet: below are the first formants' harmonics, above sibilants.
const CROSSOVERS: [f32; 2] = [500.0, 2_000.0];

/// Threshold of each band under the target loudness: what speech of that loudness has in it while it is loud.
const THRESHOLDS: [f32; 3] = [-1.0, -7.0, -12.0];

/// How much each band counts for loudness: the K-weighting in its middle, as a factor of power.
const WEIGHTS: [f32; 3] = [1.0, 1.2, 2.2];

/// Share by which what the bands take away is followed in a tick of speech: 0.5 s.
const FOLLOW: f32 = 0.02;

/// Longest part that is worked on at once: 10 ms at 48 kHz.
const LONGEST: usize = 480;

/// Linkwitz–Riley filters of the fourth order: each band's edge is two Butterworth filters of the second order, and
/// the lower band goes through the all-pass that the upper two are together, so that the sum is flat (S. Lipshitz and
/// J. Vanderkooy, 1983).
#[derive(Debug)]
pub(super) struct Bands {
    low: Chain<3>,
    rest: Chain<2>,
    middle: Chain<2>,
    high: Chain<2>,
    compressors: [Compressor; 3],
    parts: Box<[[f32; LONGEST]; 3]>,
    /// Weighted power of speech before and after the compressors.
    power: [f32; 2],
}

impl Bands {
    /// For speech that is brought to `target`. Allocates.
    pub(super) fn new(rate: SampleRate, target: f32) -> Self {
        let pair = |shape, hz| {
            let once: Chain<2> = Chain::new().with(rate, shape, hz, BUTTERWORTH);
            once.with(rate, shape, hz, BUTTERWORTH)
        };
        let [lower, upper] = CROSSOVERS;
        let low = Chain::new().with(rate, Type::LowPass, lower, BUTTERWORTH);
        let compressor = |under: f32| {
            let config = CompressorConfig::default().threshold(Decibels(target + under)).ratio(2.0);
            Compressor::new(rate, &config.attack(Millis(5)).release(Millis(150)))
        };
        Self {
            low: low.with(rate, Type::LowPass, lower, BUTTERWORTH).with(rate, Type::AllPass, upper, BUTTERWORTH),
            rest: pair(Type::HighPass, lower),
            middle: pair(Type::LowPass, upper),
            high: pair(Type::HighPass, upper),
            compressors: THRESHOLDS.map(compressor),
            parts: Box::new([[0.0; LONGEST]; 3]),
            power: [0.0; 2],
        }
    }

    pub(super) fn reset(&mut self) {
        self.low.reset();
        self.rest.reset();
        self.middle.reset();
        self.high.reset();
        self.compressors.iter_mut().for_each(Compressor::reset);
        self.power = [0.0; 2];
    }

    /// Compresses in place; `speech` frames count for [`loss`](Self::loss). Real-time: nine biquads a sample.
    pub(super) fn process(&mut self, frame: &mut [f32], speech: bool) {
        for part in frame.chunks_mut(LONGEST) {
            let length = part.len();
            let [low, middle, high] = &mut *self.parts;
            let (low, middle, high) = (&mut low[..length], &mut middle[..length], &mut high[..length]);
            low.copy_from_slice(part);
            self.low.process(low);
            self.rest.process(part);
            middle.copy_from_slice(part);
            self.middle.process(middle);
            high.copy_from_slice(part);
            self.high.process(high);
            let mut power = [0.0; 2];
            for ((band, compressor), weight) in
                [&mut *low, middle, high].into_iter().zip(&mut self.compressors).zip(WEIGHTS)
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
