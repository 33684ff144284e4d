//! Calls on an offline engine: every tick phones speak, the engine runs, and what it sends is kept.

use std::collections::HashMap;

use media_core::engine::StopReport;
use media_core::session::ExternalPort;
use media_core::{
    Control, Decibels, EgressPort, EngineConfig, Event, EventStream, IngressPort, IoGroup, OfflineEngine, Pending,
    Reject, RoomId, SessionId, SessionSpec, WorkerId,
};

use crate::{Packet, Phone};

/// One leg: a session with its phone.
pub struct Call {
    /// The session.
    pub id: SessionId,
    /// Answered when it runs.
    pub op: Pending,
    /// Who speaks into it, if anybody.
    pub phone: Option<Phone>,
    /// Its ingress.
    pub ingress: IngressPort,
    /// What it was sent.
    pub sent: Vec<Packet>,
    /// The tick before which it was asked for.
    pub since: u64,
}

/// An offline engine with calls, in the order in which they were made.
pub struct Scene {
    /// The engine; `None` after the stop.
    engine: OfflineEngine,
    /// Its handle.
    pub control: Control,
    /// All calls ever made.
    pub calls: Vec<Call>,
    /// All events so far.
    pub events: Vec<Event>,
    stream: EventStream,
    egress: EgressPort,
    by_session: HashMap<SessionId, usize>,
    tick: u64,
}

impl Scene {
    /// An engine of 1 worker and 8 phases.
    pub fn plain() -> Self {
        Self::new(config(1, 8))
    }

    /// An engine whose figures are always those of now.
    pub fn up_to_date() -> Self {
        Self::new(EngineConfig::new().workers(1).phases(8).max_sessions(16).stats_interval(1))
    }

    /// An engine of so many workers and phases.
    pub fn of(workers: usize, phases: u8) -> Self {
        Self::new(config(workers, phases))
    }

    /// An engine of a configuration of one's own.
    pub fn new(config: EngineConfig) -> Self {
        let mut engine = OfflineEngine::new(config).expect("the configuration is valid");
        let (control, stream) = (engine.control(), engine.events().expect("the first reader"));
        let egress = engine.egress(IoGroup(0)).expect("the first reader");
        let (calls, events, by_session) = Default::default();
        Self { engine, control, calls, events, stream, egress, by_session, tick: 0 }
    }

    /// Makes a call; returns its place in `calls`.
    pub fn call(&mut self, spec: SessionSpec, phone: Option<Phone>) -> usize {
        self.try_call(spec, phone).expect("the session is accepted")
    }

    /// As [`Scene::call`], where the engine may refuse.
    pub fn try_call(&mut self, spec: SessionSpec, phone: Option<Phone>) -> Result<usize, Reject> {
        let created = self.control.create(spec)?;
        let at = self.calls.len();
        self.by_session.insert(created.id, at);
        let (id, op, ingress) = (created.id, created.op, created.ingress);
        self.calls.push(Call { id, op, phone, ingress, sent: Vec::new(), since: self.tick });
        Ok(at)
    }

    /// The session of a call.
    pub fn id(&self, call: usize) -> SessionId {
        self.calls[call].id
    }

    /// The tick that runs next.
    pub fn next_tick(&self) -> u64 {
        self.tick
    }

    /// Runs one tick.
    pub fn tick(&mut self) {
        let tick = self.tick;
        for call in &mut self.calls {
            let ingress = &mut call.ingress;
            if let Some(phone) = &mut call.phone {
                phone.tick(tick, |arrival, datagram| {
                    // A session that has gone takes nothing; its phone does not know.
                    let _ = ingress.push(datagram, media_core::Micros(arrival));
                });
            }
        }
        self.engine.tick();
        let (calls, by_session) = (&mut self.calls, &self.by_session);
        self.egress.pull(usize::MAX, |session, datagram| {
            let at = by_session[&session];
            calls[at].sent.push(Packet { tick, datagram: datagram.to_vec() });
        });
        while let Some(event) = self.stream.try_next() {
            self.events.push(event);
        }
        self.tick += 1;
    }

    /// Makes programs of these specs, runs `ticks` ticks, and lets them into a room; who they are, and their ports.
    pub fn seat(
        &mut self,
        room: RoomId,
        specs: impl IntoIterator<Item = SessionSpec>,
        ticks: u64,
    ) -> (Vec<SessionId>, Vec<ExternalPort>) {
        let create = |spec| {
            let created = self.control.create(spec).expect("there is room");
            (created.id, created.external.expect("it is a program's"))
        };
        let (ids, ports): (Vec<_>, Vec<_>) = specs.into_iter().map(create).unzip();
        self.run(ticks);
        for id in &ids {
            let _joined = self.control.join(*id, room, Decibels(0.0)).expect("it is free");
        }
        (ids, ports)
    }

    /// Runs `ticks` ticks.
    pub fn run(&mut self, ticks: u64) {
        (0..ticks).for_each(|_| self.tick());
    }

    /// From now on a worker counts as so busy.
    pub fn tell_load(&mut self, worker: WorkerId, share: f32) {
        self.engine.tell_load(worker, share);
    }

    /// From now on no file is read, or again.
    pub fn stall_disk(&mut self, stalled: bool) {
        self.engine.stall_disk(stalled);
    }

    /// Runs `ticks` ticks, with a script that may act before each.
    pub fn script(&mut self, ticks: u64, mut act: impl FnMut(&mut Self, u64)) {
        for _ in 0..ticks {
            let tick = self.tick;
            act(self, tick);
            self.tick();
        }
    }

    /// Events of one session.
    pub fn events_of(&self, session: SessionId) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| event.session == Some(session))
    }

    /// Ends the engine and checks that all was freed; gives the calls, and all events.
    pub fn stop(mut self) -> (Vec<Call>, Vec<Event>, StopReport) {
        let report = self.engine.stop();
        assert!(report.reclaimed, "something that entered a worker was kept");
        while let Some(event) = self.stream.try_next() {
            self.events.push(event);
        }
        (self.calls, self.events, report)
    }
}

fn config(workers: usize, phases: u8) -> EngineConfig {
    EngineConfig::new().workers(workers).phases(phases).max_sessions(256).seed(7)
}
