//! Rooms: everybody hears the exact sum of all others a tick later, wherever anybody runs.

use graph_tests::{Network, Phone, Scene};
use media_core::graph::nodes::TapFrame;
use media_core::{
    CodecSpec, Decibels, EventKind, Millis, PayloadType, Reject, RoomId, RoomSpec, SampleRate, SessionSpec, TapPoint,
    TapReader, WorkerId,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

fn wide() -> CodecSpec {
    CodecSpec::l16(SampleRate::HZ_16000, PayloadType::new(96).expect("below 128"))
}

/// A room with so many members, each with a phone of its own.
fn meeting(scene: &mut Scene, members: u64, spec: impl Fn(u64) -> SessionSpec) -> RoomId {
    let (room, _) = scene.control.create_room(RoomSpec::new()).expect("there is room");
    for n in 0..members {
        let spec = spec(n);
        let phone = Phone::new(wide(), 20, 30 + n, Network::bad(n));
        let call = scene.call(spec, Some(phone));
        let _joined = scene.control.join(scene.id(call), room, Decibels(0.0)).expect("it is free");
    }
    room
}

fn taps(scene: &Scene, point: TapPoint) -> Vec<TapReader> {
    let tap = |call: &graph_tests::Call| scene.control.tap(call.id, point, Millis(20_000)).expect("it lives").1;
    scene.calls.iter().map(tap).collect()
}

fn read(readers: &mut [TapReader]) -> Vec<Vec<TapFrame>> {
    readers.iter_mut().map(|reader| std::iter::from_fn(|| reader.read()).collect()).collect()
}

#[test]
fn everybody_hears_the_exact_sum_of_the_others_a_tick_later() {
    let mut scene = Scene::of(2, 8);
    meeting(&mut scene, 5, |_| SessionSpec::new(wide()));
    let (mut said, mut heard) = (taps(&scene, TapPoint::Received), taps(&scene, TapPoint::Sent));
    scene.run(300);
    let (said, heard) = (read(&mut said), read(&mut heard));
    let mut loud = 0;
    for (me, heard) in heard.iter().enumerate() {
        for frame in heard.iter().filter(|frame| frame.tick.0 > 20) {
            let mut sum = vec![0f64; frame.samples().len()];
            for (_, said) in said.iter().enumerate().filter(|(other, _)| *other != me) {
                let before = said.iter().find(|f| f.tick.0 + 1 == frame.tick.0).expect("every tick is tapped");
                for (sum, sample) in sum.iter_mut().zip(before.samples()) {
                    *sum += f64::from((f64::from(*sample) * 8_388_608.0).round_ties_even() as i32) / 8_388_608.0;
                }
            }
            let sum: Vec<f32> = sum.iter().map(|sample| *sample as f32).collect();
            assert_eq!(frame.samples(), sum, "member {me}, {}", frame.tick);
            loud += usize::from(sum.iter().any(|sample| sample.abs() > 0.01));
        }
    }
    assert!(loud > 1_000, "{loud}");
    scene.stop();
}

/// What all members are sent, with some of them on given workers, and one that moves about.
fn sent(workers: usize, phases: u8, moves: bool) -> Vec<Vec<u8>> {
    let mut scene = Scene::of(workers, phases);
    let codecs = [wide(), CodecSpec::pcmu(), CodecSpec::pcma()];
    let (room, _) = scene.control.create_room(RoomSpec::new()).expect("there is room");
    for n in 0..6u64 {
        let codec = codecs[n as usize % 3];
        let spec = SessionSpec::new(codec).worker(WorkerId((n as usize % workers) as u16));
        let call = scene.call(spec, Some(Phone::new(codec, 20, 40 + n, Network::bad(n))));
        scene.run(4);
        let _joined = scene.control.join(scene.id(call), room, Decibels(-6.0)).expect("it is free");
    }
    scene.script(400, |scene, tick| {
        if moves && tick % 50 == 7 {
            let to = WorkerId((tick / 50 % workers as u64) as u16);
            let _moved = scene.control.migrate(scene.id(1), to).expect("the worker exists");
        }
        if tick == 200 {
            let _left = scene.control.leave(scene.id(2)).expect("it is in the room");
        }
    });
    let (calls, ..) = scene.stop();
    calls.into_iter().map(|call| call.sent.into_iter().flat_map(|packet| packet.datagram).collect()).collect()
}

#[test]
fn what_is_heard_does_not_depend_on_workers_phases_or_moves() {
    let alone = sent(1, 1, false);
    assert!(alone.iter().all(|sent| sent.len() > 10_000));
    assert!(alone == sent(1, 8, false), "other phases");
    assert!(alone == sent(3, 8, false), "3 workers");
    assert!(alone == sent(3, 8, true), "3 workers, and a member that moves");
}

#[test]
fn a_room_takes_only_what_it_can() {
    let mut scene = Scene::of(2, 4);
    let (room, created) = scene.control.create_room(RoomSpec::new().members(2)).expect("there is room");
    for _ in 0..4 {
        scene.call(SessionSpec::new(CodecSpec::pcmu()), None);
    }
    scene.run(4);
    assert!(created.try_result().is_some_and(|result| result.is_ok()));
    let control = scene.control.clone();
    let ids: Vec<_> = scene.calls.iter().map(|call| call.id).collect();
    assert!(matches!(control.create_room(RoomSpec::new().members(0)), Err(Reject::Room(_))));
    assert!(matches!(control.leave(ids[0]), Err(Reject::NotInRoom(_))));
    assert!(matches!(control.voice(ids[0], Decibels(0.0), Millis(0)), Err(Reject::NotInRoom(_))));
    assert!(matches!(control.join(ids[0], room, Decibels(f32::NAN)), Err(Reject::Gain(_))));
    let _joined = control.join(ids[0], room, Decibels(0.0)).expect("the room is empty");
    assert!(matches!(control.join(ids[0], room, Decibels(0.0)), Err(Reject::AlreadyInRoom(_))));
    assert!(matches!(control.bridge(ids[0], ids[1]), Err(Reject::AlreadyInRoom(_))));
    let _joined = control.join(ids[1], room, Decibels(0.0)).expect("there is one place");
    assert!(matches!(control.join(ids[2], room, Decibels(0.0)), Err(Reject::RoomFull(_))));
    let _bridged = control.bridge(ids[2], ids[3]).expect("both are free");
    scene.run(4);
    assert!(matches!(control.join(ids[2], room, Decibels(0.0)), Err(Reject::AlreadyBridged(_))));
    let _gone = control.destroy(ids[1]).expect("it lives");
    let _quiet = control.voice(ids[0], Decibels(-20.0), Millis(50)).expect("it is in the room");
    scene.run(4);
    let swapped = control.txn().unbridge(ids[2]).join(ids[2], room, Decibels(0.0)).commit();
    let _swapped = swapped.expect("a place is free again");
    scene.run(4);
    let _closed = control.destroy_room(room).expect("it exists");
    scene.run(6);
    assert!(matches!(control.join(ids[0], room, Decibels(0.0)), Err(Reject::NoSuchRoom(_))));
    let _bridged = control.bridge(ids[0], ids[2]).expect("both have left");
    scene.run(4);
    let told = |kind: fn(&EventKind) -> bool| scene.events.iter().filter(|event| kind(&event.kind)).count();
    assert_eq!(told(|kind| matches!(kind, EventKind::RoomCreated { .. })), 1);
    assert_eq!(told(|kind| matches!(kind, EventKind::RoomDestroyed { .. })), 1);
    assert_eq!(told(|kind| matches!(kind, EventKind::Joined { .. })), 3);
    assert_eq!(told(|kind| matches!(kind, EventKind::Left { .. })), 2);
    scene.stop();
}
