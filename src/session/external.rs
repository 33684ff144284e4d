//! A leg whose party is a program: a voice agent, a recogniser, anything that speaks and hears PCM.

use crate::codec::CodecSpec;
use crate::graph::nodes::Piece;
use crate::rt::Producer;
use crate::session::{Cue, SessionSpec, Source, SpecError, TapReader};
use crate::types::{Decibels, Millis, PayloadType, SampleRate};

/// How a program's leg behaves; every field has a default.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExternalSpec {
    pub(crate) target: Millis,
    pub(crate) most: Millis,
    pub(crate) heard: Millis,
    pub(crate) barge_in: Option<Decibels>,
}

impl Default for ExternalSpec {
    fn default() -> Self {
        Self { target: Millis(30_000), most: Millis(60_000), heard: Millis(1_000), barge_in: None }
    }
}

/// What a program may have waiting at most.
const LONGEST: Millis = Millis(600_000);

impl ExternalSpec {
    /// The defaults: 30 s may wait before pauses are left out, 60 s before anything is; a second of what is heard.
    pub fn new() -> Self {
        Self::default()
    }

    /// What may wait to be played: beyond `target` pauses are left out, beyond `most` the oldest audio. A live source
    /// wants 60 and 200 ms; a program that writes whole sentences at once wants their length.
    pub fn backlog(mut self, target: Millis, most: Millis) -> Self {
        (self.target, self.most) = (target, most);
        self
    }

    /// What is heard and not read yet; beyond that frames are lost to the program, and counted.
    pub fn heard(mut self, length: Millis) -> Self {
        self.heard = length;
        self
    }

    /// Stops playing, within a tick, when what the program hears is louder than `level` (RMS against full scale).
    pub fn barge_in(mut self, level: Decibels) -> Self {
        self.barge_in = Some(level);
        self
    }

    /// Entries of the ring from the program: a tick each, and marks between.
    pub(crate) fn places(&self) -> usize {
        self.most.ticks() as usize * 5 / 4 + 16
    }
}

impl SessionSpec {
    /// A session without a network: a program speaks and hears through [`Created::external`](crate::engine::Created),
    /// mono PCM at `rate`. It is bridged, joins rooms, is held, muted, moved and tapped like any other.
    pub fn external(rate: SampleRate, external: ExternalSpec) -> Self {
        let payload_type = const { PayloadType::new(127).expect("below 128") };
        let mut spec = Self::new(CodecSpec::l16(rate, payload_type)).relay(false);
        spec.external = Some(external);
        spec.ingress_bytes = Some(4 * 1_024);
        spec
    }

    /// A session without a network that plays `source` to whom it is bridged to, or into a room: music, an announcement.
    /// [`Created::play`](crate::engine::Created) names what it plays. At its end it is silent, and stays.
    pub fn player(rate: SampleRate, source: Source, how: Cue) -> Self {
        let mut spec = Self::external(rate, ExternalSpec::new());
        (spec.external, spec.player) = (None, Some((source, how)));
        spec
    }

    /// Whether packets come and go.
    pub(crate) fn has_network(&self) -> bool {
        self.external.is_none() && self.player.is_none()
    }

    pub(super) fn validate_external(&self) -> Result<(), SpecError> {
        if self.player.as_ref().is_some_and(|(source, _)| !source.is_free()) {
            return Err(SpecError::Taken);
        }
        let Some(ExternalSpec { target, most, heard, .. }) = self.external else { return Ok(()) };
        let sound = target <= most && most <= LONGEST && heard <= LONGEST && heard >= Millis(20);
        if sound { Ok(()) } else { Err(SpecError::Backlog { target, most }) }
    }
}

/// Where a program speaks and hears.
#[derive(Debug)]
pub struct ExternalPort {
    /// What the program says.
    pub writer: PcmWriter,
    /// What it hears, tick by tick.
    pub reader: TapReader,
}

/// The writing end of a program's leg; belongs to one ordinary thread.
#[derive(Debug)]
pub struct PcmWriter {
    ring: Producer<Piece>,
    rate: SampleRate,
    /// Less than a tick, not handed over yet.
    rest: Vec<f32>,
}

impl PcmWriter {
    pub(crate) fn new(ring: Producer<Piece>, rate: SampleRate) -> Self {
        Self { ring, rate, rest: Vec::with_capacity(rate.per_tick()) }
    }

    /// Rate of the audio.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// Writes mono samples (−1.0 to 1.0; louder is clipped) and returns how many were taken: fewer when as much waits
    /// as may. Audio is handed over by the tick; see [`PcmWriter::end`] for the rest. No allocation, no system call.
    pub fn write(&mut self, samples: &[f32]) -> usize {
        let per_tick = self.rate.per_tick();
        let mut taken = 0;
        while taken < samples.len() {
            if self.rest.len() == per_tick && !self.hand_over() {
                break;
            }
            let count = (per_tick - self.rest.len()).min(samples.len() - taken);
            self.rest.extend_from_slice(&samples[taken..taken + count]);
            taken += count;
        }
        if self.rest.len() == per_tick {
            self.hand_over();
        }
        taken
    }

    /// An utterance is over: hands over what is less than a tick. `false`: as much waits as may; try again.
    pub fn end(&mut self) -> bool {
        self.rest.is_empty() || self.hand_over()
    }

    /// Asks for a `Mark` event with `id` once everything written before has been played. `false`: as much waits as may.
    pub fn mark(&mut self, id: u64) -> bool {
        self.end() && self.ring.push(Piece::Mark(id)).is_ok()
    }

    /// The session has gone.
    pub fn is_closed(&self) -> bool {
        self.ring.is_abandoned()
    }

    fn hand_over(&mut self) -> bool {
        let taken = self.ring.push(Piece::audio(&self.rest)).is_ok();
        if taken {
            self.rest.clear();
        }
        taken
    }
}
