//! Where a new session runs, and what the control side keeps of it.

use crate::engine::command::Command;
use crate::engine::course::Course;
use crate::engine::leg::{FaderState, LegState, Playing};
use crate::engine::ops_early::EarlyMedia;
use crate::engine::port::IngressPort;
use crate::engine::quality::Watch;
use crate::engine::request::{PlayId, Request};
use crate::engine::state::{Effect, Entry, State};
use crate::engine::{Created, EventKind, Reject};
use crate::session::{Built, Gate, SessionSpec};
use crate::types::{SessionId, Tick, WorkerId};

impl State {
    /// The worker for a new session: the one asked for, or the least loaded.
    pub fn place(&self, spec: &SessionSpec) -> Result<WorkerId, Reject> {
        if self.stopped {
            return Err(Reject::Stopped);
        }
        if self.draining {
            return Err(Reject::Draining);
        }
        if usize::from(spec.io.0) >= self.config.io_groups {
            return Err(Reject::NoSuchIoGroup(spec.io.0));
        }
        self.permits(spec.standing.tenant, spec.declared_cost())?;
        match spec.worker {
            Some(worker) if usize::from(worker.0) >= self.workers.len() => Err(Reject::NoSuchWorker(worker)),
            Some(worker) => self.takes(worker, spec).map(|()| worker),
            None => {
                let mut why = Reject::Overloaded;
                let workers = (0..self.workers.len()).map(|w| WorkerId(w as u16));
                let fit = workers.filter(|w| self.takes(*w, spec).map_err(|reason| why = reason).is_ok());
                let least = fit.min_by_key(|w| self.workers[usize::from(w.0)].cost);
                least.ok_or(why)
            }
        }
    }

    pub fn take_place(&mut self) -> Result<u32, Reject> {
        if let Some(index) = self.free.pop() {
            return Ok(index);
        }
        if self.places.len() >= self.config.max_sessions {
            return Err(Reject::TooManySessions(self.places.len()));
        }
        self.places.push(Default::default());
        Ok(self.places.len() as u32 - 1)
    }

    pub fn admit(
        &mut self,
        id: SessionId,
        spec: SessionSpec,
        worker: WorkerId,
        built: Built,
    ) -> Result<Created, Reject> {
        if self.stopped {
            return Err(Reject::Stopped);
        }
        // Others may have come while it was built, and now its cost is known.
        self.permits(spec.standing.tenant, built.cost.into())?;
        self.holds(worker, 1, built.cost.into())?;
        self.has_room([worker].into_iter(), 1 + usize::from(spec.early))?;
        let Built { mut session, mut topology, legs, voice, tones, ingress, external, stats, nodes, wanted, cost } =
            built;
        self.plans.share(&mut session.graph, &mut topology);
        self.last_handle += 1;
        let play = spec.player.as_ref().map(|_| PlayId(self.last_handle));
        let plays = play.into_iter().zip(spec.player.clone()).map(|(id, (what, how))| {
            (id, Playing { what, how, source: legs.receive, sum: legs.receive, yields: false })
        });
        let leg = LegState {
            legs,
            peer: None,
            room: None,
            heard_rate: spec.sends().rate,
            lines: spec.receives(),
            receives: (spec.codec, spec.ptime),
            told: spec.codec,
            faders: [FaderState::default(); 2],
            held: false,
            parked: false,
            gate: spec.early.then_some(Gate::Block),
            ending: false,
            music: None,
            plays: plays.collect(),
            taps: Vec::new(),
            forks: Vec::new(),
            copies: None,
            voice: voice.as_ref().map(|voice| voice.0),
            voice_figures: voice.map(|voice| voice.1),
            tones,
            to_far: spec.processing.digits.to_far.alone(),
            relaying: None,
            passing: None,
            curtailed: Default::default(),
        };
        let limits = self.config.thresholds;
        let watch = limits.map(|_| Box::new(Watch { limits, ..Watch::default() }));
        self.enter(worker, spec.standing.tenant, cost);
        let entry = Entry {
            spec,
            worker,
            moving: false,
            leaving: false,
            quarantined: false,
            topology,
            leg,
            cost,
            stats,
            nodes,
            wanted,
            watch,
            capture: None,
        };
        let early = entry.spec.early;
        self.places[id.index as usize].entry = Some(Box::new(entry));
        let op = self.open(1, vec![Effect::Tell(id, EventKind::Created { worker })]);
        self.send(op.op(), worker, Tick(0), vec![Command::Adopt(session)]);
        if early {
            // Room was made sure of; it takes effect before the session's first tick.
            self.submit(vec![Request::Course(id, Course::Early(EarlyMedia::Block))])?.detach();
        }
        Ok(Created { id, ingress: IngressPort::new(id, ingress, self.bells.clone()), external, play, op })
    }
}
