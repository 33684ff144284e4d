//! The highest level between samples, by fourfold oversampling (ITU-R BS.1770-4, Annex 2).

/// Taps of each phase.
const TAPS: usize = 12;

/// The first two phases of the interpolating filter; the others are these backwards.
const PHASES: [[f32; TAPS]; 2] = [
    [
        0.001_708_984_4,
        0.010_986_328,
        -0.019_653_32,
        0.033_203_125,
        -0.059_448_242,
        0.137_329_1,
        0.972_167_97,
        -0.102_294_92,
        0.047_607_422,
        -0.026_611_328,
        0.014_892_578,
        -0.008_300_781,
    ],
    [
        -0.029_174_805,
        0.029_296_875,
        -0.051_757_813,
        0.089_111_33,
        -0.166_503_9,
        0.465_087_9,
        0.779_785_16,
        -0.200_317_38,
        0.101_562_5,
        -0.058_227_54,
        0.033_081_055,
        -0.018_920_898,
    ],
];

/// Largest sum of a phase's magnitudes: no peak between samples is more above the samples than this.
const MOST: f32 = 2.03;

/// Follows one channel.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TruePeak {
    past: [f32; TAPS],
}

impl TruePeak {
    /// In silence.
    pub const fn new() -> Self {
        Self { past: [0.0; TAPS] }
    }

    /// The highest level in and between the samples up to six before the last, and of the samples themselves; 1.0 is full
    /// scale. What is not finite counts as silence.
    ///
    /// Real-time: 48 products a sample.
    pub fn peak(&mut self, samples: &[f32]) -> f32 {
        self.peak_over(samples, 0.0)
    }

    /// As [`peak`](Self::peak), but where it cannot be over `least` it may tell the peak of the samples alone, which
    /// costs a tenth.
    pub fn peak_over(&mut self, samples: &[f32], least: f32) -> f32 {
        let mut highest = 0.0f32;
        for part in samples.chunks(TAPS) {
            let mut line = [0.0; 2 * TAPS];
            line[..TAPS].copy_from_slice(&self.past);
            for (kept, sample) in line[TAPS..].iter_mut().zip(part) {
                *kept = if sample.is_finite() { sample.clamp(-1e30, 1e30) } else { 0.0 };
            }
            let present = &line[..TAPS + part.len()];
            let peak = present.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
            highest = part.iter().zip(&line[TAPS..]).fold(highest, |peak, (_, sample)| peak.max(sample.abs()));
            if peak * MOST > least {
                for taps in present.windows(TAPS).skip(1) {
                    highest = highest.max(between(taps));
                }
            }
            self.past.copy_from_slice(&line[part.len()..part.len() + TAPS]);
        }
        highest
    }
}

/// The highest of the four interpolated values about the middle of `taps`.
fn between(taps: &[f32]) -> f32 {
    let mut sums = [0.0f32; 4];
    for (n, tap) in taps.iter().enumerate() {
        for (phase, forward) in PHASES.iter().enumerate() {
            sums[phase] += forward[n] * tap;
            sums[phase + 2] += forward[TAPS - 1 - n] * tap;
        }
    }
    sums.iter().fold(0.0, |highest, sum| highest.max(sum.abs()))
}
