//! The two ends of a leg towards the far party: the worker crosses them within the tick.

use std::any::Any;

use crate::frame::Provenance;
use crate::graph::{Io, Node, Ports};
use crate::processing::format::{Quality, Resampler};
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
    /// The end that this one succeeded, until it has run for a tick more.
    joins: Option<Joint>,
}

impl FarIn {
    /// An end at `rate` for a far party at `from`; `quality` matters when the rates differ. Allocates then.
    pub fn new(rate: SampleRate, from: SampleRate, quality: Quality) -> Self {
        let resampler = (rate != from).then(|| Box::new(Resampler::with_quality(from, rate, quality)));
        Self { rate, from, resampler, joins: None }
    }

    /// What the far party says passes untouched.
    pub(crate) fn is_plain(&self) -> bool {
        self.resampler.is_none() && self.joins.as_ref().is_none_or(|joint| joint.done)
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
        let joint = Joint { from: old.from, rate: old.rate, resampler: old.resampler.take(), done: false };
        // Nothing is freed here: what there was retires with the old end.
        if let Some(unused) = self.joins.replace(joint) {
            old.resampler = unused.resampler;
        }
    }

    fn process(&mut self, io: &mut Io<'_>) {
        let (rate, from) = (self.rate, self.from);
        if io.exchange().incoming.withheld {
            return;
        }
        let Some((info, out, far)) = io.output_and_far(0) else { return };
        *info = far.info;
        let heard = far.present && far.rate == from;
        match &mut self.resampler {
            None if heard && !far.info.silent => out.copy_from_slice(&far.samples[..rate.per_tick()]),
            // The filter still holds the end of what was heard, so silence goes through it too.
            Some(resampler) => {
                let silence = [0.0; 480];
                let heard = if heard && !far.info.silent { &far.samples } else { &silence };
                if self.joins.as_ref().is_some_and(|joint| !joint.done) {
                    resampler.prime(&heard[..from.per_tick()]);
                }
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
        if let Some(joint) = self.joins.as_mut().filter(|joint| !joint.done) {
            joint.done = true;
            let known = heard && !far.info.silent;
            joint.fade(if known { &far.samples[..from.per_tick()] } else { &[] }, out);
            info.silent = false;
        }
    }
}

/// What an end was before another one took its place: for one tick both are heard, one fading into the other,
/// since their filters delay differently.
struct Joint {
    from: SampleRate,
    rate: SampleRate,
    /// Kept until this end retires, too: it is not freed here.
    resampler: Option<Box<Resampler>>,
    done: bool,
}

impl Joint {
    /// Fades from what the old end would make of `frame` to what `out` holds.
    fn fade(&mut self, frame: &[f32], out: &mut [f32]) {
        let (mut before, mut then, mut now) = ([0.0; 480], [0.0; 480], [0.0; 480]);
        let (old, rate) = (&mut before[..self.from.per_tick()], &mut then[..self.rate.per_tick()]);
        interpolate(frame, old);
        match &mut self.resampler {
            Some(resampler) => resampler.process(old, rate),
            None => interpolate(old, rate),
        }
        let now = &mut now[..out.len().min(480)];
        interpolate(rate, now);
        let step = 1.0 / (now.len() + 1) as f32;
        for ((out, before), at) in out.iter_mut().zip(now).zip(1u16..) {
            *out = *before + f32::from(at) * step * (*out - *before);
        }
    }
}

/// A tick at another rate along straight lines, without delay: good enough where it fades away.
fn interpolate(from: &[f32], to: &mut [f32]) {
    let Some(last) = from.len().checked_sub(1) else { return to.fill(0.0) };
    let step = from.len() as f32 / to.len().max(1) as f32;
    for (at, sample) in to.iter_mut().enumerate() {
        let place = at as f32 * step;
        let (index, part) = (place as usize, place.fract());
        let (left, right) = (from[index.min(last)], from[(index + 1).min(last)]);
        *sample = left + part * (right - left);
    }
}
