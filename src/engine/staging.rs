//! Tries requests out on copies: all of them are accepted together, or nothing has changed.

use std::collections::BTreeMap;

use crate::engine::command::Command;
use crate::engine::state::{Effect, LegState, State};
use crate::engine::{EventKind, Reject};
use crate::graph::nodes::{Receive, Send};
use crate::graph::{Segment, Topology};
use crate::rt::Owned;
use crate::types::{Millis, SessionId, Tick, WorkerId};

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
    /// Commands that join and part sessions, that change graphs, and that set parameters; sent in this order.
    pub wiring: Vec<(WorkerId, Command)>,
    edits: Vec<(WorkerId, Command)>,
    pub sets: Vec<(WorkerId, Command)>,
    pub effects: Vec<Effect>,
    /// Sessions that go to another worker, after all else.
    pub moves: Vec<(SessionId, WorkerId)>,
    /// Sessions that go.
    pub gone: Vec<SessionId>,
}

/// What a trial comes to.
pub(crate) struct Staged {
    pub drafts: Vec<Draft>,
    pub commands: Vec<(WorkerId, Command)>,
    pub effects: Vec<Effect>,
    pub moves: Vec<(SessionId, WorkerId)>,
}

impl<'a> Staging<'a> {
    pub fn new(state: &'a State) -> Self {
        Self {
            state,
            drafts: BTreeMap::new(),
            wiring: Vec::new(),
            edits: Vec::new(),
            sets: Vec::new(),
            effects: Vec::new(),
            moves: Vec::new(),
            gone: Vec::new(),
        }
    }

    /// The trial copy of a session.
    pub fn draft(&mut self, id: SessionId) -> Result<&mut Draft, Reject> {
        let entry = self.state.entry(id)?;
        if self.gone.contains(&id) {
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

    /// The trial copy of a session, if something was tried on it.
    pub fn drafted(&self, id: SessionId) -> Option<&Draft> {
        self.drafts.get(&id.index)
    }

    /// Forgets a session's trial copy, as it goes.
    pub fn forget(&mut self, id: SessionId) {
        self.drafts.remove(&id.index);
        self.moves.retain(|(moved, _)| *moved != id);
        self.sets.retain(|(_, c)| !matches!(c, Command::Set { session, .. } if *session == id));
    }

    /// Decides what is relayed, compiles what was edited, and puts the commands in order.
    pub fn finish(mut self) -> Result<Staged, Reject> {
        let mut concerned: BTreeMap<u32, SessionId> = BTreeMap::new();
        for draft in self.drafts.values() {
            let before = self.state.entry(draft.id)?.leg.peer;
            let all = [Some(draft.id), draft.leg.peer, before];
            concerned.extend(all.into_iter().flatten().map(|id| (id.index, id)));
        }
        for id in concerned.into_values() {
            self.settle_relay(id);
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
        let moves = self.last_moves();
        let evictions = moves.iter().filter_map(|&(session, to)| {
            // Also where nothing moves the worker is asked, so that the answer keeps its place.
            Some((self.state.entry(session).ok()?.worker, Command::Evict { session, to }))
        });
        let commands = self.wiring.into_iter().chain(self.edits).chain(self.sets).chain(evictions).collect();
        Ok(Staged { drafts: self.drafts.into_values().collect(), commands, effects: self.effects, moves })
    }

    /// One move for each unit: the one asked for last.
    fn last_moves(&self) -> Vec<(SessionId, WorkerId)> {
        let mut settled = Vec::new();
        let mut moves = Vec::new();
        for (session, to) in self.moves.iter().rev().copied() {
            let peer = self.drafts.get(&session.index).and_then(|d| d.leg.peer);
            if !settled.contains(&session) {
                settled.extend([Some(session), peer].into_iter().flatten());
                moves.push((session, to));
            }
        }
        moves
    }

    /// Turns the relay on or off, of a session's packets and of its peer's, as the settings now ask.
    fn settle_relay(&mut self, id: SessionId) {
        let relaying = self.may_relay(id).unwrap_or(false);
        let peer = self.draft(id).ok().and_then(|d| d.leg.peer);
        let passing = peer.filter(|peer| self.may_relay(*peer).unwrap_or(false));
        let Ok(draft) = self.draft(id) else { return };
        let (worker, receive, send) = (draft.worker, draft.leg.legs.receive, draft.leg.legs.send);
        let relays = std::mem::replace(&mut draft.leg.relaying, relaying) != relaying;
        let passes = std::mem::replace(&mut draft.leg.passing, passing) != passing;
        let set = |node, param, on| {
            let (value, ramp) = (f32::from(u8::from(on)), Millis(0));
            (worker, Command::Set { session: id, node, param, value, ramp })
        };
        self.sets.extend(relays.then(|| set(receive, Receive::RELAY, relaying)));
        self.sets.extend(passes.then(|| set(send, Send::RELAY, passing.is_some())));
    }

    /// Whether nothing between a session's decoder and its peer's encoder needs the audio.
    fn may_relay(&mut self, id: SessionId) -> Result<bool, Reject> {
        let state = self.state;
        let draft = self.draft(id)?;
        let now = state.tick();
        let near_plain = is_plain(draft, Segment::Up, now);
        let Some(peer) = draft.leg.peer else { return Ok(false) };
        let Ok(far) = self.draft(peer) else { return Ok(false) };
        let far_plain = is_plain(far, Segment::Down, now);
        let (near, far) = (&state.entry(id)?.spec, &state.entry(peer)?.spec);
        let alike =
            near.codec.same_payload(&far.codec) && near.ptime == far.ptime && near.expected().fit(&far.payloads);
        Ok(near_plain && far_plain && alike && near.relay && far.relay)
    }
}

/// Whether a half of a session is as it was built, with its fader at unity and at rest.
fn is_plain(draft: &Draft, segment: Segment, now: Tick) -> bool {
    let fader = draft.leg.faders[segment as usize];
    let nodes = draft.topology.nodes().filter(|n| n.segment == segment).count();
    !draft.leg.held && fader.is_open(now) && nodes == 3
}
