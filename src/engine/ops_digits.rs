//! What a session's sender is told: telephone events, and whether it sends at all.

use crate::engine::Reject;
use crate::engine::command::Command;
use crate::engine::staging::Staging;
use crate::graph::nodes::{Send, Tones};
use crate::rtp::event::{DigitSource, Digits, DigitsError, QUEUE};
use crate::types::{Millis, NodeId, SessionId};

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
        digits.validate(QUEUE)?;
        let (node, digit, gap) = match digits.way() {
            DigitSource::Event => (self.sender_of_events(session)?, Send::DIGIT, Send::DIGIT_GAP),
            DigitSource::Tones => {
                if let Some(code) = digits.tones().map(|tone| tone.code).find(|code| *code > 15) {
                    return Err(DigitsError::NoTones(code).into());
                }
                (self.needs_tones(session)?, Tones::DIGIT, Tones::DIGIT_GAP)
            }
        };
        let worker = self.draft(session)?.worker;
        let set = |param, value, ramp| (worker, Command::Set { session, node, param, value, ramp });
        self.sets.push(set(gap, digits.pause().0 as f32, Millis(0)));
        let tones = digits.tones().map(|tone| {
            let value = f32::from(u16::from(tone.volume) << 8 | u16::from(tone.code));
            set(digit, value, tone.duration)
        });
        self.sets.extend(tones);
        Ok(())
    }

    fn sender_of_events(&mut self, session: SessionId) -> Result<NodeId, Reject> {
        match self.draft(session)? {
            draft if draft.spec.payloads.telephone_event.is_none() => Err(Reject::NoTelephoneEvents(session)),
            draft => Ok(draft.leg.legs.send),
        }
    }
}
