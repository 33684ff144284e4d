//! The orderly end of an engine: no new sessions, time for those that there are, and then none.

use crate::engine::control::Control;
use crate::engine::request::Request;
use crate::engine::state::State;
use crate::engine::{EventKind, Reject};
use crate::types::{Millis, SessionId, Tick};

/// A drain under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drain {
    /// When the sessions that are left are ended.
    deadline: Tick,
    /// How many were ended.
    ended: usize,
    told: bool,
}

impl Control {
    /// Takes no new sessions from now on, and ends those that still live after `limit`. When the last one has gone, a
    /// `Drained` event tells how many had to be ended. A second call sets another deadline. Returns at once.
    pub fn drain(&self, limit: Millis) -> Result<(), Reject> {
        let mut state = self.state();
        if state.stopped {
            return Err(Reject::Stopped);
        }
        let deadline = Tick(state.tick().0 + u64::from(limit.ticks()));
        let before = state.drain.map_or(0, |drain| drain.ended);
        state.draining = true;
        state.drain = Some(Drain { deadline, ended: before, told: false });
        Ok(())
    }
}

impl State {
    /// Ends what is left when its time is over, and tells when nothing is.
    pub fn drain_due(&mut self) {
        let Some(mut drain) = self.drain.filter(|drain| !drain.told) else { return };
        let now = self.tick();
        if self.sessions() == 0 {
            drain.told = true;
            self.sink.send(now, None, EventKind::Drained { ended: drain.ended });
        } else if now >= drain.deadline {
            let left: Vec<SessionId> = self.alive().collect();
            for id in left {
                // A full ring: the next turn tries again.
                drain.ended += usize::from(self.submit(vec![Request::Destroy(id)]).is_ok());
            }
        }
        self.drain = Some(drain);
    }

    /// Sessions that nobody has asked to go.
    pub fn alive(&self) -> impl Iterator<Item = SessionId> + '_ {
        self.places.iter().zip(0..).filter_map(|(place, index)| {
            let stays = place.entry.as_ref().is_some_and(|entry| !entry.leaving);
            stays.then_some(SessionId { index, generation: place.generation })
        })
    }
}
