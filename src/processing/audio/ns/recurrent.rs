//! The recurrent suppressor: RNNoise's net (Valin, "A hybrid DSP/deep learning approach to real-time full-band speech
//! enhancement", MMSP 2018) by the crate nnnoiseless, which runs at 48 kHz; other rates are converted on both sides.

use std::fmt;
use std::sync::LazyLock;

use nnnoiseless::{DenoiseState, RnnModel};

use super::config::NsLevel;
use super::metrics::NsMetrics;
use crate::processing::dsp::Ramp;
use crate::processing::format::Resampler;
use crate::types::SampleRate;

/// The net's own rate.
const RATE: SampleRate = SampleRate::HZ_48000;

/// Its samples are 16-bit words.
const SCALE: f32 = 32_768.0;

/// Share of a new tick in the powers that metrics tell of.
const FRESH: f32 = 0.05;

/// The net's weights, one copy for all legs.
static MODEL: LazyLock<RnnModel> = LazyLock::new(RnnModel::default);

/// A noise suppressor by a trained net.
pub(super) struct Recurrent {
    up: Resampler,
    down: Resampler,
    net: Box<DenoiseState<'static>>,
    wide: [f32; RATE.per_tick()],
    cleaned: [f32; RATE.per_tick()],
    /// The input as it was, as late as what the net makes of it.
    late: Box<[f32]>,
    /// Share of the input in the output: noise falls to it.
    floor: Ramp,
    speech: f32,
    /// Mean squares of ticks without speech, before and after.
    powers: (f32, f32),
}

impl Recurrent {
    /// At `rate`. Allocates.
    pub(super) fn new(rate: SampleRate, level: NsLevel) -> Self {
        let (up, down) = (Resampler::new(rate, RATE), Resampler::new(RATE, rate));
        let up_delay = (up.delay() as u64 * u64::from(rate.hz())).div_ceil(u64::from(RATE.hz())) as usize;
        let latency = up_delay + rate.per_tick() + down.delay();
        prepare_thread();
        Self {
            up,
            down,
            net: DenoiseState::with_model(&MODEL),
            wide: [0.0; RATE.per_tick()],
            cleaned: [0.0; RATE.per_tick()],
            late: vec![0.0; latency + rate.per_tick()].into(),
            floor: Ramp::new(level.attenuation().linear()),
            speech: 0.0,
            powers: (0.0, 0.0),
        }
    }

    /// One tick of the net, and the way through both resamplers.
    pub(super) fn latency(&self) -> usize {
        self.late.len() - self.tick()
    }

    fn tick(&self) -> usize {
        self.up.from().per_tick()
    }

    /// Goes to another level within a tick.
    pub(super) fn set_level(&mut self, level: NsLevel) {
        self.floor.set(level.attenuation().linear(), self.tick() as u32);
    }

    /// Forgets the audio. The net keeps what it has learnt of the noise, which it forgets within seconds: a new one would
    /// have to be allocated.
    pub(super) fn reset(&mut self) {
        self.wide.fill(0.0);
        for _ in 0..2 {
            self.net.process_frame(&mut self.cleaned, &self.wide);
        }
        self.up.reset();
        self.down.reset();
        self.late.fill(0.0);
        self.floor = Ramp::new(self.floor.target());
        self.speech = 0.0;
        self.powers = (0.0, 0.0);
    }

    /// Figures of late.
    pub(super) fn metrics(&self) -> NsMetrics {
        NsMetrics::of(self.powers.0, self.powers.1, self.speech)
    }

    /// One tick, in place. Real-time on threads that [`prepare_thread`] was called on.
    pub(super) fn process(&mut self, frame: &mut [f32]) {
        let tick = self.tick();
        if frame.len() != tick {
            return;
        }
        for sample in &mut *frame {
            let audible = sample.is_finite() && sample.abs() > 1e-12;
            *sample = if audible { sample.clamp(-1.0, 1.0) } else { 0.0 };
        }
        self.late.copy_within(tick.., 0);
        let newest = self.late.len() - tick;
        self.late[newest..].copy_from_slice(frame);
        self.up.process(frame, &mut self.wide);
        self.wide.iter_mut().for_each(|sample| *sample *= SCALE);
        self.speech = self.net.process_frame(&mut self.cleaned, &self.wide).clamp(0.0, 1.0);
        self.cleaned.iter_mut().for_each(|sample| *sample /= SCALE);
        self.down.process(&self.cleaned, frame);
        let late = &mut self.wide[..tick];
        late.copy_from_slice(&self.late[..tick]);
        let before = mean_square(late);
        // What the net took away comes back at the floor's gain, so that speech keeps its level at any of them.
        late.iter_mut().zip(&*frame).for_each(|(late, cleaned)| *late -= cleaned);
        self.floor.apply(late);
        frame.iter_mut().zip(&*late).for_each(|(sample, back)| *sample += back);
        if self.speech < 0.5 {
            self.powers.0 += FRESH * (before - self.powers.0) + 1e-20;
            self.powers.1 += FRESH * (mean_square(frame) - self.powers.1) + 1e-20;
        }
    }
}

/// Lets the net work on this thread without allocation from now on.
///
/// The crate keeps tables of its transforms per thread and makes them when a thread first needs them: a worker that is
/// to run the recurrent kind calls this once, before it becomes real-time. Allocates.
pub fn prepare_thread() {
    let mut net = DenoiseState::with_model(&MODEL);
    let loud = std::array::from_fn::<f32, { RATE.per_tick() }, _>(|n| if n % 7 == 0 { 8_000.0 } else { -1_000.0 });
    let mut unheard = [0.0; RATE.per_tick()];
    for _ in 0..3 {
        net.process_frame(&mut unheard, &loud);
    }
}

fn mean_square(samples: &[f32]) -> f32 {
    samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32
}

impl fmt::Debug for Recurrent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recurrent").field("up", &self.up).field("speech", &self.speech).finish_non_exhaustive()
    }
}
