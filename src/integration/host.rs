//! An engine behind the interfaces of signalling: dialogs in, sessions and addresses out.
#![expect(clippy::disallowed_types, reason = "host side: no worker ever sees this lock")]

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::codec::negotiation::Capabilities;
use crate::engine::{Admission, Control, Pending, Reject};
use crate::integration::{
    Agreed, BridgeEntrance, MediaCapabilityProvider, MediaSession, MediaSessionProvider, RtpSessionCoordinator,
    SourcePolicy,
};
use crate::quality::SessionStats;
use crate::rtp::event::Digits;
use crate::session::{SessionSpec, Source};
use crate::types::{IoGroup, SessionId};

/// Media for dialogs: sessions of an engine, attached to the bridges of its I/O threads.
///
/// For any thread. Sessions are spread over the I/O groups in turn.
pub struct MediaHost {
    control: Control,
    capabilities: Capabilities,
    policy: SourcePolicy,
    /// By I/O group.
    entrances: Vec<BridgeEntrance>,
    dialogs: Mutex<HashMap<SessionId, Dialog>>,
}

struct Dialog {
    agreed: Agreed,
    group: usize,
}

impl MediaHost {
    /// Media by `control`'s engine, with one entrance for each I/O group from 0 upward; at least one.
    pub fn new(
        control: Control,
        capabilities: Capabilities,
        policy: SourcePolicy,
        entrances: Vec<BridgeEntrance>,
    ) -> Self {
        Self { control, capabilities, policy, entrances, dialogs: Mutex::default() }
    }

    /// The engine's handle, for all that is not of dialogs.
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// A dialog's leg, to be asked for all that its state allows.
    pub fn session(&self, session: SessionId) -> MediaSession {
        MediaSession::of(&self.control, session)
    }

    /// As [`MediaSessionProvider::start_media`], with whatever else the session is to have.
    pub fn start_with(
        &self,
        agreed: &Agreed,
        shape: impl FnOnce(SessionSpec) -> SessionSpec,
    ) -> Result<SessionId, Reject> {
        let group = self.dialogs().len() % self.entrances.len().max(1);
        let spec = shape(agreed.spec()).io(IoGroup(group as u16));
        let created = self.control.create(spec)?;
        if !agreed.direction.sends() {
            self.control.transmit(created.id, false)?.detach();
        }
        if let Some(entrance) = self.entrances.get(group) {
            entrance.attach(created.ingress, agreed.into(), self.policy);
        }
        self.dialogs().insert(created.id, Dialog { agreed: agreed.clone(), group });
        Ok(created.id)
    }

    /// The I/O group whose thread moves a session's datagrams.
    pub fn group(&self, session: SessionId) -> Option<IoGroup> {
        self.dialogs().get(&session).map(|dialog| IoGroup(dialog.group as u16))
    }

    fn dialogs(&self) -> MutexGuard<'_, HashMap<SessionId, Dialog>> {
        self.dialogs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MediaCapabilityProvider for MediaHost {
    fn capabilities(&self) -> Capabilities {
        self.capabilities.clone()
    }

    fn can_admit(&self, spec: &SessionSpec) -> Admission {
        self.control.can_admit(spec)
    }
}

impl MediaSessionProvider for MediaHost {
    fn start_media(&self, agreed: &Agreed) -> Result<SessionId, Reject> {
        self.start_with(agreed, |spec| spec)
    }

    fn update_media(&self, session: SessionId, agreed: &Agreed) -> Result<(), Reject> {
        let mut dialogs = self.dialogs();
        let dialog = dialogs.get_mut(&session).ok_or(Reject::NoSuchSession(session))?;
        if let Some(update) = agreed.update_from(&dialog.agreed) {
            self.control.update(session, update)?.detach();
        }
        if agreed.direction.sends() != dialog.agreed.direction.sends() {
            self.control.transmit(session, agreed.direction.sends())?.detach();
        }
        if let Some(entrance) = self.entrances.get(dialog.group) {
            entrance.redirect(session, agreed.into());
        }
        dialog.agreed = agreed.clone();
        Ok(())
    }

    fn stop_media(&self, session: SessionId) -> Result<Pending, Reject> {
        let gone = self.control.destroy(session)?;
        let dialog = self.dialogs().remove(&session);
        if let Some(entrance) = dialog.and_then(|dialog| self.entrances.get(dialog.group)) {
            entrance.detach(session);
        }
        Ok(gone)
    }

    fn connect(&self, a: SessionId, b: SessionId) -> Result<Pending, Reject> {
        self.control.bridge(a, b)
    }

    fn disconnect(&self, session: SessionId) -> Result<Pending, Reject> {
        self.control.unbridge(session)
    }

    fn hold(&self, session: SessionId, music: Option<Source>) -> Result<Pending, Reject> {
        self.control.hold(session, music)
    }

    fn resume(&self, session: SessionId) -> Result<Pending, Reject> {
        self.control.resume(session)
    }

    fn send_digits(&self, session: SessionId, digits: Digits) -> Result<Pending, Reject> {
        self.control.send_digits(session, digits)
    }

    fn statistics(&self, session: SessionId) -> Result<SessionStats, Reject> {
        self.control.stats(session)
    }
}
