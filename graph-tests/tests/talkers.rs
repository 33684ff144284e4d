//! Talkers of a room: the loudest are heard from their first syllable on, the same on any number of workers.

use graph_tests::Scene;
use media_core::mixer::talkers::{Dbov, TalkersConfig};
use media_core::mixer::{Change, presets};
use media_core::session::ExternalPort;
use media_core::{
    Decibels, EventKind, ExternalSpec, Millis, RoomFloor, RoomId, RoomSpec, SampleRate, SessionId, SessionSpec,
    WorkerId,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

const RATE: SampleRate = SampleRate::HZ_16000;

/// A room of programs that hum at levels of their own, each at a pitch by which it is known.
struct Hum {
    scene: Scene,
    room: RoomId,
    ids: Vec<SessionId>,
    ports: Vec<ExternalPort>,
    heard: Vec<Vec<f32>>,
    at: usize,
}

impl Hum {
    fn new(workers: usize, members: usize, spec: RoomSpec) -> Self {
        Self::with(workers, members, spec, |_, spec| spec)
    }

    /// Each member has a gate of its own.
    fn gated(workers: usize, members: usize, spec: RoomSpec, gate: impl Fn(usize) -> Dbov) -> Self {
        Self::with(workers, members, spec, |n, spec| spec.gate(gate(n)))
    }

    fn with(
        workers: usize,
        members: usize,
        spec: RoomSpec,
        change: impl Fn(usize, SessionSpec) -> SessionSpec,
    ) -> Self {
        let mut scene = Scene::of(workers, 8);
        let (room, _) = scene.control.create_room(spec).expect("there is room");
        let spec = |n| SessionSpec::external(RATE, ExternalSpec::new()).worker(WorkerId((n % workers) as u16));
        let (ids, ports) = scene.seat(room, (0..members).map(|n| change(n, spec(n))), 6);
        scene.run(10);
        let mut hum = Self { scene, room, ids, heard: vec![Vec::new(); ports.len()], ports, at: 0 };
        hum.listen();
        hum.heard.iter_mut().for_each(Vec::clear);
        hum
    }

    /// Lets everybody hum at a peak for some ticks; 0.0: silence.
    fn hum(&mut self, ticks: usize, peaks: &[f32]) {
        for _ in 0..ticks {
            for (n, port) in self.ports.iter_mut().enumerate() {
                let peak = peaks.get(n).copied().unwrap_or(0.0);
                port.writer.write(&tone(n, self.at, peak));
            }
            self.at += 160;
            self.scene.tick();
        }
        self.listen();
    }

    fn listen(&mut self) {
        for (port, heard) in self.ports.iter_mut().zip(&mut self.heard) {
            while let Some(frame) = port.reader.read() {
                heard.extend(frame.samples());
            }
        }
    }

    /// Who is heard by a member in the last 100 ms.
    fn audible(&self, member: usize) -> Vec<usize> {
        let heard = &self.heard[member];
        let end = &heard[heard.len() - 1_600..];
        (0..self.ports.len()).filter(|n| amplitude(end, *n) > 0.002).collect()
    }

    /// What was told of talkers: tick, member, and `+`, `-` or `!`.
    fn told(&self) -> Vec<(u64, usize, char)> {
        let sign = |kind: &EventKind| match kind {
            EventKind::TalkStart { .. } => Some('+'),
            EventKind::TalkStop { .. } => Some('-'),
            EventKind::Dominant { .. } => Some('!'),
            _ => None,
        };
        let member = |id| self.ids.iter().position(|other| Some(*other) == id).expect("a member");
        let told =
            self.scene.events.iter().filter_map(|e| sign(&e.kind).map(|sign| (e.tick.0, member(e.session), sign)));
        told.collect()
    }
}

/// Whole periods fit 100 ms, so that one hum is nothing in the measure of another.
fn pitch(member: usize) -> f32 {
    300.0 + 110.0 * member as f32
}

fn tone(member: usize, at: usize, peak: f32) -> Vec<f32> {
    let step = std::f64::consts::TAU * f64::from(pitch(member)) / 16_000.0;
    (at..at + 160).map(|n| (f64::from(peak) * (n as f64 * step).sin()) as f32).collect()
}

fn amplitude(audio: &[f32], member: usize) -> f32 {
    let step = std::f64::consts::TAU * f64::from(pitch(member)) / 16_000.0;
    let (mut re, mut im) = (0.0, 0.0);
    for (n, sample) in audio.iter().enumerate() {
        let angle = n as f64 * step;
        (re, im) = (re + f64::from(*sample) * angle.cos(), im + f64::from(*sample) * angle.sin());
    }
    (2.0 * (re * re + im * im).sqrt() / audio.len() as f64) as f32
}

fn three() -> RoomSpec {
    RoomSpec::new().talkers(TalkersConfig::default())
}

#[test]
fn three_of_five_are_heard_and_only_the_clearly_louder_takes_a_place() {
    for workers in [1, 3] {
        let mut room = Hum::new(workers, 6, three());
        room.hum(50, &[0.1, 0.08, 0.06, 0.05, 0.04]);
        assert_eq!(room.audible(5), [0, 1, 2], "{workers} workers");
        assert_eq!(room.audible(0), [1, 2], "nobody hears himself");
        // 4 dB louder than the softest talker is not enough, however long; 8 dB takes his place after 200 ms.
        room.hum(100, &[0.1, 0.08, 0.06, 0.095, 0.04]);
        assert_eq!(room.audible(5), [0, 1, 2]);
        let before = room.scene.next_tick();
        room.hum(60, &[0.1, 0.08, 0.06, 0.16, 0.04]);
        assert_eq!(room.audible(5), [0, 1, 3]);
        let told = room.told();
        let (stop, start) = (told.iter().find(|t| t.2 == '-'), told.iter().find(|t| t.1 == 3 && t.2 == '+'));
        let (stop, start) = (stop.expect("he had to go"), start.expect("he came"));
        assert_eq!((stop.1, stop.0), (2, start.0));
        assert!((20..24).contains(&(start.0 - before)), "{told:?} after {before}");
        // Pauses of less than 300 ms keep a place, longer ones do not.
        room.hum(20, &[0.1, 0.08, 0.0, 0.0, 0.04]);
        room.hum(10, &[0.1, 0.08, 0.0, 0.16, 0.04]);
        assert_eq!(room.audible(5), [0, 1, 3]);
        room.hum(60, &[0.1, 0.08, 0.0, 0.0, 0.04]);
        assert_eq!(room.audible(5), [0, 1, 4]);
        let info = room.scene.control.room(room.room).expect("it exists");
        assert_eq!(info.members.iter().map(|m| m.talking).collect::<Vec<_>>(), [true, true, false, false, true, false]);
        assert_eq!((info.missed_sums, info.workers.len()), (0, workers));
        assert_eq!(room.told().iter().filter(|t| t.2 == '!').map(|t| t.1).collect::<Vec<_>>()[0], 0);
        room.scene.stop();
    }
}

#[test]
fn not_a_sample_of_the_first_syllable_is_missing() {
    let mut room = Hum::new(2, 2, three());
    room.hum(40, &[]);
    room.heard[1].clear();
    let (start, peak) = (room.at, 0.1);
    // A hum that grows from nothing within 40 ms.
    for _ in 0..4 {
        let mut soft = tone(0, room.at, peak);
        for (n, sample) in soft.iter_mut().enumerate() {
            *sample *= (room.at - start + n) as f32 / 640.0;
        }
        room.ports[0].writer.write(&soft);
        room.ports[1].writer.write(&[0.0; 160]);
        room.at += 160;
        room.scene.tick();
    }
    room.hum(30, &[peak]);
    let mut said: Vec<f32> = (0..4).flat_map(|tick| tone(0, start + tick * 160, peak)).collect();
    for (n, sample) in said.iter_mut().enumerate() {
        *sample *= n as f32 / 640.0;
    }
    said.extend((4..20).flat_map(|tick| tone(0, start + tick * 160, peak)));
    let heard = &room.heard[1];
    let at = heard
        .windows(1_600)
        .position(|part| part.iter().zip(&said[400..]).all(|(heard, said)| (heard - said).abs() < 1e-6));
    let at = at.expect("it was heard as it was said") - 400;
    assert_eq!(at, 7 * 160, "60 ms of look-back and the room's tick");
    for (n, (heard, said)) in heard[at..].iter().zip(&said).enumerate() {
        assert!((heard - said).abs() < 1e-6, "sample {n}: {heard} {said}");
    }
    room.scene.stop();
}

/// All that is heard, and all that is told, on so many workers.
#[expect(clippy::type_complexity, reason = "what is heard, and what is told")]
fn scenario(workers: usize, moves: bool) -> (Vec<Vec<f32>>, Vec<(u64, usize, char)>) {
    let mut room = Hum::new(workers, 6, three().loudness(Dbov(-20.0), 6.0));
    let mut peaks = [0.0f32; 6];
    for step in 0..60usize {
        peaks[step * step % 11 % 6] = [0.0, 0.3, 0.05, 0.12, 0.0][step * 3 % 5];
        if moves && step % 5 == 2 {
            let to = WorkerId((step / 5 % workers) as u16);
            let _moved = room.scene.control.migrate(room.ids[step % 6], to).expect("the worker exists");
        }
        room.hum(17, &peaks);
    }
    let told = room.told();
    (std::mem::take(&mut room.heard), told)
}

#[test]
fn the_choice_is_the_same_on_any_number_of_workers() {
    let (heard, told) = scenario(1, false);
    assert!(told.len() > 20, "{told:?}");
    for (workers, moves) in [(3, false), (3, true)] {
        let (other, events) = scenario(workers, moves);
        // What is created and when it starts differs by the ticks that operations take.
        let order = |told: &[(u64, usize, char)]| told.iter().map(|t| (t.1, t.2)).collect::<Vec<_>>();
        assert_eq!(order(&told), order(&events), "{workers} workers, moves: {moves}");
        for (a, b) in heard.iter().zip(&other) {
            assert!(trimmed(a) == trimmed(b), "{workers} workers, moves: {moves}");
        }
    }
}

/// From the first sound on, as far as both have it.
fn trimmed(audio: &[f32]) -> &[f32] {
    let start = audio.iter().position(|sample| *sample != 0.0).unwrap_or(audio.len());
    &audio[start..][..100_000.min(audio.len() - start)]
}

#[test]
fn a_floor_is_locked_waits_for_its_moderator_and_opens() {
    for workers in [1, 2] {
        let mut room = Hum::new(workers, 4, three());
        let control = room.scene.control.clone();
        let [one, two] = [room.ids[1], room.ids[2]];
        let all = [0.1, 0.08, 0.06];
        let floor = |room: &mut Hum, floor| {
            let set = control.floor(room.room, floor).expect("it chooses");
            room.hum(60, &all);
            assert!(set.try_result().is_some_and(|result| result.is_ok()));
        };
        room.hum(20, &all);
        floor(&mut room, RoomFloor::new().holder(one));
        assert_eq!(room.audible(3), [1]);
        floor(&mut room, RoomFloor::new().holder(one).moderator(two));
        assert_eq!(room.audible(3), [1, 2]);
        let _left = control.leave(two).expect("it is in the room");
        floor(&mut room, RoomFloor::new().wait_for_moderator().moderator(two));
        assert_eq!(room.audible(3), [] as [usize; 0], "the moderator has gone");
        let _back = control.join(two, room.room, Decibels(0.0)).expect("it is free");
        room.hum(60, &all);
        assert_eq!(room.audible(3), [0, 1, 2], "he is back");
        floor(&mut room, RoomFloor::new());
        assert_eq!(room.audible(3), [0, 1, 2]);
        room.scene.stop();
    }
}

#[test]
fn a_gate_of_ones_own_goes_before_the_rooms() {
    let gate = |n: usize| if n == 0 { Dbov(-50.0) } else { Dbov(-30.0) };
    let mut room = Hum::gated(2, 3, three().gate(Dbov(-10.0)), gate);
    // −43 dBov of peak 0.01.
    room.hum(60, &[0.01, 0.01]);
    assert_eq!(room.audible(2), [0]);
    room.scene.stop();
}

#[test]
fn a_gate_keeps_noise_out_and_a_whisper_takes_nobodys_place() {
    let mut room = Hum::new(2, 5, three().gate(Dbov(-30.0)));
    // −43 dBov of peak 0.01, −20 of 0.14.
    room.hum(60, &[0.01, 0.14]);
    assert_eq!(room.audible(4), [1]);
    let whisper = presets::whisper(room.ids[3], &[room.ids[4]]);
    let _whispers = room.scene.control.shape(room.room, whisper, Millis(20)).expect("all are members");
    room.hum(60, &[0.14, 0.14, 0.14, 0.1]);
    assert_eq!((room.audible(4), room.audible(0)), (vec![0, 1, 2, 3], vec![1, 2]));
    let side = vec![Change::Move(room.ids[0], 1), Change::Move(room.ids[1], 1)];
    let _apart = room.scene.control.shape(room.room, side, Millis(20)).expect("all are members");
    room.hum(40, &[0.14, 0.14, 0.14, 0.1]);
    assert_eq!((room.audible(0), room.audible(4)), (vec![1], vec![2, 3]));
    let info = room.scene.control.room(room.room).expect("it exists");
    assert_eq!(info.members.iter().map(|m| m.zone).collect::<Vec<_>>(), [1, 1, 0, 0, 0]);
    assert!(info.members[3].muted && info.exceptions == [(room.ids[4], room.ids[3], Decibels(0.0))]);
    room.scene.stop();
}
