//! One leg as an object: an id with the handle, whose methods are the transitions of its state machine.

use crate::engine::{Control, EarlyMedia, ForkSide, Pending, Reject};
use crate::session::{MediaState, SessionOp, Source};
use crate::types::{Decibels, Millis, RoomId, SessionId};

/// A leg in the hands of its dialog. Cheap to clone; dropping it ends nothing.
///
/// Each method is one transition of the table in [`MediaState::after`], and is rejected with
/// [`Reject::Illegal`](crate::Reject::Illegal) where the table has none: nothing has changed then. All other operations are those of [`Control`].
///
/// ```
/// use media_core::integration::MediaSession;
/// use media_core::session::{Gate, Link, Phase};
/// use media_core::{CodecSpec, EarlyMedia, EngineConfig, Millis, OfflineEngine, Reject, SessionSpec};
///
/// let mut engine = OfflineEngine::new(EngineConfig::new())?;
/// let control = engine.control();
/// let caller = MediaSession::of(&control, control.create(SessionSpec::new(CodecSpec::pcmu()).early())?.id);
/// let callee = MediaSession::of(&control, control.create(SessionSpec::new(CodecSpec::pcma()))?.id);
///
/// caller.bridge(&callee)?.detach();
/// caller.early(EarlyMedia::Listen)?.detach();
/// assert_eq!(caller.state()?.phase, Phase::Early(Gate::Listen));
/// assert!(matches!(caller.hold(None), Err(Reject::Illegal { .. })), "nobody holds who has not answered");
/// caller.answer()?.detach();
/// caller.hold(None)?.detach();
/// assert!(caller.state()?.held && caller.state()?.link == Link::Bridged(callee.id()));
/// caller.end(Millis(500))?.detach();
/// engine.run(60);
/// assert!(caller.state().is_err(), "it has gone");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct MediaSession {
    control: Control,
    id: SessionId,
}

impl MediaSession {
    /// The leg of this id.
    pub fn of(control: &Control, id: SessionId) -> Self {
        Self { control: control.clone(), id }
    }

    /// Its id, for all other operations.
    pub fn id(&self) -> SessionId {
        self.id
    }

    /// What it is in its call.
    pub fn state(&self) -> Result<MediaState, Reject> {
        self.control.session_state(self.id)
    }

    /// Whether an operation is legal now. A leg that has gone allows none.
    pub fn allows(&self, op: SessionOp) -> bool {
        self.state().is_ok_and(|state| state.allows(op))
    }

    /// As [`Control::bridge`].
    pub fn bridge(&self, other: &MediaSession) -> Result<Pending, Reject> {
        self.control.bridge(self.id, other.id)
    }

    /// As [`Control::unbridge`].
    pub fn unbridge(&self) -> Result<Pending, Reject> {
        self.control.unbridge(self.id)
    }

    /// As [`Control::join`], as loud as it is.
    pub fn join(&self, room: RoomId) -> Result<Pending, Reject> {
        self.control.join(self.id, room, Decibels(0.0))
    }

    /// As [`Control::leave`].
    pub fn leave(&self) -> Result<Pending, Reject> {
        self.control.leave(self.id)
    }

    /// As [`Control::hold`].
    pub fn hold(&self, music: Option<Source>) -> Result<Pending, Reject> {
        self.control.hold(self.id, music)
    }

    /// As [`Control::resume`].
    pub fn resume(&self) -> Result<Pending, Reject> {
        self.control.resume(self.id)
    }

    /// As [`Control::park`].
    pub fn park(&self, music: Option<Source>) -> Result<Pending, Reject> {
        self.control.park(self.id, music)
    }

    /// As [`Control::unpark`].
    pub fn unpark(&self) -> Result<Pending, Reject> {
        self.control.unpark(self.id)
    }

    /// As [`Control::early`].
    pub fn early(&self, media: EarlyMedia) -> Result<Pending, Reject> {
        self.control.early(self.id, media)
    }

    /// As [`Control::answer`].
    pub fn answer(&self) -> Result<Pending, Reject> {
        self.control.answer(self.id)
    }

    /// As [`Control::replace`]: `new` takes this one's place.
    pub fn replace_by(&self, new: &MediaSession) -> Result<Pending, Reject> {
        self.control.replace(self.id, new.id)
    }

    /// As [`Control::transfer`]: this one is passed on to `to`.
    pub fn transfer(&self, to: &MediaSession) -> Result<Pending, Reject> {
        self.control.transfer(self.id, to.id)
    }

    /// As [`Control::fork`]; gives the session of the copy.
    pub fn fork(&self, side: ForkSide, sink: &MediaSession) -> Result<(MediaSession, Pending), Reject> {
        let (fork, op) = self.control.fork(self.id, side, sink.id)?;
        Ok((Self::of(&self.control, fork), op))
    }

    /// As [`Control::end`].
    pub fn end(&self, grace: Millis) -> Result<Pending, Reject> {
        self.control.end(self.id, grace)
    }

    /// As [`Control::destroy`].
    pub fn destroy(&self) -> Result<Pending, Reject> {
        self.control.destroy(self.id)
    }
}
