//! The state machine of legs beside the engine: random operations, and both agree on every state, every refusal and every event.

use graph_tests::Scene;
use media_core::session::{Company, Gate, Link, MediaState, Phase, SessionOp, Told};
use media_core::{
    CodecSpec, Decibels, EarlyMedia, EngineConfig, Event, EventKind, LegEvent, Millis, Pending, Reject, RoomId,
    RoomSpec, SampleRate, SessionId, SessionSpec, Source, WorkerId,
};
use proptest::prelude::*;

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

/// What a script asks for, with legs by place.
#[derive(Clone, Copy, Debug)]
enum Ask {
    Bridge(usize, usize),
    Unbridge(usize),
    Join(usize),
    Leave(usize),
    Hold(usize),
    Resume(usize),
    Park(usize, bool),
    Unpark(usize),
    Early(usize, Gate),
    Answer(usize),
    Play(usize),
    Replace(usize, usize),
    Transfer(usize, usize),
    End(usize),
    /// Destroys, and makes another one in its place.
    Renew(usize, bool),
    CloseRoom,
}

const LEGS: usize = 5;

fn ask() -> impl Strategy<Value = Ask> {
    let leg = || 0..LEGS;
    let gate = prop_oneof![Just(Gate::Block), Just(Gate::Ringback), Just(Gate::Listen), Just(Gate::Pass)];
    prop_oneof![
        4 => (leg(), leg()).prop_map(|(a, b)| Ask::Bridge(a, b)),
        1 => leg().prop_map(Ask::Unbridge),
        2 => leg().prop_map(Ask::Join),
        1 => leg().prop_map(Ask::Leave),
        2 => leg().prop_map(Ask::Hold),
        1 => leg().prop_map(Ask::Resume),
        2 => (leg(), any::<bool>()).prop_map(|(leg, music)| Ask::Park(leg, music)),
        1 => leg().prop_map(Ask::Unpark),
        2 => (leg(), gate).prop_map(|(leg, gate)| Ask::Early(leg, gate)),
        1 => leg().prop_map(Ask::Answer),
        1 => leg().prop_map(Ask::Play),
        1 => (leg(), leg()).prop_map(|(a, b)| Ask::Replace(a, b)),
        1 => (leg(), leg()).prop_map(|(a, b)| Ask::Transfer(a, b)),
        1 => leg().prop_map(Ask::End),
        1 => (leg(), any::<bool>()).prop_map(|(leg, early)| Ask::Renew(leg, early)),
        1 => Just(Ask::CloseRoom),
    ]
}

/// The engine, and what it should be.
struct Twins {
    scene: Scene,
    legs: Vec<SessionId>,
    room: RoomId,
    model: Company,
    heard: usize,
}

fn tone() -> Source {
    Source::Pcm { samples: vec![0.1; 80].into(), rate: SampleRate::HZ_8000, repeat: true }
}

impl Twins {
    fn new(workers: usize) -> Self {
        let scene = Scene::new(EngineConfig::new().workers(workers).max_sessions(16).max_rooms(2).seed(3));
        let (room, op) = scene.control.create_room(RoomSpec::new().members(8)).expect("it fits");
        op.detach();
        let mut twins = Self { scene, legs: Vec::new(), room, model: Company::default(), heard: 0 };
        for n in 0..LEGS {
            let leg = twins.made(n, n % 2 == 0);
            twins.legs.push(leg);
        }
        twins.scene.run(10);
        twins.heard = twins.scene.events.len();
        twins
    }

    fn made(&mut self, place: usize, early: bool) -> SessionId {
        let workers = self.scene.control.telemetry().workers.len();
        let spec = SessionSpec::new(CodecSpec::pcmu()).worker(WorkerId((place % workers) as u16));
        let (spec, phase) = match early {
            true => (spec.early(), Phase::Early(Gate::Block)),
            false => (spec, Phase::Answered),
        };
        let call = self.scene.call(spec, None);
        let id = self.scene.id(call);
        self.model.know(id, MediaState::new(phase));
        id
    }

    /// What is asked, as the engine is asked and as the model is: a leg and its transition.
    fn carry_out(&mut self, ask: Ask) -> Option<(Result<Pending, Reject>, SessionId, SessionOp)> {
        let (control, legs) = (&self.scene.control, &self.legs);
        let peer = |id: SessionId| match self.model.state(id)?.link {
            Link::Bridged(peer) => Some(peer),
            _ => None,
        };
        Some(match ask {
            Ask::Bridge(a, b) if a == b => {
                assert!(matches!(
                    control.bridge(legs[a], legs[b]),
                    Err(Reject::SameSession(_) | Reject::NoSuchSession(_))
                ));
                return None;
            }
            Ask::Bridge(a, b) => (control.bridge(legs[a], legs[b]), legs[a], SessionOp::Bridge(legs[b])),
            Ask::Unbridge(a) => (control.unbridge(legs[a]), legs[a], SessionOp::Unbridge),
            Ask::Join(a) => (control.join(legs[a], self.room, Decibels(0.0)), legs[a], SessionOp::Join(self.room)),
            Ask::Leave(a) => (control.leave(legs[a]), legs[a], SessionOp::Leave),
            Ask::Hold(a) => (control.hold(legs[a], Some(tone())), legs[a], SessionOp::Hold),
            Ask::Resume(a) => (control.resume(legs[a]), legs[a], SessionOp::Resume),
            Ask::Park(a, music) => (control.park(legs[a], music.then(tone)), legs[a], SessionOp::Park),
            Ask::Unpark(a) => (control.unpark(legs[a]), legs[a], SessionOp::Unpark),
            Ask::Early(a, gate) => {
                let media = match gate {
                    Gate::Block => EarlyMedia::Block,
                    Gate::Ringback => EarlyMedia::Ringback(tone()),
                    Gate::Listen => EarlyMedia::Listen,
                    Gate::Pass => EarlyMedia::Pass,
                };
                (control.early(legs[a], media), legs[a], SessionOp::Early(gate))
            }
            Ask::Answer(a) => (control.answer(legs[a]), legs[a], SessionOp::Answer),
            Ask::Play(a) => {
                // Lasts longer than the ticks between two operations.
                let samples = vec![0.1; 8_000].into();
                let source = Source::Pcm { samples, rate: SampleRate::HZ_8000, repeat: false };
                (control.play(legs[a], source).map(|(_, op)| op), legs[a], SessionOp::Play)
            }
            Ask::Replace(a, b) if a == b || peer(legs[a]) == Some(legs[b]) => return None,
            Ask::Replace(a, b) => (control.replace(legs[a], legs[b]), legs[a], SessionOp::Replace(legs[b])),
            Ask::Transfer(a, b) if a == b || peer(legs[a]).is_none_or(|peer| peer == legs[b]) => return None,
            Ask::Transfer(a, b) => {
                let old = peer(legs[a]).expect("it has one");
                (control.transfer(legs[a], legs[b]), old, SessionOp::Replace(legs[b]))
            }
            Ask::End(a) => (control.end(legs[a], Millis(600)), legs[a], SessionOp::End),
            Ask::Renew(a, _) => (control.destroy(legs[a]), legs[a], SessionOp::Destroy),
            Ask::CloseRoom => return None,
        })
    }

    /// What was told of states since the last look.
    fn news(&mut self) -> Vec<(SessionId, Told)> {
        let news = self.scene.events[self.heard..].iter().filter_map(told).collect();
        self.heard = self.scene.events.len();
        news
    }

    /// Waits for the end of legs that are on their way out: what follows from it is told with it.
    fn see_off(&mut self) {
        let goes = |twins: &Self, id: &SessionId| {
            let gone = |e: &Event| e.session == Some(*id) && matches!(e.kind, EventKind::Destroyed { .. });
            let told = twins.scene.events[twins.heard..].iter().any(gone);
            twins.model.state(*id).is_some() && twins.scene.control.session_state(*id).is_err() && !told
        };
        for _ in 0..20 {
            if !self.legs.iter().any(|id| goes(self, id)) {
                return;
            }
            self.scene.tick();
        }
        panic!("a leg that nobody can ask for anything does not go");
    }

    fn step(&mut self, ask: Ask) {
        let mut want = Vec::new();
        if let Some((outcome, session, op)) = self.carry_out(ask) {
            let named = match op {
                SessionOp::Bridge(to) | SessionOp::Replace(to) => vec![session, to],
                _ => vec![session],
            };
            let missing = named.iter().any(|id| self.model.state(*id).is_none());
            match (outcome, self.model.clone().apply(session, op)) {
                (Err(Reject::NoSuchSession(gone)), _) => {
                    let ending = self.model.state(gone).is_none_or(|state| state.phase == Phase::Ending);
                    assert!(ending, "{gone} should be there");
                }
                (Ok(pending), Ok(_)) if !missing => {
                    want = self.model.apply(session, op).expect("it was tried");
                    self.scene.run(10);
                    assert!(pending.try_result().is_some_and(|answer| answer.is_ok()), "{ask:?} failed");
                }
                (Err(Reject::Illegal { session, state, operation, .. }), Err(illegal)) => {
                    assert_eq!((session, state, operation), (illegal.session, illegal.state, illegal.operation));
                }
                (outcome, model) => panic!("{ask:?}: {outcome:?}, the table says {model:?}"),
            }
        }
        if matches!(ask, Ask::CloseRoom) {
            self.scene.control.destroy_room(self.room).expect("it is there").detach();
            want.extend(self.model.close(self.room));
            self.scene.run(10);
            let (room, op) = self.scene.control.create_room(RoomSpec::new().members(8)).expect("it fits");
            op.detach();
            self.room = room;
        }
        self.scene.run(2);
        self.see_off();
        let told = self.news();
        for (id, _) in told.iter().filter(|(_, told)| *told == Told::Destroyed) {
            if self.model.state(*id).is_some_and(|state| state.phase == Phase::Ending) {
                want.extend(self.model.apply(*id, SessionOp::Destroy).expect("always legal"));
            }
        }
        for id in want.iter().chain(&told).map(|(id, _)| *id).collect::<std::collections::HashSet<_>>() {
            let of = |list: &[(SessionId, Told)]| -> Vec<Told> {
                list.iter().filter(|(whose, _)| *whose == id).map(|(_, told)| *told).collect()
            };
            assert_eq!(of(&told), of(&want), "{id} after {ask:?}");
        }
        for id in &self.legs {
            match (self.scene.control.session_state(*id), self.model.state(*id)) {
                (Ok(state), Some(model)) => assert_eq!(state, model, "{id} after {ask:?}"),
                (Err(_), Some(model)) => assert_eq!(model.phase, Phase::Ending, "{id} after {ask:?}"),
                (Err(_), None) => {}
                (Ok(state), None) => panic!("{id} is {state} after {ask:?}, and should be gone"),
            }
        }
        if let Ask::Renew(place, early) = ask {
            self.legs[place] = self.made(place, early);
            self.scene.run(10);
            // Legs that end may have gone meanwhile.
            for (id, _) in self.news().into_iter().filter(|(_, told)| *told == Told::Destroyed) {
                if self.model.state(id).is_some() {
                    self.model.apply(id, SessionOp::Destroy).expect("always legal");
                }
            }
        }
    }
}

/// An event of a leg's state, as the table calls it.
fn told(event: &Event) -> Option<(SessionId, Told)> {
    let told = match event.kind {
        EventKind::Bridged { peer, .. } => Told::Bridged(peer),
        EventKind::Unbridged => Told::Unbridged,
        EventKind::Joined { room } => Told::Joined(room),
        EventKind::Left { room } => Told::Left(room),
        EventKind::Held => Told::Held,
        EventKind::Resumed => Told::Resumed,
        EventKind::Leg(LegEvent::Parked) => Told::Parked,
        EventKind::Leg(LegEvent::Unparked) => Told::Unparked,
        EventKind::Leg(LegEvent::Early { gate }) => Told::Early(gate),
        EventKind::Leg(LegEvent::EarlyMedia) => Told::EarlyMedia,
        EventKind::Leg(LegEvent::Answered) => Told::Answered,
        EventKind::Leg(LegEvent::Replaced { old }) => Told::Replaced(old),
        EventKind::Leg(LegEvent::Ending) => Told::Ending,
        EventKind::Destroyed { .. } => Told::Destroyed,
        _ => return None,
    };
    Some((event.session?, told))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_does_what_the_table_says(workers in 1usize..3, script in prop::collection::vec(ask(), 1..40)) {
        let mut twins = Twins::new(workers);
        for ask in script {
            twins.step(ask);
        }
        twins.scene.stop();
    }
}
