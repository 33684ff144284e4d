//! What nodes report. A node pushes; the worker drains after the session has run.

use crate::processing::audio::call_progress::Signal;
use crate::rtp::event::DigitSource;
use crate::types::{Millis, NodeId, PayloadType, Ssrc};

/// Why a file could not be read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReadFailure {
    /// The system cannot read it any more.
    Unreadable,
    /// What it holds is not what its format has, or it ends before it says it does.
    Corrupt,
}

/// Something that a node wants the host to know.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum NodeEventKind {
    /// The sender changed its SSRC (RFC 3550 §8.2); playout continued with the new source.
    SourceSwitched {
        /// The source from now on.
        ssrc: Ssrc,
    },
    /// The sender changed its codec, or its packet time.
    CodecChanged {
        /// Of the packets that come now.
        payload_type: PayloadType,
        /// Audio in each of them.
        ptime: Millis,
    },
    /// Something came that takes the place of ringback.
    FarMedia,
    /// Packets began to arrive.
    MediaStarted,
    /// The first tick of a file that is heard. What is played from memory begins in the tick of its operation.
    PlayStarted,
    /// A played source came to its end, which is at `samples`.
    PlayDone {
        /// Its place there, in samples at the player's rate.
        samples: u64,
    },
    /// No more of a file was read in time: silence from here on.
    PlayStarved {
        /// Its place, in samples at the player's rate.
        at: u64,
    },
    /// A file goes on where it was when it starved.
    PlayResumed {
        /// The silence between, in samples at the player's rate.
        samples: u64,
    },
    /// A file cannot be read any further.
    PlayFailed {
        /// Its place, in samples at the player's rate.
        at: u64,
        /// Why.
        why: ReadFailure,
    },
    /// What a program wrote before this mark has been played.
    Mark {
        /// The program's name for it.
        id: u64,
    },
    /// A program's audio ran out while it was playing.
    Starved,
    /// So much waited of a program's audio that the oldest was left out, though it was no pause.
    Backlog {
        /// Samples left out.
        dropped: u32,
    },
    /// The party spoke while a program's audio was playing: the rest of it was dropped.
    BargeIn,
    /// A tap's reader is too slow: this many frames were not recorded.
    TapOverrun {
        /// Frames of 10 ms lost to the reader since the last report.
        frames: u32,
    },
    /// A telephone event began (RFC 4733), or the tones of a digit were heard; told once for each, whatever was lost or came
    /// twice, and once where both come.
    DigitStarted {
        /// Event code: 0 to 9, 10 is `*`, 11 is `#`, 12 to 15 are `A` to `D`.
        code: u8,
        /// Power in dBm0 with the sign dropped.
        volume: u8,
        /// How it came.
        source: DigitSource,
    },
    /// A telephone event or the tones of a digit ended; follows each start once.
    Digit {
        /// Event code.
        code: u8,
        /// Power in dBm0 with the sign dropped.
        volume: u8,
        /// How long it lasted, as far as its reports came.
        duration: Millis,
        /// The sender told its end; otherwise its reports ceased, or another event began. Of tones the end is always known,
        /// unless they are looked for no more.
        complete: bool,
        /// How it came.
        source: DigitSource,
    },
    /// A signal of the network, a fax or another machine was heard in the audio.
    Detected {
        /// Which.
        signal: Signal,
    },
    /// The party begins to speak, where voice activity is looked for.
    VoiceStarted,
    /// It has paused.
    VoiceStopped,
    /// A digit asked for by `send_digits` was sent: a telephone event with the copies of its last report, or its tones.
    DigitSent {
        /// Event code.
        code: u8,
    },
    /// A user's node says something of its own.
    Custom {
        /// What it means is the user's.
        code: u32,
        /// What it means is the user's.
        value: f64,
    },
}

/// A report with the node that made it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NodeEvent {
    /// Who reports.
    pub node: NodeId,
    /// What.
    pub kind: NodeEventKind,
}

/// The reports of one session's tick: bounded, and counting what did not fit.
#[derive(Debug)]
pub struct NodeEvents {
    events: Vec<NodeEvent>,
    lost: u32,
}

impl NodeEvents {
    /// Room for `capacity` reports a tick. Allocates.
    pub fn new(capacity: usize) -> Self {
        Self { events: Vec::with_capacity(capacity), lost: 0 }
    }

    /// Adds a report, or counts it as lost when the tick's room is used up. Real-time.
    pub fn push(&mut self, node: NodeId, kind: NodeEventKind) {
        if self.events.len() < self.events.capacity() {
            self.events.push(NodeEvent { node, kind });
        } else {
            self.lost += 1;
        }
    }

    /// The reports so far, oldest first. Real-time.
    pub fn iter(&self) -> impl Iterator<Item = &NodeEvent> {
        self.events.iter()
    }

    /// Whether nothing was reported and nothing lost.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty() && self.lost == 0
    }

    /// Takes the reports out, oldest first. Real-time.
    pub fn drain(&mut self) -> impl Iterator<Item = NodeEvent> + '_ {
        self.events.drain(..)
    }

    /// Takes the count of reports that did not fit.
    pub fn take_lost(&mut self) -> u32 {
        std::mem::take(&mut self.lost)
    }
}
