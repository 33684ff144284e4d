//! A generated tone.

use std::any::Any;

use crate::frame::Provenance;
use crate::graph::nodes::source::playhead::Playhead;
use crate::graph::{Io, Node, ParamId, ParamInfo, Ports};
use crate::processing::dsp::{Tone, ToneSpec};
use crate::types::{Millis, SampleRate};

/// Plays a generated tone until it is removed.
pub struct ToneSource {
    rate: SampleRate,
    generator: Tone,
    head: Playhead,
}

impl ToneSource {
    /// A source of `tone` at `rate`.
    pub fn new(tone: &ToneSpec, rate: SampleRate) -> Self {
        Self { rate, generator: Tone::new(tone, rate), head: Playhead::new(rate) }
    }
}

impl Node for ToneSource {
    fn kind(&self) -> &'static str {
        "tone"
    }

    fn ports(&self) -> Ports {
        Ports::source(self.rate)
    }

    fn params(&self) -> &'static [ParamInfo] {
        Playhead::PARAMS
    }

    fn cost(&self) -> u32 {
        500
    }

    fn succeed(&mut self, old: &mut dyn Node) {
        if let Some(old) = (old as &mut dyn Any).downcast_mut::<Self>() {
            self.generator.go_on_from(&old.generator, old.rate.hz(), self.rate.hz());
            self.head.succeed(&old.head);
        }
    }

    fn set(&mut self, param: ParamId, value: f32, ramp: Millis) {
        // A tone has no places to seek.
        self.head.set(param, value, ramp);
    }

    fn process(&mut self, io: &mut Io<'_>) {
        if self.head.rests() {
            return;
        }
        let Some((info, out)) = io.output(0) else { return };
        info.silent = !self.generator.fill(out);
        info.provenance = Provenance::Played;
        self.head.gain.apply(out);
    }
}
