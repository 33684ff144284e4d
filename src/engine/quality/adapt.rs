//! Adaptation: what the controller of a leg wants is asked for like any other operation.

use crate::engine::control::Control;
use crate::engine::quality::Watch;
use crate::engine::quality::adjust::request;
use crate::engine::quality::context::knobs;
use crate::engine::state::State;
use crate::engine::{EventKind, Reject};
use crate::quality::adaptation::{Controller, Look, Policy};
use crate::types::{SessionId, Tick};

impl Control {
    /// Lets a session's sender and jitter buffer follow the network by a policy from now on, or with `None` stay as they
    /// are. What is sent follows the loss that the party tells ([`Control::rtcp_feed`]), the jitter buffer what comes.
    ///
    /// Each change is an operation of its own, told by an `Adapted` event with its reason. What the session has now
    /// counts as what it is to come back to.
    pub fn adapt(&self, session: SessionId, policy: Option<Policy>) -> Result<(), Reject> {
        let mut state = self.state();
        let entry = state.entry(session)?;
        if !entry.spec.has_network() {
            return Err(Reject::External(session));
        }
        if entry.spec.opaque.is_some() {
            return Err(Reject::Opaque(session));
        }
        let knobs = knobs(entry);
        let watch = state.watch(session)?;
        (watch.controller, watch.waiting) = (policy.map(|policy| Controller::new(policy, knobs)), Vec::new());
        Ok(())
    }
}

impl State {
    /// Lets the controller look, and asks for what it wants; what is refused, as of a session on its way to another
    /// worker, is asked for again at the next look.
    pub(super) fn follow(&mut self, id: SessionId, tick: Tick, watch: &mut Watch, look: &Look) {
        let Some(controller) = &mut watch.controller else { return };
        let waiting = &mut watch.waiting;
        controller.look(look, |adjustment| {
            let kind = std::mem::discriminant(&adjustment.setting);
            waiting.retain(|earlier| std::mem::discriminant(&earlier.setting) != kind);
            waiting.push(adjustment);
        });
        for adjustment in std::mem::take(&mut watch.waiting) {
            let wanted = self.entry(id).ok().map(|entry| request(id, entry, adjustment.setting));
            let accepted = wanted.is_some_and(|request| self.submit(vec![request]).is_ok());
            if accepted {
                watch.note_adjustment(tick.0, adjustment);
                self.sink.send(tick, Some(id), EventKind::Adapted { adjustment });
            } else {
                watch.waiting.push(adjustment);
            }
        }
    }
}
