//! How an I/O thread learns of its sessions: from any thread, without waiting.
#![expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "host side: no worker ever sees this channel")]

use std::sync::mpsc::{Receiver, Sender, channel};

use crate::engine::IngressPort;
use crate::integration::{LegAddress, RtpSessionCoordinator, SourcePolicy};
use crate::types::SessionId;

#[derive(Debug)]
pub(super) enum Notice {
    Attach(IngressPort, LegAddress, SourcePolicy),
    Redirect(SessionId, LegAddress),
    Detach(SessionId),
}

/// Tells one [`RtpBridge`](super::RtpBridge) of sessions; for any thread. What a bridge that is gone is told is lost.
#[derive(Clone, Debug)]
pub struct BridgeEntrance(Sender<Notice>);

/// The reading end.
#[derive(Debug)]
pub(super) struct Notices(Receiver<Notice>);

pub(super) fn entrance() -> (BridgeEntrance, Notices) {
    let (sender, receiver) = channel();
    (BridgeEntrance(sender), Notices(receiver))
}

impl Notices {
    /// What was told since the last time.
    pub fn waiting(&self) -> impl Iterator<Item = Notice> + '_ {
        self.0.try_iter()
    }
}

impl RtpSessionCoordinator for BridgeEntrance {
    fn attach(&self, ingress: IngressPort, address: LegAddress, policy: SourcePolicy) {
        // It fails only where the bridge has gone: then nobody sends or receives.
        let _ = self.0.send(Notice::Attach(ingress, address, policy));
    }

    fn redirect(&self, session: SessionId, address: LegAddress) {
        let _ = self.0.send(Notice::Redirect(session, address));
    }

    fn detach(&self, session: SessionId) {
        let _ = self.0.send(Notice::Detach(session));
    }
}
