//! The two ends of a leg towards the far party: the worker crosses them within the tick.

use std::any::Any;

use crate::frame::Provenance;
use crate::graph::{Io, Node, Ports};
use crate::processing::format::Resampler;
use crate::types::SampleRate;

/// Hands the leg's frame to the far party.
pub struct FarOut {
    rate: SampleRate,
}

impl FarOut {
    /// An end for frames at `rate`.
    pub fn new(rate: SampleRate) -> Self {
        Self { rate }
    }
}

impl Node for FarOut {
    fn kind(&self) -> &'static str {
        "far_out"
    }

    fn ports(&self) -> Ports {
        Ports::sink(self.rate)
    }

    fn cost(&self) -> u32 {
        10
    }

    fn process(&mut self, io: &mut Io<'_>) {
        let length = self.rate.per_tick();
        let (rate, Some((info, samples, far))) = (self.rate, io.input_and_far(0)) else { return };
        far.present = true;
        far.rate = rate;
        far.info = *info;
        if !info.silent {
            far.samples[..length].copy_from_slice(&samples[..length]);
        }
    }
}

/// Takes the far party's frame, converted to this leg's rate.
pub struct FarIn {
    rate: SampleRate,
    from: SampleRate,
    /// Apart, since most legs have none.
    resampler: Option<Box<Resampler>>,
    /// The last sample, for the one who succeeds this end.
    last: f32,
    /// The last sample of the end that this one succeeded, until it has run.
    joins: Option<f32>,
}

impl FarIn {
    /// An end at `rate` for a far party at `from`. Allocates when the rates differ.
    pub fn new(rate: SampleRate, from: SampleRate) -> Self {
        let resampler = (rate != from).then(|| Box::new(Resampler::new(from, rate)));
        Self { rate, from, resampler, last: 0.0, joins: None }
    }
}

impl Node for FarIn {
    fn kind(&self) -> &'static str {
        "far_in"
    }

    fn ports(&self) -> Ports {
        Ports::source(self.rate)
    }

    fn latency(&self) -> usize {
        self.resampler.as_ref().map_or(0, |r| r.delay())
    }

    fn cost(&self) -> u32 {
        if self.resampler.is_some() { 1_000 } else { 10 }
    }

    fn succeed(&mut self, old: &mut dyn Node) {
        let Some(old) = (old as &mut dyn Any).downcast_mut::<Self>() else { return };
        self.joins = Some(old.joins.unwrap_or(old.last));
    }

    fn process(&mut self, io: &mut Io<'_>) {
        let (rate, from) = (self.rate, self.from);
        let Some((info, out, far)) = io.output_and_far(0) else { return };
        *info = far.info;
        let heard = far.present && far.rate == from;
        match &mut self.resampler {
            None if heard && !far.info.silent => out.copy_from_slice(&far.samples[..rate.per_tick()]),
            // The filter still holds the end of what was heard, so silence goes through it too.
            Some(resampler) => {
                let silence = [0.0; 480];
                let heard = if heard && !far.info.silent { &far.samples } else { &silence };
                resampler.process(&heard[..from.per_tick()], out);
                info.silent = false;
                // Before its first packet a stream's time is below zero; a hostile one may be anything.
                let time = i128::from(info.media_time as i64) * i128::from(rate.hz());
                info.media_time = (time / i128::from(from.hz())) as u64;
            }
            None => {
                out.fill(0.0);
                info.silent = true;
            }
        }
        if !heard {
            info.provenance = Provenance::Silence;
        }
        if let Some(before) = self.joins.take() {
            join(before, out);
            info.silent &= before == 0.0;
        }
        self.last = out.last().copied().unwrap_or(0.0);
    }
}

/// Lets audio begin where other audio ended: the step between them dies away over the frame's first half.
fn join(before: f32, audio: &mut [f32]) {
    let length = audio.len() / 2;
    let step = before - audio.first().copied().unwrap_or(0.0);
    for (at, sample) in audio.iter_mut().take(length).enumerate() {
        *sample += step * (1.0 - at as f32 / length as f32);
    }
}
