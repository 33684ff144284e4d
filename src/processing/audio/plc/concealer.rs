//! Invents audio where none came, and blends it with what comes after.

use crate::processing::audio::plc::cycle::Cycle;
use crate::processing::audio::plc::{ORDER, Predictor, find_pitch};
use crate::types::SampleRate;

/// What concealment builds on: three pitch cycles of 15 ms and an overlap.
const PAST_MS: usize = 50;
/// Full level for so long: most losses are one packet, and a dip would be heard as a gap.
const HOLD_MS: usize = 10;
/// Silent after so long: repeated pitch turns into a buzz.
const SILENT_MS: usize = 100;
/// Below this correlation nothing is voiced, above the other one all is.
const VOICED: (f32, f32) = (0.35, 0.75);
/// Cross-fade back into received audio: at least, and at most after a long gap.
const MERGE_MS: (usize, usize) = (4, 10);

/// Samples of the past that concealment looks at: 50 ms.
pub const fn past_length(rate: SampleRate) -> usize {
    rate.hz() as usize * PAST_MS / 1_000
}

/// Conceals one gap at a time. The state is on the heap, out of the way of good frames.
#[derive(Debug)]
pub struct Concealer {
    active: bool,
    gap: Box<Gap>,
}

#[derive(Debug)]
struct Gap {
    per_ms: usize,
    rate: SampleRate,
    past: Box<[f32]>,
    cycle: Cycle,
    predictor: Predictor,
    memory: [f32; ORDER],
    voiced: f32,
    generated: usize,
    noise: u32,
}

impl Concealer {
    /// Allocates.
    pub fn new(rate: SampleRate) -> Self {
        let gap = Gap {
            per_ms: (rate.hz() / 1_000) as usize,
            rate,
            past: vec![0.0; past_length(rate)].into_boxed_slice(),
            cycle: Cycle::default(),
            predictor: Predictor::default(),
            memory: [0.0; ORDER],
            voiced: 0.0,
            generated: 0,
            noise: SEED,
        };
        Self { active: false, gap: Box::new(gap) }
    }

    /// Whether a gap is open: the next received audio needs [`Concealer::merge`].
    pub fn active(&self) -> bool {
        self.active
    }

    /// Whether the concealment has faded to silence.
    pub fn faded(&self) -> bool {
        self.active && self.gap.generated >= SILENT_MS * self.gap.per_ms
    }

    /// Opens a gap after `past`, the last 50 ms ([`past_length`]); what is missing of them counts as
    /// silence. Real-time: one pitch search and one linear prediction.
    pub fn open(&mut self, past: &[f32]) {
        self.active = true;
        self.gap.open(past);
    }

    /// Fills `out` with the gap's next samples. Real-time.
    pub fn fill(&mut self, out: &mut [f32]) {
        self.gap.fill(out);
    }

    /// Cross-fades the start of the audio received after the gap, and closes it. Real-time.
    pub fn merge(&mut self, received: &mut [f32]) {
        self.active = false;
        let gap = &mut self.gap;
        let wanted = (MERGE_MS.0 * gap.per_ms + gap.generated / 8).min(MERGE_MS.1 * gap.per_ms);
        let length = wanted.min(received.len());
        for (index, sample) in received[..length].iter_mut().enumerate() {
            let weight = (index as f32 + 0.5) / length as f32;
            let invented = gap.next();
            *sample = invented + weight * (*sample - invented);
        }
    }

    /// Closes the gap without audio after it.
    pub fn close(&mut self) {
        self.active = false;
    }
}

const SEED: u32 = 0x2545_f491;

impl Gap {
    fn open(&mut self, past: &[f32]) {
        let length = self.past.len();
        let past = &past[past.len().saturating_sub(length)..];
        let (unknown, known) = self.past.split_at_mut(length - past.len());
        unknown.fill(0.0);
        known.copy_from_slice(past);

        let found = find_pitch(&self.past, 20 * self.per_ms, self.rate);
        let (period, correlation) = found.map_or((10 * self.per_ms, 0.0), |p| (p.period, p.correlation));
        self.cycle = Cycle::new(&self.past, period);
        self.voiced = ((correlation - VOICED.0) / (VOICED.1 - VOICED.0)).clamp(0.0, 1.0);
        self.predictor = Predictor::analyse(&self.past[length - 30 * self.per_ms..]);
        for (memory, past) in self.memory.iter_mut().zip(self.past.iter().rev()) {
            *memory = *past;
        }
        self.generated = 0;
        self.noise = SEED;
    }

    fn fill(&mut self, out: &mut [f32]) {
        let left = (SILENT_MS * self.per_ms).saturating_sub(self.generated).min(out.len());
        let (sounding, silent) = out.split_at_mut(left);
        for sample in sounding {
            *sample = self.next();
        }
        silent.fill(0.0);
        self.generated += silent.len();
    }

    fn next(&mut self) -> f32 {
        let hold = HOLD_MS * self.per_ms;
        let silent = SILENT_MS * self.per_ms;
        if self.generated >= silent {
            return 0.0;
        }
        let gain = ((silent - self.generated) as f32 / (silent - hold) as f32).min(1.0);
        let wanted = 1 + self.generated / hold.max(1);
        self.generated += 1;
        let mut value = 0.0;
        if self.voiced > 0.0 {
            value += self.voiced * self.cycle.next(&self.past, wanted.min(3));
        }
        if self.voiced < 1.0 {
            self.noise = self.noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Uniform over ±√3: unit variance.
            let white = self.noise as i32 as f32 * (1.732 / 2_147_483_648.0);
            let shaped = self.predictor.next(&mut self.memory, white * self.predictor.residual);
            value += (1.0 - self.voiced) * shaped;
        }
        gain * value.clamp(-1.0, 1.0)
    }
}
