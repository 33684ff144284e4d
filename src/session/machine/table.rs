//! The table: each operation, the states in which it is legal, and what comes of it.

use std::fmt;

use crate::session::machine::{Gate, Link, MediaState, Phase};
use crate::types::{RoomId, SessionId};

/// What may be asked of one leg, or befall it, that depends on its state or changes it. Everything else (gain, mute, digits,
/// codecs, taps, processing, migration, statistics) is legal in every state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SessionOp {
    /// Let it and another leg hear each other; a parked one is picked up.
    Bridge(SessionId),
    /// Part it from its peer.
    Unbridge,
    /// Let it into a room; a parked one is picked up.
    Join(RoomId),
    /// Take it out of its room.
    Leave,
    /// Put it on hold.
    Hold,
    /// End the hold.
    Resume,
    /// Put it aside: out of its bridge or room, and off hold.
    Park,
    /// End the parking without connecting it.
    Unpark,
    /// Set what passes before the answer.
    Early(Gate),
    /// Answer its call.
    Answer,
    /// Play something to it.
    Play,
    /// Copy its stream to another leg.
    Fork,
    /// Let another leg take its place with its peer.
    Replace(SessionId),
    /// End it when what waits has been played and sent.
    End,
    /// End it at once.
    Destroy,
    /// Its peer went: nobody asked this of it.
    Parted,
    /// Its room went.
    RoomClosed,
    /// Media of the far party came while it heard ringback.
    FarMedia,
}

/// What an operation comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The state afterwards; `None`: the leg does not exist any more.
    pub state: Option<MediaState>,
    /// The events that tell of it, in order.
    pub told: Vec<Told>,
}

/// An event of a leg, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the events of these names say what they are")]
pub enum Told {
    Bridged(SessionId),
    Unbridged,
    Joined(RoomId),
    Left(RoomId),
    Held,
    Resumed,
    Parked,
    Unparked,
    Early(Gate),
    EarlyMedia,
    Answered,
    Replaced(SessionId),
    Ending,
    Destroyed,
}

impl MediaState {
    /// What `op` comes to; `None`: it is illegal in this state.
    pub fn after(self, op: SessionOp) -> Option<Step> {
        use {Link as L, Phase as P, SessionOp as Op};
        let Self { phase, link, held } = self;
        let linked = |link| Self { link, ..self };
        Some(match (op, phase, link, held) {
            (Op::Bridge(to), P::Early(_) | P::Answered, L::Free, _) => {
                step(linked(L::Bridged(to)), [Told::Bridged(to)])
            }
            (Op::Bridge(to), P::Answered, L::Parked, _) => {
                step(linked(L::Bridged(to)), [Told::Unparked, Told::Bridged(to)])
            }
            (Op::Unbridge | Op::Parted, _, L::Bridged(_), _) => step(linked(L::Free), [Told::Unbridged]),
            // The other leg's `Bridged` to the far one is told of that one.
            (Op::Replace(_), P::Early(_) | P::Answered, L::Bridged(_), _) => step(linked(L::Free), [Told::Unbridged]),

            (Op::Join(room), P::Answered, L::Free, _) => step(linked(L::InRoom(room)), [Told::Joined(room)]),
            (Op::Join(room), P::Answered, L::Parked, _) => {
                step(linked(L::InRoom(room)), [Told::Unparked, Told::Joined(room)])
            }
            (Op::Leave | Op::RoomClosed, _, L::InRoom(room), _) => step(linked(L::Free), [Told::Left(room)]),

            (Op::Hold, P::Answered, L::Free | L::Bridged(_) | L::InRoom(_), false) => {
                step(Self { held: true, ..self }, [Told::Held])
            }
            (Op::Resume, P::Answered, _, true) => step(Self { held: false, ..self }, [Told::Resumed]),

            (Op::Park, P::Answered, L::Free | L::Bridged(_) | L::InRoom(_), _) => {
                let parted = match link {
                    L::Bridged(_) => Some(Told::Unbridged),
                    L::InRoom(room) => Some(Told::Left(room)),
                    L::Free | L::Parked => None,
                };
                let told = [parted, held.then_some(Told::Resumed), Some(Told::Parked)];
                step(Self { link: L::Parked, held: false, ..self }, told.into_iter().flatten())
            }
            (Op::Unpark, P::Answered, L::Parked, _) => step(linked(L::Free), [Told::Unparked]),

            (Op::Early(gate), P::Early(_), _, _) => step(Self { phase: P::Early(gate), ..self }, [Told::Early(gate)]),
            (Op::FarMedia, P::Early(Gate::Ringback), L::Bridged(_), _) => {
                step(Self { phase: P::Early(Gate::Listen), ..self }, [Told::EarlyMedia])
            }
            (Op::Answer, P::Early(_), _, _) => step(Self { phase: P::Answered, ..self }, [Told::Answered]),

            (Op::Play | Op::Fork, P::Early(_) | P::Answered, _, _) => step(self, []),
            (Op::End, P::Early(_) | P::Answered, _, _) => step(Self { phase: P::Ending, ..self }, [Told::Ending]),
            (Op::Destroy, _, _, _) => Step { state: None, told: vec![Told::Destroyed] },
            _ => return None,
        })
    }

    /// Whether `op` is legal in this state.
    pub fn allows(self, op: SessionOp) -> bool {
        self.after(op).is_some()
    }
}

fn step(state: MediaState, told: impl IntoIterator<Item = Told>) -> Step {
    Step { state: Some(state), told: told.into_iter().collect() }
}

impl fmt::Display for SessionOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SessionOp::Bridge(to) => write!(f, "be bridged to {to}"),
            SessionOp::Unbridge => f.write_str("be unbridged"),
            SessionOp::Join(room) => write!(f, "join {room}"),
            SessionOp::Leave => f.write_str("leave a room"),
            SessionOp::Hold => f.write_str("be held"),
            SessionOp::Resume => f.write_str("be resumed"),
            SessionOp::Park => f.write_str("be parked"),
            SessionOp::Unpark => f.write_str("be unparked"),
            SessionOp::Early(_) => f.write_str("have early media"),
            SessionOp::Answer => f.write_str("be answered"),
            SessionOp::Play => f.write_str("be played to"),
            SessionOp::Fork => f.write_str("be forked"),
            SessionOp::Replace(by) => write!(f, "be replaced by {by}"),
            SessionOp::End => f.write_str("end"),
            SessionOp::Destroy => f.write_str("be destroyed"),
            SessionOp::Parted => f.write_str("be parted"),
            SessionOp::RoomClosed => f.write_str("lose a room"),
            SessionOp::FarMedia => f.write_str("hear early media"),
        }
    }
}
