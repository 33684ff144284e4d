//! Sessions move from busy workers to idle ones, and nobody hears it.

use graph_tests::{Network, Phone, Scene, check_cadence};
use media_core::engine::{LimitScope, Limits, Migration, Rebalance};
use media_core::mixer::Change;
use media_core::{CodecSpec, Decibels, EngineConfig, EventKind, Millis, RoomSpec, SessionId, SessionSpec, WorkerId};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

fn config(workers: usize) -> EngineConfig {
    EngineConfig::new().workers(workers).max_sessions(64).seed(7)
}

/// Bridges, a room and single legs, all of them brought to worker 0.
fn crowd(scene: &mut Scene) -> Vec<usize> {
    let codecs = [CodecSpec::pcmu(), CodecSpec::pcma(), CodecSpec::g722()];
    let calls: Vec<usize> = (0..12usize)
        .map(|n| {
            let codec = codecs[n % 3];
            let network = if n % 2 == 0 { Network::clean() } else { Network::new(n as u64, 15_000, 20, 0) };
            scene.call(SessionSpec::new(codec), Some(Phone::new(codec, 20, n as u64, network)))
        })
        .collect();
    scene.run(3);
    let control = scene.control.clone();
    let (room, op) = control.create_room(RoomSpec::new().members(8).share(false)).expect("it fits");
    op.detach();
    for call in &calls {
        control.migrate(scene.id(*call), WorkerId(0)).expect("accepted").detach();
        scene.run(5);
    }
    for pair in calls[..6].chunks(2) {
        control.bridge(scene.id(pair[0]), scene.id(pair[1])).expect("accepted").detach();
    }
    for member in &calls[6..9] {
        control.join(scene.id(*member), room, Decibels(0.0)).expect("accepted").detach();
    }
    scene.run(60 - (scene.next_tick() % 60));
    calls
}

fn workers(scene: &Scene, calls: &[usize]) -> Vec<WorkerId> {
    calls.iter().map(|call| scene.control.worker(scene.id(*call)).expect("it lives")).collect()
}

/// How far the busiest worker is above the least busy one, by declaration.
fn spread(scene: &Scene, workers: u16) -> f32 {
    let share = |worker| scene.control.usage(LimitScope::Worker(WorkerId(worker))).share;
    let shares: Vec<f32> = (0..workers).map(share).collect();
    shares.iter().fold(0.0f32, |most, share| most.max(*share))
        - shares.iter().fold(1.0f32, |least, share| least.min(*share))
}

#[test]
fn what_moves_is_told_bridged_legs_stay_together_and_every_bit_is_as_without() {
    let run = |rebalanced: bool| {
        let mut scene = Scene::new(config(3));
        let calls = crowd(&mut scene);
        let mut told: Vec<Migration> = Vec::new();
        if rebalanced {
            let before = spread(&scene, 3);
            let outcome = scene.control.rebalance(0.0).expect("accepted");
            told.extend(&outcome.moves);
            scene.run(6);
            assert!(outcome.op.try_result().is_some_and(|r| r.is_ok()));
            assert!(spread(&scene, 3) < before / 3.0, "{} of {before}", spread(&scene, 3));
            assert!(told.len() >= 6, "{told:?}");
        } else {
            scene.run(6);
        }
        for step in &told {
            let events = |e: &&media_core::Event| e.session == Some(step.session);
            let moved = scene
                .events
                .iter()
                .filter(events)
                .filter(|e| matches!(e.kind, EventKind::Migrated { worker } if worker == step.to));
            assert!(moved.count() >= 1 && step.from == WorkerId(0) && step.to != step.from);
            assert_eq!(scene.control.worker(step.session).expect("it lives"), step.to);
        }
        let at = workers(&scene, &calls);
        assert!(at[..6].chunks(2).all(|pair| pair[0] == pair[1]), "the legs of a bridge are on one worker");
        // What is near enough stays.
        let again = scene.control.rebalance(0.5).expect("accepted");
        assert!(again.moves.is_empty() && again.op.try_result().is_some_and(|r| r.is_ok()));
        scene.run(100);
        assert!(scene.events.iter().all(|e| !matches!(e.kind, EventKind::Failed { .. })));
        let (calls, ..) = scene.stop();
        calls.into_iter().map(|call| call.sent).collect::<Vec<_>>()
    };
    let (still, moved) = (run(false), run(true));
    for (n, (still, moved)) in still.iter().zip(&moved).enumerate() {
        assert!(still.len() > 60 && still == moved, "leg {n}");
    }
}

#[test]
fn who_was_placed_by_the_host_or_is_an_exception_stays_and_limits_of_workers_hold() {
    let mut scene = Scene::new(config(2));
    let control = scene.control.clone();
    let pinned: Vec<usize> =
        (0..4).map(|_| scene.call(SessionSpec::new(CodecSpec::pcmu()).worker(WorkerId(0)), None)).collect();
    scene.run(3);
    assert!(control.rebalance(0.0).expect("accepted").moves.is_empty());
    let free: Vec<usize> = (0..4).map(|_| scene.call(SessionSpec::new(CodecSpec::pcmu()), None)).collect();
    scene.run(3);
    for call in &free {
        control.migrate(scene.id(*call), WorkerId(0)).expect("accepted").detach();
    }
    scene.run(8);
    let (room, op) = control.create_room(RoomSpec::new().members(4)).expect("it fits");
    op.detach();
    for call in &free[..2] {
        control.join(scene.id(*call), room, Decibels(0.0)).expect("accepted").detach();
    }
    let pair = Change::Pair(scene.id(free[0]), scene.id(free[1]), Decibels(-6.0));
    control.shape(room, vec![pair], Millis(0)).expect("accepted").detach();
    control.limits(LimitScope::Worker(WorkerId(1)), Limits::new().sessions(1)).expect("it can be");
    scene.run(5);
    let moves = control.rebalance(0.0).expect("accepted").moves;
    assert!(!moves.is_empty() && moves.iter().all(|step| free[2..].iter().any(|call| scene.id(*call) == step.session)));
    scene.run(8);
    assert!(workers(&scene, &pinned).iter().all(|worker| *worker == WorkerId(0)));
    scene.stop();
}

#[test]
fn a_worker_that_is_measured_to_be_busier_than_declared_gives_some_of_its_own() {
    let mut scene = Scene::new(config(2));
    let control = scene.control.clone();
    let calls: Vec<usize> = (0..8).map(|_| scene.call(SessionSpec::new(CodecSpec::pcmu()), None)).collect();
    scene.run(3);
    assert!(control.rebalance(0.1).expect("accepted").moves.is_empty(), "they are placed evenly");
    scene.tell_load(WorkerId(1), 0.8);
    let moves = control.rebalance(0.1).expect("accepted").moves;
    assert_eq!(moves.len(), 2, "{moves:?}");
    assert!(moves.iter().all(|step| step.from == WorkerId(1) && step.to == WorkerId(0)));
    scene.run(8);
    let at = workers(&scene, &calls);
    assert_eq!(at.iter().filter(|worker| **worker == WorkerId(1)).count(), 2);
    scene.stop();
}

#[test]
fn an_engine_that_is_told_to_moves_sessions_by_itself_once_workers_stay_apart() {
    let mut scene = Scene::new(config(2).rebalance(Rebalance::new().every(Millis(200)).bound(0.1)));
    let calls: Vec<usize> = (0..8u64)
        .map(|n| {
            scene
                .call(SessionSpec::new(CodecSpec::pcmu()), Some(Phone::new(CodecSpec::pcmu(), 20, n, Network::clean())))
        })
        .collect();
    scene.run(100);
    let moved = |scene: &Scene| -> Vec<SessionId> {
        scene.events.iter().filter(|e| matches!(e.kind, EventKind::Migrated { .. })).filter_map(|e| e.session).collect()
    };
    assert!(moved(&scene).is_empty());
    scene.tell_load(WorkerId(0), 0.9);
    scene.run(15);
    assert!(moved(&scene).is_empty(), "one look is not enough");
    scene.run(40);
    assert!(!moved(&scene).is_empty());
    scene.tell_load(WorkerId(0), 0.0);
    scene.run(10);
    let before = moved(&scene).len();
    scene.run(100);
    assert_eq!(moved(&scene).len(), before, "and then it is quiet");
    let (made, ..) = scene.stop();
    for call in calls {
        check_cadence(&CodecSpec::pcmu(), 2, &made[call].sent).expect("no packet is missing");
    }
}
