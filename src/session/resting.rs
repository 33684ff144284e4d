//! A member whom nobody hears: what his party sends need not be decoded.

use crate::mixer::Room;
use crate::mixer::talkers::Choice;
use crate::session::Seat;

impl Seat {
    /// Whether nobody hears him unless he begins to talk.
    pub fn may_rest(&self, room: &Room, choice: &Choice) -> bool {
        let (Some(voice), Some(place)) = (&self.voice, self.place.filter(|_| self.waits == 0)) else { return false };
        let Some((zone, muted)) = room.standing(place) else { return false };
        !muted && voice.may_rest(choice, zone) && !room.is_excepted(place)
    }

    /// Says nothing: what he was sent was not decoded.
    pub fn rest(&mut self, room: &mut Room, choice: Option<&mut Choice>) {
        let Some(place) = self.place.filter(|_| self.waits == 0) else { return };
        if let (Some(voice), Some(choice), Some((zone, _))) = (&mut self.voice, choice, room.standing(place)) {
            voice.rest(choice, zone);
        }
        room.say(place, &[]);
    }
}
