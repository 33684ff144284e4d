//! What the control side knows of a leg: its settings, whom it hears, what plays and what listens.

use crate::codec::CodecSpec;
use crate::engine::Conversion;
use crate::engine::ops_fork::Fork;
use crate::engine::ops_tap::TapId;
use crate::engine::overload::Curtailed;
use crate::engine::request::{Direction, PlayId};
use crate::graph::Node;
use crate::graph::nodes::{Ringback, Sum, VoiceReader};
use crate::processing::pipeline::{DigitsToFar, VoiceStats};
use crate::session::{Cue, Gate, Legs, Source};
use crate::types::{Decibels, Millis, NodeId, RoomId, SampleRate, SessionId, Tick};

/// The settings of a leg, small enough to be copied for a trial.
#[derive(Clone, Debug)]
pub(crate) struct LegState {
    pub legs: Legs,
    pub peer: Option<SessionId>,
    /// The room that the session is in.
    pub room: Option<RoomId>,
    /// Rate of the frames that `far_in` takes.
    pub heard_rate: SampleRate,
    /// The codecs that the receiver takes, by line.
    pub lines: Vec<CodecSpec>,
    /// What arrives, as the receiver told last, and how much in each packet.
    pub receives: (CodecSpec, Millis),
    /// What the host was told last of it.
    pub told: CodecSpec,
    /// Gain and mute, inbound and outbound.
    pub faders: [FaderState; 2],
    pub held: bool,
    /// Put aside.
    pub parked: bool,
    /// What passes before its call is answered.
    pub gate: Option<Gate>,
    /// It goes when what waits is out.
    pub ending: bool,
    /// What a hold, a parking or an early call plays.
    pub music: Option<Playing>,
    pub plays: Vec<(PlayId, Playing)>,
    pub taps: Vec<OpenTap>,
    /// Copies of it.
    pub forks: Vec<Fork>,
    /// The session whose copy it is.
    pub copies: Option<SessionId>,
    /// Works on the leg's voice.
    pub voice: Option<NodeId>,
    /// What that tells of itself.
    pub voice_figures: Option<VoiceReader>,
    /// Plays digits to it.
    pub tones: Option<NodeId>,
    /// What the far party gets of its digits, as the node was told last.
    pub to_far: DigitsToFar,
    /// The line whose packets go to the peer undecoded.
    pub relaying: Option<u8>,
    /// Whom this party hears, and how.
    pub passing: Option<(SessionId, Conversion)>,
    /// What it does without, since its worker is loaded.
    pub curtailed: Curtailed,
}

impl LegState {
    /// All that plays.
    pub fn playing(&self) -> impl Iterator<Item = &Playing> {
        self.plays.iter().map(|play| &play.1).chain(&self.music)
    }

    /// How its voice is worked on, as of its last tick; `None` where nothing is done with it.
    pub fn voice_stats(&self) -> Option<VoiceStats> {
        self.voice_figures.as_ref().map(|reader| VoiceStats::from_words(&reader.read()))
    }

    /// Whether the node is one of the engine's own.
    pub fn owns(&self, node: NodeId) -> bool {
        self.legs.contains(node) || [self.voice, self.tones].contains(&Some(node))
    }

    /// The fader of one direction.
    pub fn fader(&self, direction: Direction) -> NodeId {
        match direction {
            Direction::Inbound => self.legs.fader_up,
            Direction::Outbound => self.legs.fader_down,
        }
    }
}

/// A tap, and the rate that its reader was promised.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenTap {
    pub id: TapId,
    pub node: NodeId,
    pub rate: SampleRate,
}

/// The nodes of something that plays.
#[derive(Clone, Debug)]
pub(crate) struct Playing {
    /// What plays, for another rate.
    pub what: Source,
    pub how: Cue,
    pub source: NodeId,
    /// Adds it to what the party hears anyway.
    pub sum: NodeId,
    /// It is heard only until the party has something else to hear.
    pub yields: bool,
}

impl Playing {
    /// The node that puts a source to what the party hears anyway. Allocates.
    pub fn joint(yields: bool, how: &Cue, rate: SampleRate) -> Box<dyn Node> {
        if yields { Box::new(Ringback::new(rate)) } else { Box::new(Sum::new(rate, 2).duck(how.duck)) }
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FaderState {
    pub gain: Decibels,
    pub muted: bool,
    /// The tick by which its last ramp has ended.
    pub at_rest: Tick,
}
