//! Tries requests out on copies: all of them are accepted together, or nothing has changed.

use std::collections::BTreeMap;

use crate::engine::command::Command;
use crate::engine::state::{Effect, LegState, State};
use crate::engine::{EventKind, Reject};
use crate::graph::nodes::{Receive, Send};
use crate::graph::{Segment, Topology};
use crate::rt::Owned;
use crate::types::{Decibels, Millis, SessionId, WorkerId};

/// A session's settings as they would be.
pub(crate) struct Draft {
    pub id: SessionId,
    pub worker: WorkerId,
    pub leg: LegState,
    pub topology: Topology,
    /// The topology differs from what runs.
    pub edited: bool,
}

/// Requests under trial.
pub(crate) struct Staging<'a> {
    pub state: &'a State,
    drafts: BTreeMap<u32, Draft>,
    /// Sessions that end with these requests.
    leaving: Vec<SessionId>,
    /// Commands that join and part sessions, that change graphs, and that set parameters; sent in this order.
    pub wiring: Vec<(WorkerId, Command)>,
    edits: Vec<(WorkerId, Command)>,
    pub sets: Vec<(WorkerId, Command)>,
    pub effects: Vec<Effect>,
}

/// What a trial comes to.
pub(crate) struct Staged {
    pub drafts: Vec<Draft>,
    pub commands: Vec<(WorkerId, Command)>,
    pub effects: Vec<Effect>,
}

impl<'a> Staging<'a> {
    pub fn new(state: &'a State) -> Self {
        Self {
            state,
            drafts: BTreeMap::new(),
            leaving: Vec::new(),
            wiring: Vec::new(),
            edits: Vec::new(),
            sets: Vec::new(),
            effects: Vec::new(),
        }
    }

    /// The trial copy of a session.
    pub fn draft(&mut self, id: SessionId) -> Result<&mut Draft, Reject> {
        let entry = self.state.entry(id)?;
        if self.leaving.contains(&id) {
            return Err(Reject::NoSuchSession(id));
        }
        if entry.quarantined {
            return Err(Reject::Quarantined(id));
        }
        Ok(self.drafts.entry(id.index).or_insert_with(|| Draft {
            id,
            worker: entry.worker,
            leg: entry.leg.clone(),
            topology: entry.topology.draft(),
            edited: false,
        }))
    }

    /// Takes a session's trial copy out, as it goes: nothing more is asked of it.
    pub fn forget(&mut self, id: SessionId) -> Result<Option<Draft>, Reject> {
        if self.leaving.contains(&id) {
            return Err(Reject::NoSuchSession(id));
        }
        self.leaving.push(id);
        self.sets.retain(|(_, c)| !matches!(c, Command::Set { session, .. } if *session == id));
        Ok(self.drafts.remove(&id.index))
    }

    /// Decides what is relayed, compiles what was edited, and puts the commands in order.
    pub fn finish(mut self) -> Result<Staged, Reject> {
        let touched: Vec<SessionId> = self.drafts.values().map(|d| d.id).collect();
        let peers: Vec<SessionId> = self.drafts.values().filter_map(|d| d.leg.peer).collect();
        for id in touched.into_iter().chain(peers) {
            self.settle_relay(id)?;
        }
        for effect in &mut self.effects {
            if let Effect::Tell(id, EventKind::Bridged { peer, relay }) = effect {
                let relays = |id: &SessionId| self.drafts.get(&id.index).is_some_and(|d| d.leg.relaying);
                *relay = relays(id) && relays(peer);
            }
        }
        let reclaim = self.state.reclaim.as_ref().ok_or(Reject::Stopped)?;
        for draft in self.drafts.values_mut().filter(|d| d.edited) {
            let edit = Owned::new(reclaim, draft.topology.edit()?);
            self.edits.push((draft.worker, Command::Edit(draft.id, edit)));
        }
        let commands = self.wiring.into_iter().chain(self.edits).chain(self.sets).collect();
        Ok(Staged { drafts: self.drafts.into_values().collect(), commands, effects: self.effects })
    }

    /// Turns the relay of a session's packets on or off as its settings now ask.
    fn settle_relay(&mut self, id: SessionId) -> Result<(), Reject> {
        if self.draft(id).is_err() {
            return Ok(());
        }
        let wanted = self.may_relay(id)?;
        let before = self.state.entry(id)?.leg.peer;
        let draft = self.draft(id)?;
        if draft.leg.relaying == wanted {
            return Ok(());
        }
        draft.leg.relaying = wanted;
        let (worker, node, value) = (draft.worker, draft.leg.legs.receive, f32::from(u8::from(wanted)));
        let peer = if wanted { draft.leg.peer } else { before };
        let ramp = Millis(0);
        self.sets.push((worker, Command::Set { session: id, node, param: Receive::RELAY, value, ramp }));
        if let Some(peer) = peer {
            self.set_send_relay(peer, value);
        }
        Ok(())
    }

    /// Makes a session's encoder side pass packets on (1.0) or encode (0.0).
    pub fn set_send_relay(&mut self, id: SessionId, value: f32) {
        if let Ok(draft) = self.draft(id) {
            let (worker, node, ramp) = (draft.worker, draft.leg.legs.send, Millis(0));
            self.sets.push((worker, Command::Set { session: id, node, param: Send::RELAY, value, ramp }));
        }
    }

    /// Whether nothing between a session's decoder and its peer's encoder needs the audio.
    fn may_relay(&mut self, id: SessionId) -> Result<bool, Reject> {
        let state = self.state;
        let draft = self.draft(id)?;
        let near_plain = is_plain(draft, Segment::Up);
        let Some(peer) = draft.leg.peer else { return Ok(false) };
        let Ok(far) = self.draft(peer) else { return Ok(false) };
        let far_plain = is_plain(far, Segment::Down);
        let (near, far) = (&state.entry(id)?.spec, &state.entry(peer)?.spec);
        let alike = near.codec.same_payload(&far.codec) && near.ptime == far.ptime;
        Ok(near_plain && far_plain && alike && near.relay && far.relay)
    }
}

/// Whether a half of a session is as it was built, with its fader at unity.
fn is_plain(draft: &Draft, segment: Segment) -> bool {
    let fader = draft.leg.faders[segment as usize];
    let nodes = draft.topology.nodes().filter(|n| n.segment == segment).count();
    !draft.leg.held && !fader.muted && fader.gain == Decibels(0.0) && nodes == 3
}
