//! The operations of the handle, one by one; a transaction has the same by value.

use crate::codec::EncoderParam;
use crate::engine::control::{Control, Txn};
use crate::engine::ops_detect::Detectors;
use crate::engine::ops_process::VoiceChange;
use crate::engine::ops_tap::{TapId, TapPoint};
use crate::engine::reject::TopologyError;
use crate::engine::request::{Direction, PlayControl, PlayId, Request};
use crate::engine::{Pending, Reject, RoomChange, RoomFloor, RoomSpec};
use crate::graph::{ParamId, Topology};
use crate::processing::audio::ns::NsLevel;
use crate::processing::pipeline::ProcessingSpec;
use crate::rtp::event::Digits;
use crate::session::{Cue, ExternalPort, ExternalSpec, Legs, SessionSpec, SessionUpdate, Source, TapReader, tap_ring};
use crate::types::{Decibels, Millis, NodeId, RoomId, SampleRate, SessionId, WorkerId};

/// Declares each operation once, for [`Control`] and for [`Txn`].
macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $type:ty),*) => $request:expr;)*) => {
        impl Control {
            $($(#[$doc])* pub fn $name(&self, $($arg: $type),*) -> Result<Pending, Reject> {
                self.submit($request)
            })*
        }

        impl Txn {
            $($(#[$doc])* pub fn $name(self, $($arg: $type),*) -> Self {
                self.with($request)
            })*
        }
    };
}

pub(super) use operations;

operations! {
    /// Ends a session. What it still had to send is dropped; `Destroyed` carries its final figures.
    destroy(session: SessionId) => Request::Destroy(session);
    /// Lets two sessions hear each other. Where nothing needs the audio, packets pass undecoded.
    bridge(a: SessionId, b: SessionId) => Request::Bridge(a, b);
    /// Parts a session from the one that it is bridged to.
    unbridge(session: SessionId) => Request::Unbridge(session);
    /// Sets the gain of one direction, −96 dB (silence) to +24 dB, reached after `ramp`.
    gain(session: SessionId, direction: Direction, gain: Decibels, ramp: Millis)
        => Request::Gain { session, direction, gain, ramp };
    /// Silences one direction, or restores its gain, within 20 ms. Outbound, the party is what conferences call deaf.
    mute(session: SessionId, direction: Direction, muted: bool) => Request::Mute { session, direction, muted };
    /// Puts a session on hold: it hears `music` or nothing, and is not heard.
    hold(session: SessionId, music: Option<Source>) => Request::Hold { session, music };
    /// Ends the hold.
    resume(session: SessionId) => Request::Resume(session);
    /// Sends telephone events, one after the other behind those that wait, in place of audio (RFC 4733). For each
    /// a `DigitSent` event tells when it is out. Up to 64 can wait; what does not fit is counted as dropped.
    send_digits(session: SessionId, digits: Digits) => Request::SendDigits { session, digits };
    /// Sends the session's party packets, or none: it is `sendonly` or `inactive` (RFC 3264 §5.1, §8.4). Time goes on
    /// meanwhile, sequence numbers do not, so that the stream has no break. Digits wait.
    transmit(session: SessionId, on: bool) => Request::Transmit { session, on };
    /// Drops what a program's leg has waiting to be played, within a tick and without a click.
    flush(session: SessionId) => Request::Flush(session);
    /// Ends something that plays.
    stop_play(session: SessionId, id: PlayId) => Request::StopPlay { session, id };
    /// Pauses something that plays, lets it go on, moves it to another place, or changes its gain.
    control_play(session: SessionId, id: PlayId, control: PlayControl)
        => Request::ControlPlay { session, id, control };
    /// Ends a tap; its reader gets what was recorded up to then.
    close_tap(session: SessionId, id: TapId) => Request::CloseTap { session, id };
    /// Sets a parameter of a node that a user's edit added.
    set(session: SessionId, node: NodeId, param: ParamId, value: f32, ramp: Millis)
        => Request::Set { session, node, param, value, ramp };
    /// Changes codecs, payload types, packet time or jitter buffer of a running session at a tick's boundary.
    /// `CodecChanged` tells each direction that has another codec or packet time.
    update(session: SessionId, update: SessionUpdate) => Request::Update { session, update: Box::new(update) };
    /// Changes what is done with what comes from the party, from now on; what is to be done as before goes on, all else
    /// fades over within a few ticks.
    process(session: SessionId, processing: ProcessingSpec)
        => Request::Voice(session, VoiceChange::Spec(Box::new(processing)));
    /// Listens for these things in what comes from the party from now on, and for no others; what is done with its voice stays as it is.
    /// What was listened for before, in the same way, is so without a break; an answer is decided once, and anew after it was not asked for.
    detect(session: SessionId, detectors: Detectors)
        => Request::Voice(session, VoiceChange::Detect(Box::new(detectors)));
    /// Sets how far noise in what comes from the party is let down, where it is suppressed.
    noise_level(session: SessionId, level: NsLevel) => Request::Voice(session, VoiceChange::NoiseLevel(level));
    /// Changes a setting of a session's encoder from its next frame on; the next update of the codec ends it.
    set_encoder(session: SessionId, param: EncoderParam, value: i32)
        => Request::SetEncoder { session, param, value };
    /// Lets a session hear a room, and be heard in it with `gain` a tick later. It must not be bridged.
    join(session: SessionId, room: RoomId, gain: Decibels) => Request::Join { session, room, gain };
    /// Takes a session out of its room.
    leave(session: SessionId) => Request::Leave(session);
    /// Changes who hears whom in a room, all of it at one tick, gains within `ramp`. [`mixer::presets`](crate::mixer::presets)
    /// make lists of changes: hold, whisper, coach, spy, barge, side rooms, announcements, priority.
    shape(room: RoomId, changes: Vec<RoomChange>, ramp: Millis) => Request::Shape { room, changes, ramp };
    /// Sets who may be heard in a room that chooses talkers ([`RoomSpec::talkers`]).
    floor(room: RoomId, floor: RoomFloor) => Request::Floor(room, floor);
    /// Ends a room; its members leave it.
    destroy_room(room: RoomId) => Request::DestroyRoom(room);
    /// Moves a session, with the one that it is bridged to, to another worker between two ticks.
    migrate(session: SessionId, to: WorkerId) => Request::Migrate { session, to };
}

impl Control {
    /// Opens a room on every worker. Sessions enter it by [`Control::join`].
    pub fn create_room(&self, spec: RoomSpec) -> Result<(RoomId, Pending), Reject> {
        self.state().create_room(spec)
    }

    /// Plays a source to a session's party, added to what it hears. Ends with a `PlayDone` event.
    pub fn play(&self, session: SessionId, source: Source) -> Result<(PlayId, Pending), Reject> {
        self.play_as(session, source, Cue::new())
    }

    /// As [`Control::play`], from another place, several times, at another gain, with marks, with ducking.
    pub fn play_as(&self, session: SessionId, source: Source, how: Cue) -> Result<(PlayId, Pending), Reject> {
        let mut state = self.state();
        state.last_handle += 1;
        let id = PlayId(state.last_handle);
        Ok((id, state.submit(vec![Request::Play { session, id, source, how: Box::new(how) }])?))
    }

    /// Opens a tap with a ring of `length`: every frame of the point, with its tick, for a reader on an ordinary thread.
    pub fn tap(
        &self,
        session: SessionId,
        point: TapPoint,
        length: Millis,
    ) -> Result<(TapId, TapReader, Pending), Reject> {
        let mut state = self.state();
        let rate = state.tap_rate(session, point)?;
        let (frames, reader) = tap_ring(rate, length);
        state.last_handle += 1;
        let id = TapId(state.last_handle);
        Ok((id, reader, state.submit(vec![Request::OpenTap { session, id, point, reader: (rate, frames) }])?))
    }

    /// Listens to a room as a member would who says nothing: the whole mix of its first zone at `rate`, for a recorder on
    /// an ordinary thread. It takes a member's place; [`Control::destroy`] ends it.
    pub fn tap_room(&self, room: RoomId, rate: SampleRate, length: Millis) -> Result<RoomTap, Reject> {
        let created = self.create(SessionSpec::external(rate, ExternalSpec::new().heard(length)))?;
        let ExternalPort { reader, .. } = created.external.ok_or(Reject::NotExternal(created.id))?;
        match self.join(created.id, room, Decibels(0.0)) {
            Ok(op) => Ok(RoomTap { listener: created.id, reader, op }),
            Err(why) => {
                // A room that takes nobody is no reason to leave somebody before its door.
                let _ = self.destroy(created.id);
                Err(why)
            }
        }
    }

    /// Changes a session's graph: adds a user's nodes, connects them, takes them out. The new plan
    /// is compiled here and put in place at a tick's boundary; edges that changed cross-fade.
    ///
    /// The nodes that every leg has ([`Legs`]) must stay.
    pub fn edit(
        &self,
        session: SessionId,
        edit: impl FnOnce(&mut Topology, Legs) -> Result<(), TopologyError> + Send + 'static,
    ) -> Result<Pending, Reject> {
        self.submit(Request::Edit { session, edit: Box::new(edit) })
    }
}

/// Somebody who listens to a room.
#[derive(Debug)]
#[non_exhaustive]
pub struct RoomTap {
    /// Who that is.
    pub listener: SessionId,
    /// What the room sounds like, tick by tick.
    pub reader: TapReader,
    /// Answered when it listens.
    pub op: Pending,
}

impl Txn {
    /// As [`Control::play`]; the id is returned beside the transaction.
    pub fn play(self, session: SessionId, source: Source) -> (PlayId, Self) {
        self.play_as(session, source, Cue::new())
    }

    /// As [`Control::play_as`]; the id is returned beside the transaction.
    pub fn play_as(self, session: SessionId, source: Source, how: Cue) -> (PlayId, Self) {
        let id = {
            let mut state = self.control.state();
            state.last_handle += 1;
            PlayId(state.last_handle)
        };
        (id, self.with(Request::Play { session, id, source, how: Box::new(how) }))
    }

    /// As [`Control::edit`].
    pub fn edit(
        self,
        session: SessionId,
        edit: impl FnOnce(&mut Topology, Legs) -> Result<(), TopologyError> + Send + 'static,
    ) -> Self {
        self.with(Request::Edit { session, edit: Box::new(edit) })
    }
}
