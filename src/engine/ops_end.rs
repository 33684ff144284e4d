//! Sessions that go when what waits has been played and sent.

use crate::engine::Reject;
use crate::engine::command::Command;
use crate::engine::leg_event::LegEvent;
use crate::engine::request::Request;
use crate::engine::staging::Staging;
use crate::engine::state::State;
use crate::types::{Millis, SessionId, Tick};

impl Staging<'_> {
    pub fn end(&mut self, id: SessionId, grace: Millis) -> Result<(), Reject> {
        let by = Tick(self.state.tick().0 + u64::from(grace.ticks()));
        let draft = self.draft(id)?;
        draft.leg.ending = true;
        let worker = draft.worker;
        self.tell(id, LegEvent::Ending);
        self.sets.push((worker, Command::End { session: id, by }));
        Ok(())
    }
}

impl State {
    /// Destroys sessions that have nothing left to play or send. Where a ring is full the next turn tries again.
    pub fn bury(&mut self) {
        let out = std::mem::take(&mut self.played_out);
        for id in out {
            if self.entry(id).is_ok() && self.submit(vec![Request::Destroy(id)]).is_err() {
                self.played_out.push(id);
            }
        }
    }
}
