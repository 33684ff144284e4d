//! Rooms: everybody hears the exact sum of all others a tick later, wherever anybody runs.

use graph_tests::{Network, Phone, Scene};
use media_core::graph::nodes::TapFrame;
use media_core::mixer::{Change, presets};
use media_core::session::{ExternalPort, ExternalSpec};
use media_core::{
    CodecSpec, Decibels, EventKind, Millis, PayloadType, Reject, RoomId, RoomSpec, SampleRate, SessionId, SessionSpec,
    TapPoint, TapReader, WorkerId,
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
    assert!(matches!(control.create_room(RoomSpec::new().rates(&[])), Err(Reject::Room(_))));
    assert!(matches!(control.leave(ids[0]), Err(Reject::Illegal { .. })));
    let shaped = |changes| control.shape(room, changes, Millis(0));
    assert!(matches!(shaped(vec![Change::Mute(ids[0], true)]), Err(Reject::NotInRoom(_))));
    assert!(matches!(control.join(ids[0], room, Decibels(f32::NAN)), Err(Reject::Gain(_))));
    let _joined = control.join(ids[0], room, Decibels(0.0)).expect("the room is empty");
    assert!(matches!(control.join(ids[0], room, Decibels(0.0)), Err(Reject::Illegal { .. })));
    assert!(matches!(control.bridge(ids[0], ids[1]), Err(Reject::Illegal { .. })));
    let _joined = control.join(ids[1], room, Decibels(0.0)).expect("there is one place");
    assert!(matches!(control.join(ids[2], room, Decibels(0.0)), Err(Reject::RoomFull(_))));
    let _bridged = control.bridge(ids[2], ids[3]).expect("both are free");
    scene.run(4);
    assert!(matches!(control.join(ids[2], room, Decibels(0.0)), Err(Reject::Illegal { .. })));
    let _gone = control.destroy(ids[1]).expect("it lives");
    assert!(matches!(shaped(vec![Change::Talk(ids[0], Decibels(f32::NAN))]), Err(Reject::Gain(_))));
    assert!(matches!(shaped(vec![Change::Move(ids[0], 9)]), Err(Reject::NoSuchZone(_, 9))));
    assert!(matches!(shaped(vec![Change::Place(ids[0], f32::INFINITY)]), Err(Reject::Place(_))));
    assert!(matches!(shaped(vec![Change::Pair(ids[0], ids[0], Decibels(0.0))]), Err(Reject::SameSession(_))));
    let _quiet = control.shape(room, vec![Change::Talk(ids[0], Decibels(-20.0))], Millis(50)).expect("it is in");
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

/// A room of programs, each of which says a level of its own, on so many workers.
struct Levels {
    scene: Scene,
    room: RoomId,
    ids: Vec<SessionId>,
    ports: Vec<ExternalPort>,
}

impl Levels {
    fn new(workers: usize, members: usize) -> Self {
        let mut scene = Scene::of(workers, 8);
        let (room, _) = scene.control.create_room(RoomSpec::new().exceptions(4)).expect("there is room");
        let (mut ids, mut ports) = (Vec::new(), Vec::new());
        for n in 0..members {
            let spec = SessionSpec::external(SampleRate::HZ_16000, ExternalSpec::new());
            let created = scene.control.create(spec.worker(WorkerId((n % workers) as u16))).expect("there is room");
            ids.push(created.id);
            ports.push(created.external.expect("it is a program's"));
            let _joined = scene.control.join(created.id, room, Decibels(0.0)).expect("it is free");
        }
        scene.run(8);
        Self { scene, room, ids, ports }
    }

    /// Lets everybody speak for a while, and gives what each hears at the end, in units of the first one's level.
    fn heard(&mut self) -> Vec<u32> {
        for _ in 0..12 {
            for (n, port) in self.ports.iter_mut().enumerate() {
                port.writer.write(&[(1 << n) as f32 / 256.0; 160]);
            }
            self.scene.tick();
        }
        let last = |port: &mut ExternalPort| std::iter::from_fn(|| port.reader.read()).last().expect("every tick");
        self.ports.iter_mut().map(|port| (last(port).samples()[159] * 256.0).round() as u32).collect()
    }

    fn shape(&mut self, changes: Vec<Change<SessionId>>) {
        let shaped = self.scene.control.shape(self.room, changes, Millis(20)).expect("all are members");
        self.scene.run(12);
        assert!(shaped.try_result().is_some_and(|result| result.is_ok()));
    }
}

#[test]
fn presets_say_who_hears_whom() {
    for workers in [1, 3] {
        let mut room = Levels::new(workers, 4);
        let ids = room.ids.clone();
        let everybody = [0b1110, 0b1101, 0b1011, 0b0111];
        assert_eq!(room.heard(), everybody);
        room.shape(presets::coach(ids[3], ids[0]));
        assert_eq!(room.heard(), [0b1110, 0b0101, 0b0011, 0b0111], "{workers} workers: coach");
        room.shape(presets::barge(ids[3], &ids[..1]));
        assert_eq!(room.heard(), everybody, "{workers} workers: barge");
        room.shape(presets::whisper(ids[1], &[ids[2]]));
        assert_eq!(room.heard(), [0b1100, 0b1101, 0b1011, 0b0101], "{workers} workers: whisper");
        room.shape(presets::end_whisper(ids[1], &[ids[2]]));
        room.shape(presets::side_room(&ids[..2], 1));
        assert_eq!(room.heard(), [0b0010, 0b0001, 0b1000, 0b0100], "{workers} workers: side room");
        room.shape(presets::side_room(&ids[..2], 0));
        room.shape(presets::hold(ids[0]));
        assert_eq!(room.heard(), [0, 0b1100, 0b1010, 0b0110], "{workers} workers: hold");
        room.shape(presets::resume(ids[0]));
        assert_eq!(room.heard(), everybody);
        let many = (0..4).flat_map(|a| (0..4).map(move |b| (a, b))).filter(|(a, b)| a != b);
        let pairs = many.map(|(a, b)| Change::Pair(ids[a], ids[b], Decibels(0.0))).collect();
        assert!(matches!(room.scene.control.shape(room.room, pairs, Millis(0)), Err(Reject::TooManyExceptions(_))));
        if workers > 1 {
            room.shape(vec![Change::Pair(ids[0], ids[1], Decibels(0.0))]);
            let to = WorkerId(2);
            assert!(matches!(room.scene.control.migrate(ids[0], to), Err(Reject::Excepted(_))));
        }
        room.scene.stop();
    }
}
