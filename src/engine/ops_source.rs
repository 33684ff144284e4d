//! The host knows that another source takes over a session's stream.

use crate::engine::Reject;
use crate::engine::command::Command;
use crate::engine::staging::Staging;
use crate::types::{SessionId, Ssrc};

/// What the host knows of the source that comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SourceHint {
    /// Its SSRC.
    Ssrc(Ssrc),
    /// Nothing: the next packet that does not go on from those before is its first.
    Unknown,
}

impl Staging<'_> {
    pub fn source_changed(&mut self, session: SessionId, hint: SourceHint) -> Result<(), Reject> {
        let draft = self.draft(session)?;
        if draft.spec.opaque.is_some() {
            return Err(Reject::Opaque(session));
        }
        if !draft.spec.has_network() {
            return Err(Reject::External(session));
        }
        let ssrc = if let SourceHint::Ssrc(ssrc) = hint { Some(ssrc) } else { None };
        let (worker, node) = (draft.worker, draft.leg.legs.receive);
        self.sets.push((worker, Command::Expect { session, node, ssrc }));
        Ok(())
    }
}
