//! The processor of a leg's voice as a node.

use std::any::Any;

use crate::frame::{FrameInfo, Provenance};
use crate::graph::nodes::voice::digits::Digits;
use crate::graph::{Io, Node, NodeEventKind, ParamId, ParamInfo, Ports};
use crate::processing::pipeline::{DigitsToFar, ProcessingSpec, VoiceInput, VoiceProcessor};
use crate::types::{Millis, SampleRate};

/// Works on what comes from the party, before anybody hears it.
pub struct Voice {
    rate: SampleRate,
    processor: VoiceProcessor,
    to_far: DigitsToFar,
    digits: Digits,
    cost: u32,
}

impl Voice {
    /// What the far party gets of digits: 0.0 tones, 1.0 nothing, 2.0 telephone events.
    pub const DIGITS_TO_FAR: ParamId = ParamId(0);
    /// 1.0 keeps digits from the far leg; they are told all the same.
    pub const MUTE: ParamId = ParamId(1);

    /// For audio at `rate`; `events`: the party may send telephone events. Allocates.
    pub fn new(rate: SampleRate, spec: &ProcessingSpec, events: bool) -> Self {
        let mut processor = VoiceProcessor::new(rate, spec);
        let (cost, to_far) = (processor.cost(), spec.digits.to_far.alone());
        processor.digits_to_far(to_far);
        Self { rate, processor, to_far, digits: Digits::new(events), cost }
    }
}

impl Node for Voice {
    fn kind(&self) -> &'static str {
        "voice"
    }

    fn ports(&self) -> Ports {
        Ports::filter(self.rate)
    }

    fn params(&self) -> &'static [ParamInfo] {
        &[
            ParamInfo { id: Voice::DIGITS_TO_FAR, name: "digits_to_far", min: 0.0, max: 2.0 },
            ParamInfo { id: Voice::MUTE, name: "mute_digits", min: 0.0, max: 1.0 },
        ]
    }

    fn latency(&self) -> usize {
        self.processor.latency()
    }

    fn cost(&self) -> u32 {
        self.cost
    }

    fn process(&mut self, io: &mut Io<'_>) {
        // Where nothing comes, what blocks hold back still has to come out.
        let frame = match io.input(0).is_some() {
            true => io.through(),
            false => io.output(0).map(|(info, samples)| {
                *info = FrameInfo { silent: true, ..FrameInfo::default() };
                (info, samples)
            }),
        };
        let Some((info, samples)) = frame else { return };
        let input = VoiceInput { concealed: info.provenance == Provenance::Concealed, silent: info.silent };
        let told = self.processor.process(input, samples);
        info.silent = told.silent;
        if let Some(signal) = told.signal {
            io.emit(NodeEventKind::Detected { signal });
        }
        self.digits.tick(&told.digits, self.to_far, io);
    }

    fn set(&mut self, param: ParamId, value: f32, _ramp: Millis) {
        match param {
            Voice::DIGITS_TO_FAR => {
                self.to_far = match value as u8 {
                    0 => DigitsToFar::Pass,
                    1 => DigitsToFar::Block,
                    _ => DigitsToFar::Convert,
                };
                self.processor.digits_to_far(self.to_far);
            }
            Voice::MUTE => self.digits.muted = value >= 0.5,
            _ => {}
        }
    }

    fn succeed(&mut self, old: &mut dyn Node) {
        let Some(old) = (old as &mut dyn Any).downcast_mut::<Self>() else { return };
        let found = self.processor.succeed(&mut old.processor);
        self.digits.succeed(&mut old.digits, found);
        self.to_far = old.to_far;
        self.processor.digits_to_far(self.to_far);
    }
}
