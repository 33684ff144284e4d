//! An echo canceller for one leg, at any rate of the engine.

use super::config::AecConfig;
use super::core::Core;
use super::metrics::AecMetrics;
use super::split::Split;
use crate::types::SampleRate;

/// Highest rate at which the filters work: above 8 kHz an echo of speech is only turned down.
const HIGHEST: u32 = 16_000;

/// Samples beyond this are no audio, +12 dBFS: they are cut there, and what is no number is silence.
const FULL: f32 = 4.0;

/// Takes the echo of what a leg was sent out of what comes back from it.
///
/// The echo may come from a room or a hybrid, from 0 to 500 ms after the far end; its delay may jump, clocks may be 400 ppm
/// apart, and a loudspeaker may distort.
#[derive(Debug)]
pub struct EchoCanceller {
    core: Core,
    split: Option<Split>,
    pub(super) far: Box<[f32]>,
}

impl EchoCanceller {
    /// For one leg at `rate`. Allocates, about 530 kB at 16 kHz.
    ///
    /// Rates above 16 kHz are processed at the highest whole part of them that is not above; the near end's full band
    /// passes beside it. Rates that have no such part are processed as they are, at a higher cost.
    pub fn new(rate: SampleRate, config: &AecConfig) -> Self {
        let samples = rate.per_tick();
        let least = rate.hz().div_ceil(HIGHEST) as usize;
        let most = rate.hz() as usize / 8_000;
        let factor = (least..=most).find(|factor| samples.is_multiple_of(*factor)).unwrap_or(1);
        let core = Core::new(samples / factor, config);
        let split = (factor > 1).then(|| Split::new(samples, factor, core.latency()));
        Self { core, split, far: vec![0.0; samples].into() }
    }

    /// Takes the echo of `far` out of `mic`, 10 ms each; `far` is what the leg was sent in the tick before.
    ///
    /// Anything is bearable: what is no number counts as silence. Blocks of another length are left as they are.
    ///
    /// Real-time: no allocation, the same work for each block.
    pub fn process(&mut self, far: &[f32], mic: &mut [f32]) {
        if far.len() != self.far.len() || mic.len() != self.far.len() {
            return;
        }
        self.far.copy_from_slice(far);
        [&mut *self.far, mic].into_iter().for_each(bound);
        match &mut self.split {
            Some(split) => {
                split.lower(&self.far, mic);
                self.core.process(&split.far, &mut split.mic);
                split.raise(self.core.high_gain(), mic);
            }
            None => self.core.process(&self.far, mic),
        }
        if mic.iter().any(|sample| !sample.is_finite()) {
            self.reset();
        }
        bound(mic);
    }

    /// Samples by which the output is behind the input: none, or 10 ms with the suppressor; above 16 kHz 1.5 to 3 ms
    /// more for the band split.
    pub fn latency(&self) -> usize {
        self.split.as_ref().map_or(self.core.latency(), Split::latency)
    }

    /// As new. Real-time: no allocation.
    pub fn reset(&mut self) {
        self.core.clear();
        if let Some(split) = &mut self.split {
            split.clear();
        }
    }

    /// How it fares. Real-time.
    pub fn metrics(&self) -> AecMetrics {
        self.core.metrics()
    }
}

fn bound(block: &mut [f32]) {
    for sample in block {
        *sample = if sample.is_finite() { sample.clamp(-FULL, FULL) } else { 0.0 };
    }
}
