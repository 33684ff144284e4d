//! How a capture begins, gives out what it has, and ends.

use std::sync::Arc;

use crate::engine::capture::{Capsule, Capture, Capturing, Trigger};
use crate::engine::command::Command;
use crate::engine::control::Control;
use crate::engine::state::{Entry, State};
use crate::engine::{EventKind, Pending, Reject};
use crate::quality::{Alert, SessionStats};
use crate::rt::{Owned, PacketTap, packet_tap};
use crate::types::{SessionId, Tick};

/// Bytes from the worker to the control side, which looks every millisecond: some seconds of a call, a tenth of one of video.
const RING: usize = 128 * 1_024;

impl Control {
    /// Keeps a session's last packets from now on, in and out, until [`Control::stop_capture`] or its end; another call begins anew. A
    /// leg costs one more copy of each datagram for it. Memory: what [`Capture::bytes`] says, and 128 KiB.
    pub fn capture(&self, session: SessionId, how: Capture) -> Result<Pending, Reject> {
        let (tap, reader) = packet_tap(RING);
        let mut state = self.state();
        let entry = state.entry(session)?;
        if !entry.spec.has_network() {
            return Err(Reject::External(session));
        }
        let fresh = SessionStats::from_words(&entry.stats.read()).datagrams == 0;
        let pending = state.tap_packets(session, Some(tap))?;
        if let Some(entry) = state.entry_mut(session) {
            entry.capture = Some(Box::new(Capturing::new(how, reader, fresh)));
        }
        if !state.captures.contains(&session) {
            state.captures.push(session);
        }
        Ok(pending)
    }

    /// Gives out what is kept of a session, here and by a `CapsuleReady` event. The capture goes on.
    pub fn dump(&self, session: SessionId) -> Result<Arc<Capsule>, Reject> {
        let mut state = self.state();
        state.entry(session)?;
        state.give_out(session, Trigger::Asked).ok_or(Reject::NotCaptured(session))
    }

    /// Ends a capture; what was kept is gone.
    pub fn stop_capture(&self, session: SessionId) -> Result<Pending, Reject> {
        let mut state = self.state();
        if state.entry(session)?.capture.is_none() {
            return Err(Reject::NotCaptured(session));
        }
        let pending = state.tap_packets(session, None)?;
        state.captures.retain(|id| *id != session);
        if let Some(entry) = state.entry_mut(session) {
            entry.capture = None;
        }
        Ok(pending)
    }
}

impl State {
    /// Hands the worker of a session the copier of its packets, or takes it away.
    fn tap_packets(&mut self, session: SessionId, tap: Option<PacketTap>) -> Result<Pending, Reject> {
        let reclaim = self.reclaim.clone().filter(|_| !self.stopped).ok_or(Reject::Stopped)?;
        let entry = self.entry(session)?;
        if entry.quarantined {
            return Err(Reject::Quarantined(session));
        }
        let (worker, moving) = (entry.worker, entry.moving);
        self.has_room([worker].into_iter(), 1)?;
        if moving {
            return Err(Reject::Busy(worker));
        }
        let op = self.open(1, Vec::new());
        let tap = tap.map(|tap| Owned::new(&reclaim, tap));
        self.send(op.op(), worker, Tick(0), vec![Command::TapPackets { session, tap }]);
        Ok(op)
    }

    /// A capsule of what is kept of a session, told by its event.
    pub fn give_out(&mut self, session: SessionId, trigger: Trigger) -> Option<Arc<Capsule>> {
        let now = self.tick();
        let Entry { capture, spec, .. } = self.entry_mut(session)?;
        let capture = capture.as_deref_mut()?;
        capture.take(now);
        let capsule = capture.capsule(session, spec, trigger);
        self.sink.send(now, Some(session), EventKind::CapsuleReady(capsule.clone()));
        Some(capsule)
    }

    /// An alert was raised.
    pub fn capture_alert(&mut self, session: SessionId, alert: Alert) {
        let wanted = |state: &Self| state.known(session)?.capture.as_ref().map(|capture| capture.how.on_alert);
        if alert.raised && wanted(self) == Some(true) {
            self.give_out(session, Trigger::Alert(alert));
        }
    }

    /// A session goes.
    pub fn capture_ends(&mut self, session: SessionId) {
        let at_end = self.known(session).and_then(|entry| entry.capture.as_ref()).map(|capture| capture.how.at_end);
        if at_end == Some(true) {
            self.give_out(session, Trigger::End);
        }
        if at_end.is_some() {
            self.captures.retain(|id| *id != session);
        }
    }

    /// Takes what workers have copied since the last turn.
    pub fn captures_due(&mut self) {
        let now = self.tick();
        for id in std::mem::take(&mut self.captures) {
            if let Some(capture) = self.entry_mut(id).and_then(|entry| entry.capture.as_deref_mut()) {
                capture.take(now);
                self.captures.push(id);
            }
        }
    }
}
