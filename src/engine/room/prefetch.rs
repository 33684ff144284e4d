//! Members' memory, asked for ahead of their turn: with thousands of them it is in no cache.

use crate::engine::room::Hall;
use crate::mixer::Member;
use crate::rt::{prefetch, prefetch_start};
use crate::session::Session;

impl Hall {
    /// Asks for a session's seat, whose turn in a tick is the third from now. Real-time, as all that asks for memory.
    pub fn prefetch_seat(&self, session: &Session) {
        if let Some(seat) = &session.seat {
            prefetch(&**seat);
        }
    }

    /// Asks for the member in a session's seat, which should be there already.
    pub fn prefetch_member(&self, session: &Session) {
        if let Some(member) = self.member(session) {
            prefetch_start(member);
        }
    }

    /// Asks for what the member points to, who should be there already.
    pub fn prefetch_words(&self, session: &Session) {
        if let Some(member) = self.member(session)
            && let Some(words) = member.upcoming()
        {
            prefetch(member);
            words.into_iter().for_each(prefetch);
        }
    }

    fn member(&self, session: &Session) -> Option<&Member> {
        let seat = session.seat.as_ref()?;
        let part = self.slots.get(seat.room.index as usize)?.as_deref()?;
        part.room.member(seat.place()?)
    }
}
