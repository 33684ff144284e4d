//! Telephone events for a session's sender.

use crate::engine::Reject;
use crate::engine::command::Command;
use crate::engine::staging::Staging;
use crate::graph::nodes::Send;
use crate::rtp::event::{Digits, QUEUE};
use crate::types::{Millis, SessionId};

impl Staging<'_> {
    /// Each digit is one change of a parameter; together they are as one operation.
    pub fn send_digits(&mut self, session: SessionId, digits: &Digits) -> Result<(), Reject> {
        if self.state.entry(session)?.spec.payloads.telephone_event.is_none() {
            return Err(Reject::NoTelephoneEvents(session));
        }
        digits.validate(QUEUE)?;
        let draft = self.draft(session)?;
        let (worker, node) = (draft.worker, draft.leg.legs.send);
        let set = |param, value, ramp| (worker, Command::Set { session, node, param, value, ramp });
        self.sets.push(set(Send::DIGIT_GAP, digits.pause().0 as f32, Millis(0)));
        let tones = digits.tones().map(|tone| {
            let value = f32::from(u16::from(tone.volume) << 8 | u16::from(tone.code));
            set(Send::DIGIT, value, tone.duration)
        });
        self.sets.extend(tones);
        Ok(())
    }
}
