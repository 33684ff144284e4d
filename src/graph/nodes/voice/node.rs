//! The processor of a leg's voice as a node.

use std::any::Any;

use crate::frame::{FrameInfo, Provenance};
use crate::graph::nodes::voice::digits::Digits;
use crate::graph::{Io, Node, NodeEventKind, ParamId, ParamInfo, Ports};
use crate::processing::audio::ns::NsLevel;
use crate::processing::pipeline::{DigitsToFar, ProcessingSpec, VoiceInput, VoiceProcessor, VoiceStats};
use crate::quality::SessionStats;
use crate::rt::{SeqReader, SeqWriter, seqlock};
use crate::types::{Millis, SampleRate};

/// Works on what comes from the party, before anybody hears it. Input 1 is what the party was sent in the tick before.
pub struct Voice {
    rate: SampleRate,
    far: SampleRate,
    processor: Box<VoiceProcessor>,
    to_far: DigitsToFar,
    digits: Digits,
    speaking: bool,
    figures: SeqWriter<{ VoiceStats::WORDS }>,
}

/// Where the figures of a leg's voice are read.
pub type VoiceReader = SeqReader<{ VoiceStats::WORDS }>;

impl Voice {
    /// What the far party gets of digits: 0.0 tones, 1.0 nothing, 2.0 telephone events.
    pub const DIGITS_TO_FAR: ParamId = ParamId(0);
    /// 1.0 keeps digits from the far leg; they are told all the same.
    pub const MUTE: ParamId = ParamId(1);
    /// 1.0 changes nothing but digits, as for a fax.
    pub const CLEAN: ParamId = ParamId(2);
    /// How far noise is let down: 0.0 the least to 3.0 the most.
    pub const NOISE_LEVEL: ParamId = ParamId(3);

    /// For audio at `rate` of a party that is sent audio at `far`; `events`: it may send telephone events. With the reader of
    /// its figures. Allocates.
    pub fn new(rate: SampleRate, far: SampleRate, spec: &ProcessingSpec, events: bool) -> (Self, VoiceReader) {
        let mut processor = Box::new(VoiceProcessor::new(rate, far, spec));
        let to_far = spec.digits.to_far.alone();
        processor.digits_to_far(to_far);
        let (figures, reader) = seqlock();
        let digits = Digits::new(events);
        (Self { rate, far, processor, to_far, digits, speaking: false, figures }, reader)
    }

    /// The same, with nothing changed but digits.
    pub fn clean(mut self, clean: bool) -> Self {
        self.processor.keep_clean(clean);
        self
    }
}

impl Node for Voice {
    fn kind(&self) -> &'static str {
        "voice"
    }

    fn ports(&self) -> Ports {
        Ports { inputs: vec![self.rate, self.far], outputs: vec![self.rate], in_place: true }
    }

    fn params(&self) -> &'static [ParamInfo] {
        &[
            ParamInfo { id: Voice::DIGITS_TO_FAR, name: "digits_to_far", min: 0.0, max: 2.0 },
            ParamInfo { id: Voice::MUTE, name: "mute_digits", min: 0.0, max: 1.0 },
            ParamInfo { id: Voice::CLEAN, name: "clean", min: 0.0, max: 1.0 },
            ParamInfo { id: Voice::NOISE_LEVEL, name: "noise_level", min: 0.0, max: 3.0 },
        ]
    }

    fn latency(&self) -> usize {
        self.processor.declared_latency()
    }

    fn cost(&self) -> u32 {
        self.processor.cost()
    }

    fn process(&mut self, io: &mut Io<'_>) {
        let (mut sent, mut known) = ([0.0; 480], false);
        let far = self.far.per_tick();
        if let Some((info, samples)) = io.input(1)
            && !info.silent
        {
            sent[..far].copy_from_slice(&samples[..far]);
            known = true;
        }
        // Where nothing comes, what blocks hold back still has to come out.
        let frame = match io.input(0).is_some() {
            true => io.through(),
            false => io.output(0).map(|(info, samples)| {
                *info = FrameInfo { silent: true, ..FrameInfo::default() };
                (info, samples)
            }),
        };
        let Some((info, samples)) = frame else { return };
        if info.silent {
            samples.fill(0.0);
        }
        let concealed = info.provenance == Provenance::Concealed;
        let input = VoiceInput { far: known.then_some(&sent[..far]), concealed, silent: info.silent };
        let told = self.processor.process(input, samples);
        info.silent = told.silent;
        info.speech = self.processor.listens().then(|| told.voice.is_some_and(|voice| voice.speech));
        if let Some(signal) = told.signal {
            io.emit(NodeEventKind::Detected { signal });
        }
        let speaks = told.voice.is_some_and(|voice| voice.speech);
        if std::mem::replace(&mut self.speaking, speaks) != speaks {
            io.emit(if speaks { NodeEventKind::VoiceStarted } else { NodeEventKind::VoiceStopped });
        }
        self.digits.tick(&told.digits, self.to_far, io);
        self.figures.write(&self.processor.stats().to_words());
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
            Voice::CLEAN => self.processor.keep_clean(value >= 0.5),
            Voice::NOISE_LEVEL => self.processor.noise_level(match value as u8 {
                0 => NsLevel::Low,
                1 => NsLevel::Moderate,
                2 => NsLevel::High,
                _ => NsLevel::VeryHigh,
            }),
            _ => {}
        }
    }

    fn succeed(&mut self, old: &mut dyn Node) {
        let Some(old) = (old as &mut dyn Any).downcast_mut::<Self>() else { return };
        let found = self.processor.succeed(&mut old.processor);
        self.digits.succeed(&mut old.digits, found);
        (self.to_far, self.speaking) = (old.to_far, old.speaking);
        self.processor.digits_to_far(self.to_far);
    }

    fn report(&self, stats: &mut SessionStats) {
        let micros = self.processor.latency() as u64 * 1_000_000 / u64::from(self.rate.hz());
        stats.processing_delay_us += micros;
    }
}
