//! Any script of operations, on live and dead handles: nothing panics, every operation is answered once, no
//! stream breaks, and all memory comes back.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use graph_tests::{Network, Phone, Random, Scale, Scene, check_cadence};
use media_core::engine::{Applied, Failed, OpId, PlayControl, PlayId, TapId, TopologyError, Txn};
use media_core::graph::{Segment, Topology};
use media_core::mixer::talkers::TalkersConfig;
use media_core::mixer::{Change, presets};
use media_core::processing::dsp::ToneSpec;
use media_core::session::{ExternalPort, Legs};
use media_core::{
    CodecSpec, Cue, Decibels, Direction, Event, EventKind, ExternalSpec, Millis, NodeId, PayloadType, Pending, Reject,
    RoomFloor, RoomId, RoomSpec, SampleRate, SessionId, SessionSpec, SessionUpdate, Source, TapPoint, TapReader,
    WorkerId,
};
use proptest::prelude::*;

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

const TICKS: u64 = 220;

#[derive(Clone, Debug)]
enum Op {
    Create(u8),
    Destroy(usize),
    Bridge(usize, usize),
    Unbridge(usize),
    Gain(usize, bool, i8, u8),
    Mute(usize, bool, bool),
    Hold(usize, bool),
    Resume(usize),
    Play(usize, bool),
    StopPlay(usize),
    Tap(usize, bool),
    CloseTap(usize),
    Insert(usize, bool),
    TakeOut(usize),
    Set(usize),
    Migrate(usize, u16),
    Update(usize, u8),
    /// A room; odd: one that chooses talkers.
    Room(u8),
    EndRoom(usize),
    Join(usize, usize, i8),
    Leave(usize),
    Shape(usize, usize, usize, u8),
    Floor(usize, usize, u8),
    /// A program's leg, or a player.
    Other(bool),
    Write(usize, u8),
    Flush(usize),
    ControlPlay(usize, u8),
    Together(Vec<Op>),
}

fn single() -> impl Strategy<Value = Op> {
    let who = || 0..12usize;
    prop_oneof![
        2 => who().prop_map(Op::Destroy),
        6 => (who(), who()).prop_map(|(a, b)| Op::Bridge(a, b)),
        3 => who().prop_map(Op::Unbridge),
        2 => (who(), any::<bool>(), any::<i8>(), any::<u8>()).prop_map(|(s, d, g, r)| Op::Gain(s, d, g, r)),
        1 => (who(), any::<bool>(), any::<bool>()).prop_map(|(s, d, m)| Op::Mute(s, d, m)),
        2 => (who(), any::<bool>()).prop_map(|(s, m)| Op::Hold(s, m)),
        2 => who().prop_map(Op::Resume),
        2 => (who(), any::<bool>()).prop_map(|(s, m)| Op::Play(s, m)),
        2 => (who(), any::<bool>()).prop_map(|(s, up)| Op::Insert(s, up)),
        1 => who().prop_map(Op::TakeOut),
        1 => who().prop_map(Op::Set),
        3 => (who(), 0..4u16).prop_map(|(s, w)| Op::Migrate(s, w)),
        4 => (who(), any::<u8>()).prop_map(|(s, n)| Op::Update(s, n)),
        1 => any::<prop::sample::Index>().prop_map(|n| Op::StopPlay(n.index(8))),
        7 => (who(), 0..4usize, any::<i8>()).prop_map(|(s, r, g)| Op::Join(s, r, g)),
        3 => who().prop_map(Op::Leave),
        5 => (0..4usize, who(), who(), any::<u8>()).prop_map(|(r, a, b, n)| Op::Shape(r, a, b, n)),
        2 => (0..4usize, who(), any::<u8>()).prop_map(|(r, s, n)| Op::Floor(r, s, n)),
        1 => (0..4usize).prop_map(Op::EndRoom),
        1 => who().prop_map(Op::Flush),
        2 => (0..8usize, any::<u8>()).prop_map(|(p, n)| Op::ControlPlay(p, n)),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => any::<u8>().prop_map(Op::Create),
        30 => single(),
        2 => any::<u8>().prop_map(Op::Room),
        3 => any::<bool>().prop_map(Op::Other),
        4 => (0..4usize, any::<u8>()).prop_map(|(p, n)| Op::Write(p, n)),
        2 => (0..12usize, any::<bool>()).prop_map(|(s, up)| Op::Tap(s, up)),
        1 => (0..8usize).prop_map(Op::CloseTap),
        6 => prop::collection::vec(single(), 0..5).prop_map(Op::Together),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_script_leaves_streams_whole_and_operations_answered(
        workers in 1..4usize,
        phases in prop::sample::select(vec![1u8, 4, 8]),
        steps in prop::collection::vec((0..6u64, op()), 30..90),
    ) {
        perform(workers, phases, &steps)?;
    }
}

/// A script under way.
struct Actor {
    scene: Scene,
    random: Random,
    specs: Vec<(CodecSpec, u64)>,
    plays: Vec<(SessionId, PlayId)>,
    taps: Vec<(SessionId, TapId, TapReader)>,
    pending: Vec<Pending>,
    /// Updates asked for: what, of which call.
    updates: Vec<(Pending, usize, u8)>,
    rooms: Vec<RoomId>,
    /// Sessions without a network.
    others: Vec<SessionId>,
    ports: Vec<ExternalPort>,
}

fn perform(workers: usize, phases: u8, steps: &[(u64, Op)]) -> Result<(), TestCaseError> {
    let scene = Scene::of(workers, phases);
    let (specs, plays, taps, pending, updates) = Default::default();
    let (rooms, others, ports) = Default::default();
    let mut actor = Actor { scene, random: Random::new(1), specs, plays, taps, pending, updates, rooms, others, ports };
    for kind in [0, 1, 2, 5] {
        actor.act(&Op::Create(kind));
    }
    for kind in [0, 1] {
        actor.act(&Op::Room(kind));
    }
    for (wait, op) in steps {
        actor.scene.run(*wait);
        actor.act(op);
    }
    let left = TICKS.saturating_sub(actor.scene.next_tick()).max(10);
    actor.scene.run(left);
    actor.check_everybody_is_served()?;
    let Actor { scene, specs, pending, taps, .. } = actor;
    let open: Vec<Pending> = pending.iter().filter(|p| p.try_result().is_none()).cloned().collect();
    prop_assert!(open.is_empty(), "unanswered after ten quiet ticks: {open:?}");
    drop(taps);
    let (calls, events, _) = scene.stop();
    check_events(&events, &pending)?;
    for (call, _) in calls.iter().zip(&specs) {
        check_line(&call.sent)?;
        check_life(call.id, &call.sent, &events)?;
    }
    Ok(())
}

impl Actor {
    fn act(&mut self, op: &Op) {
        let control = self.scene.control.clone();
        match *op {
            Op::Create(kind) => return self.create(kind),
            Op::Room(kind) => return self.open(kind),
            Op::Other(program) => return self.join_in(program),
            Op::Write(port, n) => return self.write(port, n),
            _ => {}
        }
        let Some(first) = self.subject(op) else { return };
        let accepted = match *op {
            Op::Create(_) | Op::Room(_) | Op::Other(_) | Op::Write(..) => return,
            Op::EndRoom(r) => control.destroy_room(self.room(r)),
            Op::Join(_, r, gain) => control.join(first, self.room(r), level(gain)),
            Op::Leave(_) => control.leave(first),
            Op::Shape(r, _, b, n) => control.shape(self.room(r), changes(first, self.session(b), n), Millis(20)),
            Op::Floor(r, _, n) => control.floor(self.room(r), floor(first, n)),
            Op::Flush(_) => control.flush(first),
            Op::ControlPlay(p, n) => {
                let Some(&(session, id)) = self.plays.get(p) else { return };
                control.control_play(session, id, play_control(n))
            }
            Op::Destroy(_) => control.destroy(first),
            Op::Bridge(_, b) => control.bridge(first, self.session(b)),
            Op::Unbridge(_) => control.unbridge(first),
            Op::Gain(_, up, gain, ramp) => control.gain(first, direction(up), level(gain), Millis(ramp.into())),
            Op::Mute(_, up, muted) => control.mute(first, direction(up), muted),
            Op::Hold(_, music) => control.hold(first, music.then(tone)),
            Op::Resume(_) => control.resume(first),
            Op::Play(_, endless) => control.play(first, source(endless)).map(|(id, pending)| {
                self.plays.push((first, id));
                pending
            }),
            Op::StopPlay(n) => {
                let Some(&(session, id)) = self.plays.get(n) else { return };
                control.stop_play(session, id)
            }
            Op::Tap(_, up) => {
                let point = if up { TapPoint::Received } else { TapPoint::Sent };
                control.tap(first, point, Millis(200)).map(|(id, reader, pending)| {
                    self.taps.push((first, id, reader));
                    pending
                })
            }
            Op::CloseTap(n) => {
                let Some((session, id, _)) = self.taps.get(n) else { return };
                control.close_tap(*session, *id)
            }
            Op::Insert(_, up) => control.edit(first, insert(up)),
            Op::TakeOut(_) => control.edit(first, take_out),
            Op::Set(_) => return self.set(first),
            Op::Migrate(_, worker) => control.migrate(first, WorkerId(worker)),
            Op::Update(s, n) => {
                let update = control.update(first, update(n));
                self.note(s, n, &update);
                update
            }
            Op::Together(ref ops) => ops.iter().fold(control.txn(), |txn, op| self.add(txn, op)).commit(),
        };
        if let Op::Together(ops) = op {
            for op in ops {
                if let Op::Update(s, n) = op {
                    self.note(*s, *n, &accepted);
                }
            }
        }
        self.pending.extend(accepted);
    }

    fn add(&mut self, txn: Txn, op: &Op) -> Txn {
        let Some(first) = self.subject(op) else { return txn };
        match *op {
            Op::Destroy(_) => txn.destroy(first),
            Op::Bridge(_, b) => txn.bridge(first, self.session(b)),
            Op::Unbridge(_) => txn.unbridge(first),
            Op::Gain(_, up, gain, ramp) => txn.gain(first, direction(up), level(gain), Millis(ramp.into())),
            Op::Mute(_, up, muted) => txn.mute(first, direction(up), muted),
            Op::Hold(_, music) => txn.hold(first, music.then(tone)),
            Op::Resume(_) => txn.resume(first),
            Op::Play(_, endless) => {
                let (id, txn) = txn.play(first, source(endless));
                self.plays.push((first, id));
                txn
            }
            Op::Insert(_, up) => txn.edit(first, insert(up)),
            Op::TakeOut(_) => txn.edit(first, take_out),
            Op::Migrate(_, worker) => txn.migrate(first, WorkerId(worker)),
            Op::Update(_, n) => txn.update(first, update(n)),
            Op::EndRoom(r) => txn.destroy_room(self.room(r)),
            Op::Join(_, r, gain) => txn.join(first, self.room(r), level(gain)),
            Op::Leave(_) => txn.leave(first),
            Op::Shape(r, _, b, n) => txn.shape(self.room(r), changes(first, self.session(b), n), Millis(0)),
            Op::Floor(r, _, n) => txn.floor(self.room(r), floor(first, n)),
            Op::Flush(_) => txn.flush(first),
            _ => txn,
        }
    }

    fn create(&mut self, kind: u8) {
        let (codec, ptime) = match kind % 6 {
            0 | 1 => (CodecSpec::pcmu(), 20),
            2 => (CodecSpec::pcma(), 30),
            3 => (CodecSpec::pcmu(), 10),
            4 => (CodecSpec::pcma(), 60),
            _ => (CodecSpec::l16(SampleRate::HZ_16000, PayloadType::new(97).expect("below 128")), 20),
        };
        let seed = self.random.word();
        let phone = (kind < 200).then(|| Phone::new(codec, ptime, seed, Network::clean()));
        let call = self.scene.call(SessionSpec::new(codec).ptime(Millis(ptime)), phone);
        self.specs.push((codec, u64::from(ptime / 10)));
        self.pending.push(self.scene.calls[call].op.clone());
    }

    fn open(&mut self, kind: u8) {
        let spec = RoomSpec::new().members(6).exceptions(3);
        let spec = if kind % 2 == 1 { spec.talkers(TalkersConfig { most: 2, ..Default::default() }) } else { spec };
        let (room, op) = self.scene.control.create_room(spec).expect("there is room");
        self.rooms.push(room);
        self.pending.push(op);
    }

    fn join_in(&mut self, program: bool) {
        let rate = SampleRate::HZ_16000;
        let spec = match program {
            true => SessionSpec::external(rate, ExternalSpec::new()),
            false => SessionSpec::player(rate, source(true), Cue::new()),
        };
        let created = self.scene.control.create(spec).expect("there is room");
        self.others.push(created.id);
        self.ports.extend(created.external);
        self.plays.extend(created.play.map(|play| (created.id, play)));
        self.pending.push(created.op);
    }

    fn write(&mut self, port: usize, n: u8) {
        let Some(port) = self.ports.get_mut(port) else { return };
        port.writer.write(&vec![f32::from(n) / 512.0; usize::from(n) * 20]);
        port.writer.mark(n.into());
        while port.reader.read().is_some() {}
    }

    fn room(&self, n: usize) -> RoomId {
        self.rooms[n % self.rooms.len()]
    }

    /// Remembers what a session sends if an update is applied.
    fn note(&mut self, session: usize, n: u8, update: &Result<Pending, Reject>) {
        if let Ok(pending) = update {
            let call = session % (self.scene.calls.len() + self.others.len());
            if call < self.scene.calls.len() {
                self.updates.push((pending.clone(), call, n));
            }
        }
    }

    /// What sessions send by now.
    fn take_note(&mut self) {
        for (pending, call, n) in std::mem::take(&mut self.updates) {
            if pending.try_result().is_some_and(|result| result.is_ok()) {
                let (codec, ptime) = updated(n);
                self.specs[call] = (codec, u64::from(ptime / 10));
            }
        }
    }

    /// Sets the factor of the first node of a user's own.
    fn set(&mut self, session: SessionId) {
        let found = Arc::new(OnceLock::new());
        let place: Arc<OnceLock<NodeId>> = found.clone();
        let looked = self.scene.control.edit(session, move |topology, _| {
            if let Some(node) = topology.find("scale") {
                let _ = place.set(node);
            }
            Ok(())
        });
        self.pending.extend(looked);
        if let Some(node) = found.get().copied() {
            self.pending.extend(self.scene.control.set(session, node, Scale::FACTOR, 0.5, Millis(10)));
        }
    }

    fn session(&self, n: usize) -> SessionId {
        let at = n % (self.scene.calls.len() + self.others.len());
        self.others.get(at.wrapping_sub(self.scene.calls.len())).copied().unwrap_or_else(|| self.scene.id(at))
    }

    fn subject(&self, op: &Op) -> Option<SessionId> {
        match op {
            Op::Destroy(n) | Op::Bridge(n, _) | Op::Unbridge(n) | Op::Gain(n, ..) | Op::Mute(n, ..) => Some(*n),
            Op::Hold(n, _) | Op::Resume(n) | Op::Play(n, _) | Op::Tap(n, _) | Op::Insert(n, _) => Some(*n),
            Op::TakeOut(n) | Op::Set(n) | Op::Migrate(n, _) | Op::Update(n, _) => Some(*n),
            Op::Join(n, ..) | Op::Leave(n) | Op::Shape(_, n, ..) | Op::Floor(_, n, _) | Op::Flush(n) => Some(*n),
            _ => Some(0),
        }
        .map(|n| self.session(n))
    }

    /// After all bridges are undone, every session that lives sends a packet each packet time.
    fn check_everybody_is_served(&mut self) -> Result<(), TestCaseError> {
        let control = self.scene.control.clone();
        for call in 0..self.scene.calls.len() {
            self.pending.extend(control.unbridge(self.scene.id(call)));
            self.pending.extend(control.leave(self.scene.id(call)));
        }
        self.scene.run(10);
        self.take_note();
        let start = self.scene.next_tick();
        self.scene.run(30);
        for (call, (codec, ticks)) in self.scene.calls.iter().zip(&self.specs) {
            let tail: Vec<_> = call.sent.iter().filter(|p| p.tick >= start).cloned().collect();
            let lives = control.worker(call.id).is_ok();
            let due = if lives { 30 / ticks } else { 0 };
            prop_assert!(tail.len() as u64 >= due, "{}: {} packets of {due}", call.id, tail.len());
            check_cadence(codec, *ticks, &tail).map_err(TestCaseError::fail)?;
        }
        let telemetry = control.telemetry();
        let running: u32 = telemetry.workers.iter().map(|w| w.sessions).sum();
        prop_assert_eq!(running as usize, telemetry.sessions);
        Ok(())
    }
}

fn check_events(events: &[Event], pending: &[Pending]) -> Result<(), TestCaseError> {
    let mut outcomes: HashMap<OpId, Result<u64, ()>> = HashMap::new();
    for (event, number) in events.iter().zip(1..) {
        prop_assert_eq!(event.number, number);
        let outcome = match event.kind {
            EventKind::Applied { op } => (op, Ok(event.tick.0)),
            EventKind::Failed { op, .. } => (op, Err(())),
            _ => continue,
        };
        prop_assert!(outcomes.insert(outcome.0, outcome.1).is_none(), "answered twice: {event:?}");
    }
    for pending in pending {
        let told = outcomes.get(&pending.op()).copied();
        match pending.try_result() {
            Some(Ok(Applied { tick, .. })) => prop_assert_eq!(told, Some(Ok(tick.0))),
            Some(Err(Failed { .. })) => prop_assert_eq!(told, Some(Err(()))),
            None => prop_assert!(false, "{pending:?} was never answered"),
        }
    }
    prop_assert!(matches!(events.last().map(|e| &e.kind), Some(EventKind::Stopped)));
    Ok(())
}

/// Created first, Destroyed last, ticks that never go back, states that alternate, packets in between only.
fn check_life(id: SessionId, sent: &[graph_tests::Packet], events: &[Event]) -> Result<(), TestCaseError> {
    let own: Vec<&Event> = events.iter().filter(|e| e.session == Some(id)).collect();
    let Some(first) = own.first() else {
        prop_assert!(sent.is_empty());
        return Ok(());
    };
    prop_assert!(matches!(first.kind, EventKind::Created { .. }), "{own:?}");
    let mut end = u64::MAX;
    let (mut bridged, mut held, mut seated) = (false, false, None);
    for (at, event) in own.iter().enumerate() {
        prop_assert!(end == u64::MAX, "after Destroyed: {own:?}");
        prop_assert!(at == 0 || own[at - 1].tick <= event.tick, "back in time: {own:?}");
        match &event.kind {
            EventKind::Created { .. } => prop_assert!(at == 0, "created twice: {own:?}"),
            EventKind::Destroyed { .. } => end = event.tick.0,
            EventKind::Bridged { .. } => prop_assert!(!std::mem::replace(&mut bridged, true), "{own:?}"),
            EventKind::Unbridged => prop_assert!(std::mem::replace(&mut bridged, false), "{own:?}"),
            EventKind::Joined { room } => prop_assert!(seated.replace(*room).is_none(), "{own:?}"),
            EventKind::Left { room } => prop_assert!(seated.take() == Some(*room), "{own:?}"),
            EventKind::Held => prop_assert!(!std::mem::replace(&mut held, true), "{own:?}"),
            EventKind::Resumed => prop_assert!(std::mem::replace(&mut held, false), "{own:?}"),
            _ => {}
        }
    }
    prop_assert!(sent.iter().all(|p| (first.tick.0..end).contains(&p.tick)), "sent outside its life");
    Ok(())
}

/// Sent packets are one stream, whatever the codecs: one SSRC, numbers that rise by one, time that does not go back.
fn check_line(sent: &[graph_tests::Packet]) -> Result<(), TestCaseError> {
    for pair in sent.windows(2) {
        let (before, after) = (pair[0].rtp(), pair[1].rtp());
        let codec = [CodecSpec::pcmu(), CodecSpec::pcma(), wide()]
            .into_iter()
            .find(|codec| codec.payload_type == before.header.payload_type)
            .expect("a codec of the script");
        let (b, a) = (before.header, after.header);
        let lasts = codec.payload_samples(before.payload) as u32;
        let hole = a.timestamp.wrapping_sub(b.timestamp).wrapping_sub(lasts) as i32;
        let whole = a.ssrc == b.ssrc && a.sequence == b.sequence.wrapping_add(1);
        prop_assert!(whole && hole >= 0 && (hole == 0 || a.marker), "tick {}: {b:?} then {a:?}", pair[1].tick);
    }
    Ok(())
}

fn wide() -> CodecSpec {
    CodecSpec::l16(SampleRate::HZ_16000, PayloadType::new(97).expect("below 128"))
}

/// The codec and packet time after an update of this number.
fn updated(n: u8) -> (CodecSpec, u32) {
    let codec = [CodecSpec::pcmu(), CodecSpec::pcma(), wide()][usize::from(n % 3)];
    (codec, [10, 20, 30, 60][usize::from(n / 3 % 4)])
}

fn update(n: u8) -> SessionUpdate {
    let (codec, ptime) = updated(n);
    let update = SessionUpdate::new().send(codec).ptime(Millis(ptime));
    if n >= 128 { update.receive(codec) } else { update }
}

fn direction(up: bool) -> Direction {
    if up { Direction::Inbound } else { Direction::Outbound }
}

/// Mostly legal, sometimes unity, sometimes no number.
fn level(gain: i8) -> Decibels {
    match gain {
        -10..=10 => Decibels(0.0),
        i8::MIN => Decibels(f32::NAN),
        _ => Decibels(f32::from(gain) / 4.0),
    }
}

fn tone() -> Source {
    Source::Tone(ToneSpec::new().partial(440.0, Decibels(-12.0)))
}

fn changes(a: SessionId, b: SessionId, n: u8) -> Vec<Change<SessionId>> {
    match n % 12 {
        0 => presets::hold(a),
        1 => presets::resume(a),
        2 => presets::coach(a, b),
        3 => presets::barge(a, &[b]),
        4 => presets::whisper(a, &[b]),
        5 => presets::end_whisper(a, &[b]),
        6 => presets::priority(a, &[b], Decibels(-12.0)),
        7 => presets::side_room(&[a, b], n / 12 % 6),
        8 => vec![Change::Pair(a, b, Decibels(f32::from(n) - 200.0))],
        9 => vec![Change::Talk(a, Decibels(f32::from(n) / 8.0 - 20.0))],
        10 => vec![Change::Place(a, 0.5), Change::Clear(a, b)],
        _ => presets::announce(a, &[b], Decibels(-9.0)),
    }
}

fn floor(a: SessionId, n: u8) -> RoomFloor {
    match n % 4 {
        0 => RoomFloor::new(),
        1 => RoomFloor::new().holder(a),
        2 => RoomFloor::new().wait_for_moderator().moderator(a),
        _ => RoomFloor::new().wait_for_moderator(),
    }
}

fn play_control(n: u8) -> PlayControl {
    match n % 4 {
        0 => PlayControl::Pause,
        1 => PlayControl::Resume,
        2 => PlayControl::Seek(Millis(n.into())),
        _ => PlayControl::Gain(Decibels(f32::from(n) / 4.0 - 40.0), Millis(n.into())),
    }
}

fn source(endless: bool) -> Source {
    let samples: Vec<f32> = (0..1_234).map(|n| ((n % 40) as f32 - 20.0) / 80.0).collect();
    if endless { tone() } else { Source::Pcm { samples: samples.into(), rate: SampleRate::HZ_8000, repeat: false } }
}

fn insert(up: bool) -> impl FnOnce(&mut Topology, Legs) -> Result<(), TopologyError> + Send + 'static {
    move |topology, legs| {
        let (node, segment) = if up { (legs.receive, Segment::Up) } else { (legs.far_in, Segment::Down) };
        let rate = topology.node(node)?.ports.outputs[0];
        let edge = topology.edges().find(|e| e.from.0 == node);
        if let Some(edge) = edge {
            topology.insert_between(edge, segment, Box::new(Scale::new(rate, 0.9)))?;
        }
        Ok(())
    }
}

fn take_out(topology: &mut Topology, _legs: Legs) -> Result<(), TopologyError> {
    if let Some(node) = topology.find("scale") {
        topology.splice_out(node)?;
    }
    Ok(())
}
