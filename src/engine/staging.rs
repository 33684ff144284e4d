//! Tries requests out on copies: all of them are accepted together, or nothing has changed.

use std::collections::BTreeMap;

use crate::engine::command::Command;
use crate::engine::conversion::Way;
use crate::engine::leg::LegState;
use crate::engine::state::{Effect, State};
use crate::engine::{Conversion, Direction, EventKind, Reject};
use crate::graph::nodes::{Receive, Send};
use crate::graph::{Segment, Topology};
use crate::rt::Owned;
use crate::session::SessionSpec;
use crate::types::{Millis, RoomId, SessionId, Tick, WorkerId};

/// A session's settings as they would be.
pub(crate) struct Draft {
    pub id: SessionId,
    pub worker: WorkerId,
    pub leg: LegState,
    pub topology: Topology,
    pub spec: SessionSpec,
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
    /// Rooms that go.
    pub closed: Vec<RoomId>,
    /// Exceptions that come and go.
    pub paired: Vec<(RoomId, (SessionId, SessionId), bool)>,
}

/// What a trial comes to.
pub(crate) struct Staged {
    pub drafts: Vec<Draft>,
    pub commands: Vec<(WorkerId, Command)>,
    pub effects: Vec<Effect>,
    pub moves: Vec<(SessionId, WorkerId)>,
    pub widened: Vec<(RoomId, WorkerId)>,
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
            closed: Vec::new(),
            paired: Vec::new(),
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
            spec: entry.spec.clone(),
            edited: false,
        }))
    }

    /// The trial copy of a session, if something was tried on it.
    pub fn drafted(&self, id: SessionId) -> Option<&Draft> {
        self.drafts.get(&id.index)
    }

    /// All trial copies.
    pub fn drafts(&self) -> impl Iterator<Item = &Draft> {
        self.drafts.values()
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
            if self.draft(id).is_ok() {
                self.settle_digits(id)?;
            }
        }
        for effect in &mut self.effects {
            if let Effect::Tell(id, EventKind::Bridged { peer, relay, conversion }) = effect {
                let hears = |id: &SessionId| self.drafts.get(&id.index).and_then(|d| d.leg.passing).map(|p| p.1);
                *relay = hears(id) == Some(Conversion::Relay) && hears(peer) == Some(Conversion::Relay);
                *conversion = hears(id).unwrap_or(*conversion);
            }
        }
        for draft in self.drafts.values_mut() {
            draft.refer()?;
        }
        let widened = self.widened();
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
        Ok(Staged { drafts: self.drafts.into_values().collect(), commands, effects: self.effects, moves, widened })
    }

    /// Decides anew how a session's party is heard by its peer, and how it hears that.
    fn settle_relay(&mut self, id: SessionId) {
        let peer = self.draft(id).ok().and_then(|d| d.leg.peer);
        let said = peer.and_then(|peer| self.way(id, peer).ok());
        let heard = peer.and_then(|peer| Some((peer, self.way(peer, id).ok()?)));
        let Ok(draft) = self.draft(id) else { return };
        let (worker, receive, send) = (draft.worker, draft.leg.legs.receive, draft.leg.legs.send);
        let opaque = draft.spec.opaque.is_some();
        let passes = said.is_some_and(|way| Conversion::shortest(&way).passes());
        let line = draft.leg.lines.iter().position(|codec| *codec == draft.leg.receives.0).filter(|_| passes);
        let relaying = line.map(|line| line as u8);
        let passing = heard.map(|(peer, way)| (peer, Conversion::shortest(&way)));
        let before = std::mem::replace(&mut draft.leg.passing, passing);
        let relays = std::mem::replace(&mut draft.leg.relaying, relaying) != relaying;
        let set = |node, param, value| {
            let ramp = Millis(0);
            (worker, Command::Set { session: id, node, param, value, ramp })
        };
        self.sets
            .extend(relays.then(|| set(receive, Receive::RELAY, relaying.map_or(0.0, |line| f32::from(line) + 1.0))));
        let undecoded = |hears: Option<(SessionId, Conversion)>| hears.filter(|(_, conversion)| conversion.passes());
        let turns = undecoded(before) != undecoded(passing);
        if let Some((_, way)) = heard.filter(|_| turns && !opaque) {
            let table = passing.and_then(|(_, conversion)| conversion.table(&way.received.0, &way.sent.0));
            self.sets.push((worker, Command::Convert { session: id, node: send, table }));
        }
        let on = f32::from(u8::from(undecoded(passing).is_some()));
        self.sets.extend(turns.then(|| set(send, Send::RELAY, on)));
    }

    /// The way from one party to the other.
    fn way(&mut self, from: SessionId, to: SessionId) -> Result<Way, Reject> {
        let now = self.state.tick();
        let near = self.draft(from)?;
        let near_plain = near.spec.relay && is_plain(near, Segment::Up, now);
        let (received, expected) = (near.leg.receives, near.spec.expected());
        let far = self.draft(to)?;
        let (sent, far_plain) =
            ((far.spec.sends(), far.spec.ptime), far.spec.relay && is_plain(far, Segment::Down, now));
        Ok(Way { received, sent, plain: near_plain && far_plain && expected.fit(&far.spec.payloads) })
    }
}

/// Whether a half of a session is as it was built, with its fader at unity and at rest.
fn is_plain(draft: &Draft, segment: Segment, now: Tick) -> bool {
    let direction = if segment == Segment::Up { Direction::Inbound } else { Direction::Outbound };
    let fader = draft.leg.faders[direction as usize];
    let nodes = draft.topology.nodes().filter(|n| n.segment == segment).count();
    // A canceller of echo needs the audio that its party is sent.
    let refers = segment == Segment::Down && draft.spec.processing.echo.is_some();
    !draft.leg.silences(direction) && fader.is_open(now) && nodes == 3 && !refers
}
