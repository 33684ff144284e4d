//! What a session's sender is told: telephone events, and whether it sends at all.

use crate::engine::Reject;
use crate::engine::command::Command;
use crate::engine::staging::Staging;
use crate::graph::nodes::Send;
use crate::rtp::event::{Digits, QUEUE};
use crate::types::{Millis, SessionId};

impl Staging<'_> {
    /// Lets packets out, or not.
    pub fn transmit(&mut self, session: SessionId, on: bool) -> Result<(), Reject> {
        let draft = self.draft(session)?;
        if draft.spec.opaque.is_some() {
            return Err(Reject::Opaque(session));
        }
        if !draft.spec.has_network() {
            return Err(Reject::External(session));
        }
        let (worker, node, value) = (draft.worker, draft.leg.legs.send, f32::from(u8::from(on)));
        self.sets.push((worker, Command::Set { session, node, param: Send::TRANSMIT, value, ramp: Millis(0) }));
        Ok(())
    }

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
