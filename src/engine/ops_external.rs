//! What sessions can be asked that are no telephone's: a program's, a player's, one of video.

use crate::engine::Reject;
use crate::engine::command::Command;
use crate::engine::course::Course;
use crate::engine::ops_early::EarlyMedia;
use crate::engine::request::Request;
use crate::engine::staging::Staging;
use crate::graph::nodes::PcmIn;
use crate::types::{Millis, SessionId};

impl Staging<'_> {
    /// Drops what a program's leg has waiting.
    pub fn flush(&mut self, session: SessionId) -> Result<(), Reject> {
        let draft = self.draft(session)?;
        if draft.spec.external.is_none() {
            return Err(Reject::NotExternal(session));
        }
        let (worker, node) = (draft.worker, draft.leg.legs.receive);
        let (param, value, ramp) = (PcmIn::FLUSH, 1.0, Millis(0));
        self.sets.push((worker, Command::Set { session, node, param, value, ramp }));
        Ok(())
    }

    /// What only audio has is not to be asked of a session that has none.
    pub fn asks_for_audio(&mut self, request: &Request) -> Result<(), Reject> {
        let (Request::Gain { session, .. }
        | Request::Hold { session, music: Some(_) }
        | Request::Course(session, Course::Park(Some(_)) | Course::Early(EarlyMedia::Ringback(_)))
        | Request::Play { session, .. }
        | Request::SendDigits { session, .. }
        | Request::SetEncoder { session, .. }
        | Request::OpenTap { session, .. }
        | Request::Edit { session, .. }
        | Request::Voice(session, _)
        | Request::Update { session, .. }) = request
        else {
            return Ok(());
        };
        let coded = matches!(request, Request::SendDigits { .. } | Request::SetEncoder { .. } | Request::Update { .. });
        if coded && !self.draft(*session)?.spec.has_network() {
            return Err(Reject::External(*session));
        }
        if self.draft(*session)?.spec.opaque.is_some() { Err(Reject::Opaque(*session)) } else { Ok(()) }
    }
}
