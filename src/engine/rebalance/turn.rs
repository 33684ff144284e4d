//! The engine's side: what sessions cost, which may move, and the looks of its own.

use crate::engine::limits::share_of;
use crate::engine::rebalance::plan::{Group, plan};
use crate::engine::rebalance::{Migration, Rebalanced};
use crate::engine::request::Request;
use crate::engine::state::{State, WorkerLink};
use crate::engine::{Pending, Reject};
use crate::types::{SessionId, Tick, WorkerId};

/// Groups that one operation moves.
const MOST: usize = 16;
/// Looks in a row that have to find workers apart, where nobody asked.
const PATIENCE: u32 = 2;

/// What is known between two looks.
#[derive(Debug, Default)]
pub(crate) struct Balance {
    next: Tick,
    apart: u32,
    /// The moves of the last look.
    under_way: Option<Pending>,
}

impl State {
    pub fn rebalance(&mut self, bound: f64) -> Result<Rebalanced, Reject> {
        let mut load: Vec<f64> = self.workers.iter().map(|link| self.share(link)).collect();
        let (groups, members) = self.groups(&load);
        let takes = |at: usize, to: usize| {
            let (worker, of): (_, &Vec<SessionId>) = (WorkerId(to as u16), &members[at]);
            let cost = of.iter().filter_map(|id| self.known(*id)).map(|entry| u64::from(entry.cost)).sum();
            !self.workers[to].stalled && self.holds(worker, of.len(), cost).is_ok()
        };
        let moves = plan(&mut load, &groups, bound, MOST, takes);
        let worker = |at: usize| WorkerId(at as u16);
        let told = moves.iter().flat_map(|&(at, to)| {
            let (from, to) = (worker(groups[at].worker), worker(to));
            members[at].iter().map(move |session| Migration { session: *session, from, to })
        });
        let told: Vec<Migration> = told.collect();
        let request = |&(at, to): &(usize, usize)| Request::Migrate { session: members[at][0], to: worker(to) };
        let op = self.submit(moves.iter().map(request).collect())?;
        Ok(Rebalanced { moves: told, op })
    }

    /// Looks whether workers are apart, where the host wants that. Once a tick.
    pub fn rebalance_due(&mut self) {
        let Some(how) = self.config.rebalance else { return };
        let now = self.tick();
        if now < self.balance.next || self.draining || self.stopped {
            return;
        }
        self.balance.next = Tick(now.0 + u64::from(how.every.ticks().max(1)));
        if self.balance.under_way.as_ref().is_some_and(|op| op.try_result().is_none()) {
            return;
        }
        let loads = || self.workers.iter().map(|link| self.share(link));
        let (least, most) = (loads().fold(f64::INFINITY, f64::min), loads().fold(0.0, f64::max));
        self.balance.apart = if most - least > f64::from(how.bound) { self.balance.apart + 1 } else { 0 };
        if self.balance.apart >= PATIENCE {
            // A full ring: the next look tries again.
            self.balance.under_way = self.rebalance(f64::from(how.bound)).ok().map(|moved| moved.op);
        }
    }

    /// Share of its period that a worker is busy: as declared, or as measured where that is more.
    fn share(&self, link: &WorkerLink) -> f64 {
        share_of(link.cost, 1).max(f64::from(link.load()))
    }

    /// What may move, with what it costs, and who is in each.
    fn groups(&self, load: &[f64]) -> (Vec<Group>, Vec<Vec<SessionId>>) {
        let may_move = |id: SessionId| {
            let entry = self.entry(id).ok().filter(|entry| !entry.moving && !entry.quarantined)?;
            let excepted = entry.leg.room.and_then(|room| self.rooms.get(room)).is_some_and(|room| room.excepts(id));
            (entry.spec.worker.is_none() && !excepted).then_some(entry)
        };
        let (mut groups, mut members) = (Vec::new(), Vec::new());
        for id in self.alive() {
            let Some(entry) = may_move(id) else { continue };
            let far = match entry.leg.peer {
                // Told by the first of the two.
                Some(peer) if peer.index < id.index => continue,
                Some(peer) => match may_move(peer) {
                    Some(far) => Some((peer, far)),
                    None => continue,
                },
                None => None,
            };
            let worker = usize::from(entry.worker.0);
            let declared = self.workers[worker].cost.max(1);
            let cost = u64::from(entry.cost) + far.map_or(0, |far| u64::from(far.1.cost));
            groups.push(Group { worker, cost: load[worker] * cost as f64 / declared as f64 });
            members.push(std::iter::once(id).chain(far.map(|far| far.0)).collect());
        }
        (groups, members)
    }
}
