//! Encoders for members of rooms who hear the same, and what became of them.

use crate::engine::command::Command;
use crate::engine::room::{RoomStats, Stock};
use crate::engine::state::State;
use crate::engine::{Control, Reject};
use crate::rt::Owned;
use crate::types::{RoomId, SessionId, Tick, WorkerId};

/// Codecs and packet times of one room that encoders are shared of; members of any further one have their own.
const MOST_FORMS: usize = 8;

impl State {
    /// Sends all workers encoders for what a session is sent in its room, if they have none yet. Where there is no room
    /// for it now, the next operation will do it.
    pub fn stock(&mut self, session: SessionId) {
        let Ok(entry) = self.entry(session) else { return };
        let (form, spec) = ((entry.spec.sends(), entry.spec.ptime), &entry.spec);
        let Some(id) = entry.leg.room.filter(|_| spec.opaque.is_none() && spec.has_network()) else { return };
        let all = || (0..self.workers.len()).map(|w| WorkerId(w as u16));
        let (workers, ready) = (self.workers.len(), self.has_room(all(), 1).is_ok());
        let Some(reclaim) = self.reclaim.clone().filter(|_| ready) else { return };
        let Some(room) = self.rooms.get_mut(id).filter(|room| room.spec.is_shared()) else { return };
        let known = room.stocked.iter().any(|(codec, ptime)| (codec.under(form.0.payload_type), *ptime) == form);
        if known || room.stocked.len() >= MOST_FORMS {
            return;
        }
        room.stocked.push(form);
        let op = self.open(workers as u32, Vec::new());
        for worker in (0..workers).map(|w| WorkerId(w as u16)) {
            let stock = Owned::new(&reclaim, Stock::new(&form.0, form.1));
            self.send(op.op(), worker, Tick(0), vec![Command::Stock { room: id, stock }]);
        }
    }
}

impl Control {
    /// A room's figures, a tick old.
    pub fn room_stats(&self, room: RoomId) -> Result<RoomStats, Reject> {
        let state = self.state();
        Ok(state.rooms.get(room).ok_or(Reject::NoSuchRoom(room))?.stats())
    }
}
