//! Limits that are set while the engine runs, and what a loaded worker does without.

use graph_tests::{Network, Phone, Scene, audio, check_cadence};
use media_core::codec::EncoderParam;
use media_core::engine::{
    Degradation, Limit, LimitScope, Limits, LimitsError, OverloadPolicy, OverloadStep, PolicyError,
};
use media_core::mixer::talkers::{Dbov, TalkersConfig};
use media_core::processing::audio::aec::AecConfig;
use media_core::processing::audio::effects::CompressorConfig;
use media_core::processing::audio::ns::{NsConfig, NsLevel};
use media_core::processing::format::Quality;
use media_core::{
    CodecSpec, Decibels, EngineConfig, EventKind, Millis, PayloadType, ProcessingSpec, Reject, RoomSpec, SampleRate,
    SessionSpec, SessionUpdate, TenantId, Tick, WorkerId,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

fn plain() -> SessionSpec {
    SessionSpec::new(CodecSpec::pcmu())
}

/// The limit that an operation ran into.
fn limit<T: std::fmt::Debug>(outcome: Result<T, Reject>) -> (LimitScope, Limit) {
    match outcome.expect_err("it is beyond a limit") {
        Reject::Limit(scope, limit) => (scope, limit),
        why => panic!("{why}"),
    }
}

#[test]
fn a_tenant_gets_no_more_sessions_and_rooms_than_its_limit_and_others_are_not_touched() {
    let mut scene = Scene::of(2, 8);
    let control = scene.control.clone();
    let (mine, yours) = (TenantId(7), TenantId(8));
    let scope = LimitScope::Tenant(mine);
    control.limits(scope, Limits::new().sessions(2).rooms(1)).expect("it can be");
    let (a, _b) = (scene.call(plain().tenant(mine), None), scene.call(plain().tenant(mine), None));
    assert_eq!(control.can_admit(&plain().tenant(mine)).slots, 0);
    assert_eq!(limit(scene.try_call(plain().tenant(mine), None)), (scope, Limit::Sessions(2)));
    let (room, op) = control.create_room(RoomSpec::new().members(4).tenant(mine)).expect("the first one");
    assert_eq!(limit(control.create_room(RoomSpec::new().members(4).tenant(mine))), (scope, Limit::Rooms(1)));
    let (_, other) = control.create_room(RoomSpec::new().members(4).tenant(yours)).expect("another tenant's");
    scene.call(plain().tenant(yours), None);
    scene.call(plain(), None);
    scene.run(3);
    assert!(op.try_result().is_some_and(|r| r.is_ok()) && other.try_result().is_some_and(|r| r.is_ok()));
    let usage = control.usage(scope);
    assert_eq!((usage.sessions, usage.rooms, usage.limits.sessions), (2, 1, Some(2)));
    assert_eq!(control.usage(LimitScope::Engine).sessions, 4);
    // What goes makes room, and a limit that is raised holds at once; one that is lowered ends nobody.
    control.destroy(scene.id(a)).expect("it lives").detach();
    control.destroy_room(room).expect("it exists").detach();
    scene.run(6);
    assert_eq!((control.usage(scope).sessions, control.usage(scope).rooms), (1, 0));
    scene.call(plain().tenant(mine), None);
    control.limits(scope, Limits::new().sessions(1)).expect("it can be");
    scene.run(3);
    assert_eq!(control.usage(scope).sessions, 2);
    assert_eq!(limit(scene.try_call(plain().tenant(mine), None)), (scope, Limit::Sessions(1)));
    control.limits(scope, Limits::new()).expect("it can be");
    scene.call(plain().tenant(mine), None);
    scene.stop();
}

#[test]
fn a_share_of_the_period_limits_what_sessions_cost_by_declaration_also_after_an_edit() {
    let mut scene = Scene::of(1, 8);
    let control = scene.control.clone();
    let (tenant, heavy) = (TenantId(1), ProcessingSpec::new().noise(NsConfig::new()).echo(AecConfig::full()));
    let scope = LimitScope::Tenant(tenant);
    let first = scene.call(plain().tenant(tenant), None);
    let cost = control.usage(scope).share;
    assert!(cost > 0.0 && cost < 0.001, "{cost}");
    control.limits(scope, Limits::new().share(2.5 * cost)).expect("it can be");
    assert_eq!(control.can_admit(&plain().tenant(tenant)).slots, 1);
    scene.call(plain().tenant(tenant), None);
    assert_eq!(limit(scene.try_call(plain().tenant(tenant), None)), (scope, Limit::Share(2.5 * cost)));
    control.limits(scope, Limits::new().share(1.0)).expect("it can be");
    scene.run(3);
    control.process(scene.id(first), heavy).expect("accepted").detach();
    scene.run(3);
    let processed = control.usage(scope).share;
    assert!(processed > 5.0 * cost, "{processed} of {cost}");
    assert_eq!(control.usage(LimitScope::Worker(WorkerId(0))).share, processed);
    control.destroy(scene.id(first)).expect("it lives").detach();
    scene.run(3);
    assert!((control.usage(scope).share - cost).abs() < cost / 10.0);
    scene.stop();
}

#[test]
fn a_worker_at_its_limit_is_passed_over_and_takes_nobody_who_asks_for_it_or_is_moved_there() {
    let mut scene = Scene::of(2, 8);
    let control = scene.control.clone();
    let scope = LimitScope::Worker(WorkerId(1));
    control.limits(scope, Limits::new().sessions(1)).expect("it can be");
    let calls: Vec<usize> = (0..5).map(|_| scene.call(plain(), None)).collect();
    let on = |worker| calls.iter().filter(|c| control.worker(scene.id(**c)).expect("it lives") == worker).count();
    assert_eq!((on(WorkerId(0)), on(WorkerId(1))), (4, 1));
    scene.run(3);
    assert_eq!(limit(scene.try_call(plain().worker(WorkerId(1)), None)), (scope, Limit::Sessions(1)));
    assert_eq!(limit(control.migrate(scene.id(0), WorkerId(1))), (scope, Limit::Sessions(1)));
    control.limits(LimitScope::Engine, Limits::new().sessions(5)).expect("it can be");
    assert_eq!(limit(scene.try_call(plain(), None)), (LimitScope::Engine, Limit::Sessions(5)));
    let wrong = |scope, limits| match control.limits(scope, limits) {
        Err(Reject::Limits(why)) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(wrong(scope, Limits::new().rooms(1)), LimitsError::Scope(scope));
    let tenant = LimitScope::Tenant(TenantId(1));
    assert_eq!(wrong(tenant, Limits::new().load(0.5)), LimitsError::Scope(tenant));
    assert_eq!(wrong(LimitScope::Engine, Limits::new().share(1.5)), LimitsError::Share(1.5));
    let nowhere = control.limits(LimitScope::Worker(WorkerId(9)), Limits::new());
    assert!(matches!(nowhere, Err(Reject::NoSuchWorker(_))));
    scene.stop();
}

#[test]
fn a_worker_busy_beyond_its_limit_of_load_takes_none_but_essential_sessions() {
    let mut scene = Scene::of(2, 8);
    let control = scene.control.clone();
    scene.tell_load(WorkerId(0), 0.9);
    let call = scene.call(plain(), None);
    assert_eq!(control.worker(scene.id(call)).expect("it lives"), WorkerId(1));
    scene.tell_load(WorkerId(1), 0.5);
    control.limits(LimitScope::Worker(WorkerId(1)), Limits::new().load(0.4)).expect("it can be");
    assert!(matches!(scene.try_call(plain(), None), Err(Reject::Overloaded)));
    scene.call(plain().essential(), None);
    control.limits(LimitScope::Worker(WorkerId(1)), Limits::new()).expect("it can be");
    scene.call(plain(), None);
    control.limits(LimitScope::Engine, Limits::new().load(0.3)).expect("it can be");
    assert!(matches!(scene.try_call(plain(), None), Err(Reject::Overloaded)));
    scene.stop();
}

/// The steps told by events, in order: taken or given back, at which tick, by whom.
fn told(scene: &Scene) -> Vec<(bool, Tick, Degradation)> {
    let step = |event: &media_core::Event| match event.kind {
        EventKind::Degraded(step) => Some((true, event.tick, step)),
        EventKind::Restored(step) => Some((false, event.tick, step)),
        _ => None,
    };
    scene.events.iter().filter_map(step).collect()
}

fn quick(steps: &[OverloadStep]) -> OverloadPolicy {
    OverloadPolicy::new().steps(steps).between(0.5, 0.8).pace(Millis(100), 2, 3)
}

#[test]
fn a_loaded_worker_does_without_step_by_step_and_gets_all_of_it_back_in_reverse() {
    let mut scene = Scene::new(EngineConfig::new().workers(2).max_sessions(64).overload(quick(&[
        OverloadStep::Figures,
        OverloadStep::Noise,
        OverloadStep::Refuse,
    ])));
    let control = scene.control.clone();
    let voice = ProcessingSpec::new().noise(NsConfig::new());
    let legs: Vec<usize> = (0..6u64)
        .map(|n| {
            let phone = Phone::new(CodecSpec::pcmu(), 20, n, Network::clean());
            scene.call(plain().processing(voice.clone()).worker(WorkerId(n as u16 % 2)), Some(phone))
        })
        .collect();
    let spared = scene.call(plain().processing(voice.clone()).worker(WorkerId(0)).essential(), None);
    scene.run(30);
    let runs = |scene: &Scene, call: usize| control.find(scene.id(call), "voice").expect("it lives").is_some();
    assert!(
        legs.iter().all(|leg| runs(&scene, *leg)) && control.degraded(WorkerId(0)).expect("it is there").is_empty()
    );
    scene.tell_load(WorkerId(0), 0.95);
    scene.run(80);
    assert_eq!(control.degraded(WorkerId(0)).expect("it is there").len(), 3);
    assert_eq!(control.telemetry().workers[0].degraded, 3);
    // Those of the other worker, and the essential one, have all they had.
    let left: Vec<bool> = legs.iter().map(|leg| runs(&scene, *leg)).collect();
    assert_eq!(left, [false, true, false, true, false, true]);
    assert!(runs(&scene, spared));
    assert!(matches!(scene.try_call(plain().worker(WorkerId(0)), None), Err(Reject::Overloaded)));
    let other = scene.call(plain(), None);
    assert_eq!(control.worker(scene.id(other)).expect("it lives"), WorkerId(1));
    // Who comes to the worker now is treated like the rest, and who leaves it is not any more.
    control.migrate(scene.id(legs[1]), WorkerId(0)).expect("accepted").detach();
    control.migrate(scene.id(legs[0]), WorkerId(1)).expect("accepted").detach();
    scene.run(20);
    assert!(!runs(&scene, legs[1]) && runs(&scene, legs[0]));
    scene.tell_load(WorkerId(0), 0.3);
    scene.run(150);
    assert!(legs.iter().all(|leg| runs(&scene, *leg)));
    scene.call(plain().worker(WorkerId(0)), None);
    let told: Vec<_> = told(&scene).into_iter().map(|(taken, _, d)| (taken, d.worker, d.step)).collect();
    let steps = [OverloadStep::Figures, OverloadStep::Noise, OverloadStep::Refuse];
    let down = steps.map(|step| (true, WorkerId(0), step));
    let mut up = steps.map(|step| (false, WorkerId(0), step));
    up.reverse();
    assert_eq!(told, [down, up].concat());
    let (calls, ..) = scene.stop();
    for leg in legs {
        check_cadence(&CodecSpec::pcmu(), 2, &calls[leg].sent).expect("no packet is missing");
    }
}

#[test]
fn what_a_host_sets_while_a_step_holds_is_what_it_has_afterwards() {
    let mut scene = Scene::of(1, 8);
    let control = scene.control.clone();
    let call = scene.call(plain(), None);
    scene.run(3);
    let id = scene.id(call);
    let all = |level| {
        let noise = NsConfig::new().level(level);
        ProcessingSpec::new().noise(noise).compressor(CompressorConfig::default()).echo(AecConfig::full())
    };
    let steps = [OverloadStep::Noise, OverloadStep::Effects, OverloadStep::EchoSuppression];
    control.overload(Some(quick(&steps))).expect("it can be followed");
    scene.tell_load(WorkerId(0), 1.0);
    scene.run(100);
    // Asked for while all of it is left out.
    let cost = |scene: &Scene| control.usage(LimitScope::Engine).share * 1e7 + 0.0 * scene.next_tick() as f32;
    let bare = cost(&scene);
    control.process(id, all(NsLevel::Low)).expect("accepted").detach();
    scene.run(10);
    let cut = cost(&scene);
    control.noise_level(id, NsLevel::High).expect("it is wished for").detach();
    scene.run(10);
    control.overload(None).expect("none is one");
    scene.run(20);
    let whole = cost(&scene);
    assert!(bare < cut && cut < whole, "{bare} {cut} {whole}");
    scene.tell_load(WorkerId(0), 0.0);
    // The same, asked for at ease, has the same graph and cost.
    let other = scene.call(plain().processing(all(NsLevel::High)), None);
    scene.run(5);
    assert!((cost(&scene) - 2.0 * whole).abs() < 1.0);
    let kinds = |call: usize| {
        let dot = control.describe(scene.id(call)).expect("it lives");
        dot.matches("voice").count()
    };
    assert_eq!(kinds(call), kinds(other));
    let given_back: Vec<_> = told(&scene).into_iter().filter(|(taken, ..)| !taken).map(|(.., d)| d.step).collect();
    assert_eq!(given_back, [steps[2], steps[1], steps[0]]);
    assert!(control.degraded(WorkerId(0)).expect("it is there").is_empty());
    scene.stop();
}

/// Opus at 24 kbit/s.
fn opus() -> CodecSpec {
    CodecSpec::opus(SampleRate::HZ_48000, PayloadType::new(111).expect("below 128"))
}

#[test]
fn an_encoder_of_less_effort_sends_as_before_once_the_step_is_over() {
    // Two calls of the same voice; one worker is loaded for a while, and in one call the host asks for an effort meanwhile.
    let script = |load: f32, asked: Option<i32>| {
        let mut scene =
            Scene::new(EngineConfig::new().workers(1).max_sessions(8).overload(quick(&[OverloadStep::Effort(0)])));
        let control = scene.control.clone();
        let a = scene.call(plain(), Some(Phone::new(CodecSpec::pcmu(), 20, 3, Network::clean())));
        let b = scene.call(SessionSpec::new(opus()), None);
        control.bridge(scene.id(a), scene.id(b)).expect("accepted").detach();
        scene.run(50);
        scene.tell_load(WorkerId(0), load);
        scene.run(100);
        if let Some(effort) = asked {
            control.set_encoder(scene.id(b), EncoderParam::Complexity, effort).expect("it has it").detach();
        }
        scene.run(50);
        scene.tell_load(WorkerId(0), 0.1);
        scene.run(100);
        let (calls, ..) = scene.stop();
        calls[b].sent.iter().map(|p| p.datagram.clone()).collect::<Vec<_>>()
    };
    let (calm, loaded) = (script(0.1, None), script(1.0, None));
    assert_eq!(calm.len(), loaded.len());
    assert_eq!(calm[..25], loaded[..25]);
    let differs = |from: usize, to: usize| calm[from..to].iter().zip(&loaded[from..to]).filter(|(a, b)| a != b).count();
    assert!(differs(40, 75) > 20, "{}", differs(40, 75));
    // The effort of the host's own is not lifted by the step, and is the host's afterwards.
    let (low, asked) = (script(0.1, Some(0)), script(1.0, Some(0)));
    assert_eq!(low[80..].len(), asked[80..].len());
    assert_eq!(low[..25], asked[..25]);
}

#[test]
fn fewer_are_heard_in_a_room_of_a_loaded_worker() {
    let mut scene =
        Scene::new(EngineConfig::new().workers(2).max_sessions(16).overload(quick(&[OverloadStep::Talkers(1)])));
    let control = scene.control.clone();
    let (room, op) =
        control.create_room(RoomSpec::new().talkers(TalkersConfig::default()).gate(Dbov(-60.0))).expect("it fits");
    op.detach();
    let talkers: Vec<usize> = (0..4u64)
        .map(|n| {
            let phone = Phone::new(CodecSpec::pcmu(), 20, n, Network::clean());
            scene.call(plain().worker(WorkerId(n as u16 % 2)), Some(phone))
        })
        .collect();
    scene.run(5);
    for call in &talkers {
        control.join(scene.id(*call), room, Decibels(0.0)).expect("there is room").detach();
    }
    scene.run(200);
    let talking = || control.room(room).expect("it exists").members.iter().filter(|member| member.talking).count();
    let before = talking();
    assert!(before > 1, "{before}");
    scene.tell_load(WorkerId(1), 0.9);
    scene.run(60);
    assert!(talking() <= 1, "{}", talking());
    scene.tell_load(WorkerId(1), 0.1);
    scene.run(200);
    assert!(talking() > 1, "{}", talking());
    let (calls, ..) = scene.stop();
    for call in talkers {
        check_cadence(&CodecSpec::pcmu(), 2, &calls[call].sent).expect("no packet is missing");
    }
}

#[test]
fn finer_resampling_is_left_out_without_a_click_and_comes_back() {
    let mut scene =
        Scene::new(EngineConfig::new().workers(1).max_sessions(8).overload(quick(&[OverloadStep::Resampling])));
    let control = scene.control.clone();
    let wide = CodecSpec::l16(SampleRate::HZ_16000, PayloadType::new(97).expect("below 128"));
    let a = scene.call(plain(), Some(Phone::new(CodecSpec::pcmu(), 20, 3, Network::clean())));
    let b = scene.call(SessionSpec::new(wide).resampling(Quality::High), None);
    control.bridge(scene.id(a), scene.id(b)).expect("accepted").detach();
    scene.run(50);
    scene.tell_load(WorkerId(0), 1.0);
    scene.run(100);
    scene.tell_load(WorkerId(0), 0.1);
    scene.run(60);
    // An update in mid-call goes on with what the host wished.
    control.update(scene.id(b), SessionUpdate::new().ptime(Millis(40))).expect("accepted").detach();
    scene.run(50);
    let steps = told(&scene);
    assert_eq!(steps.iter().map(|step| step.0).collect::<Vec<_>>(), [true, false]);
    assert!(scene.events.iter().all(|e| !matches!(e.kind, EventKind::Failed { .. })));
    let (calls, ..) = scene.stop();
    let heard = audio(&wide, &calls[b].sent);
    let spoken = graph_tests::largest_step(calls[a].phone.as_ref().expect("it has one").spoken());
    assert!(graph_tests::largest_step(&heard) < 1.2 * spoken + 0.02);
}

#[test]
fn a_policy_that_cannot_be_followed_is_refused_and_changes_nothing() {
    let mut scene = Scene::of(1, 8);
    let wrong = OverloadPolicy::new().steps(&[OverloadStep::Talkers(0)]);
    let why = scene.control.overload(Some(wrong.clone())).expect_err("it cannot be followed");
    assert!(matches!(why, Reject::Overload(PolicyError::Step(OverloadStep::Talkers(0)))), "{why}");
    assert!(EngineConfig::new().overload(wrong).validate().is_err());
    assert!(matches!(scene.control.degraded(WorkerId(5)), Err(Reject::NoSuchWorker(_))));
    scene.tell_load(WorkerId(0), 1.0);
    scene.run(300);
    assert!(told(&scene).is_empty(), "nothing is done without unless the host says so");
    scene.stop();
}
