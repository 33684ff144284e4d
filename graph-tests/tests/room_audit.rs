//! What goes wrong in the mixers that people run: tones that break, bursts that lose frames, sums that wrap, and matrices that cost
//! more than their exceptions. Through the whole engine.

use graph_tests::{Drifting, Scene, audio, payloads};
use media_core::mixer::{Change, presets};
use media_core::rtp::RtpHeader;
use media_core::session::ExternalPort;
use media_core::{
    CodecSpec, Decibels, ExternalSpec, JitterConfig, Micros, Millis, PayloadType, RoomId, RoomSpec, SampleRate,
    SessionId, SessionSpec, Ssrc, WorkerId,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

const RATE: SampleRate = SampleRate::HZ_8000;

fn linear() -> CodecSpec {
    CodecSpec::l16(RATE, PayloadType::new(97).expect("below 128"))
}

fn sine(samples: usize, hz: f64, peak: f64) -> Vec<f32> {
    let step = std::f64::consts::TAU * hz / f64::from(RATE.hz());
    (0..samples).map(|n| (peak * (n as f64 * step).sin()) as f32).collect()
}

/// The largest residual of x[n−1] + x[n+1] = 2·cos(ω)·x[n], with the ω that suits the 4 ms around best, in dB of `peak`.
fn discontinuity(audio: &[f32], peak: f64) -> f64 {
    const AROUND: usize = 16;
    let at = |n: usize| f64::from(audio[n]);
    let worst = (AROUND + 1..audio.len() - AROUND - 1).fold(0.0f64, |worst, middle| {
        let around = middle - AROUND..middle + AROUND;
        let products: f64 = around.clone().map(|n| at(n) * (at(n - 1) + at(n + 1))).sum();
        let squares: f64 = around.map(|n| at(n) * at(n)).sum();
        worst.max((at(middle - 1) + at(middle + 1) - products / squares.max(1e-9) * at(middle)).abs())
    });
    20.0 * (worst / peak).log10()
}

/// Minutes of the tone: an hour, unless `TONE_MINUTES` says otherwise.
fn minutes() -> u64 {
    std::env::var("TONE_MINUTES").ok().and_then(|value| value.parse().ok()).unwrap_or(60)
}

#[test]
fn a_tone_in_a_room_is_whole_whatever_the_senders_clock() {
    for (n, ppm) in [-200, 200].into_iter().enumerate() {
        let mut scene = Scene::of(1 + n, 4);
        let (room, _) = scene.control.create_room(RoomSpec::new().rates(&[RATE])).expect("there is room");
        let listens = SessionSpec::new(linear()).ptime(Millis(60)).worker(WorkerId(n as u16));
        scene.call(SessionSpec::new(linear()).jitter(JitterConfig::new()), None);
        scene.call(listens, None);
        for call in 0..2 {
            let _joined = scene.control.join(scene.id(call), room, Decibels(0.0)).expect("it is free");
        }
        let mut sender = Drifting::new(linear(), 20, payloads(linear(), 20, &sine(160, 1_000.0, 0.5)), ppm, 0);
        let (mut worst, mut last) = (f64::MIN, Vec::new());
        for second in (0..minutes() * 60).step_by(10) {
            for _ in 0..1_000 {
                let tick = scene.next_tick();
                sender.tick(tick, &mut scene.calls[0].ingress);
                scene.tick();
            }
            last.extend(audio(&linear(), &std::mem::take(&mut scene.calls[1].sent)));
            // The first audio is the end of silence.
            if second > 0 {
                let residual = discontinuity(&last, 0.5);
                assert!(residual < -60.0, "{ppm} ppm, {second} s: {residual:.1} dB");
                worst = worst.max(residual);
            }
            last.drain(..last.len() - 64);
        }
        let stats = scene.control.stats(scene.id(0)).expect("it runs");
        println!("{ppm:+} ppm, {} minutes: worst {worst:.1} dB, {stats:?}", minutes());
        assert_eq!((stats.lost, stats.late, stats.discarded, stats.stretched_samples), (0, 0, 0, 0));
        assert_eq!(scene.control.room(room).expect("it exists").missed_sums, 0);
        scene.stop();
    }
}

#[test]
fn of_packets_that_come_three_at_a_time_no_frame_is_lost() {
    let mut scene = Scene::of(2, 8);
    let (room, _) = scene.control.create_room(RoomSpec::new().rates(&[RATE])).expect("there is room");
    for n in 0..2 {
        let call = scene.call(SessionSpec::new(linear()).worker(WorkerId(n)).ptime(Millis(20)), None);
        let _joined = scene.control.join(scene.id(call), room, Decibels(0.0)).expect("it is free");
    }
    // Whole periods of 400 Hz in each packet: whatever is left out or put in breaks the wave.
    let frames = payloads(linear(), 20, &sine(1_600, 400.0, 0.5));
    for tick in 0..3_000u64 {
        for number in (tick.saturating_sub(5) / 2..tick / 2).filter(|_| tick % 6 == 0 && tick > 0) {
            let header = RtpHeader {
                marker: false,
                payload_type: linear().payload_type,
                sequence: number as u16,
                timestamp: (number * 160) as u32,
                ssrc: Ssrc(9),
            };
            let datagram = [&header.to_bytes()[..], &frames[number as usize % frames.len()]].concat();
            let now = Micros(scene.next_tick() * 10_000);
            scene.calls[0].ingress.push(&datagram, now).expect("there is room");
        }
        scene.tick();
    }
    let stats = scene.control.stats(scene.id(0)).expect("it runs");
    assert_eq!((stats.lost, stats.late, stats.discarded, stats.ingress_dropped), (0, 0, 0, 0), "{stats:?}");
    let heard = audio(&linear(), &scene.calls[1].sent);
    // The delay has found its place by now.
    let (residual, loud) =
        (discontinuity(&heard[80_000..], 0.5), heard[80_000..].iter().fold(0.0f32, |p, x| p.max(x.abs())));
    println!("{residual:.1} dB, {loud} at most, {stats:?}");
    assert!(residual < -60.0 && (loud - 0.5).abs() < 0.01, "{residual:.1} dB, {loud}");
    scene.stop();
}

/// A room of programs, on so many workers.
struct Programs {
    scene: Scene,
    room: RoomId,
    ids: Vec<SessionId>,
    ports: Vec<ExternalPort>,
    tick: usize,
}

impl Programs {
    fn new(workers: usize, members: usize, spec: RoomSpec) -> Self {
        let mut scene =
            Scene::new(media_core::EngineConfig::new().workers(workers).phases(8).max_sessions(600).seed(7));
        let (room, _) = scene.control.create_room(spec).expect("there is room");
        let spec = |n| SessionSpec::external(RATE, ExternalSpec::new()).worker(WorkerId((n % workers) as u16));
        let (ids, ports) = scene.seat(room, (0..members).map(spec), 10);
        let mut this = Self { scene, room, ids, ports, tick: 0 };
        this.run(10, |_, _| 0.0);
        this
    }

    /// Everybody says what `says` gives for member and sample; returns what each has heard.
    fn run(&mut self, ticks: usize, says: impl Fn(usize, usize) -> f32) -> Vec<Vec<f32>> {
        let mut heard = vec![Vec::new(); self.ports.len()];
        for _ in 0..ticks {
            for (n, port) in self.ports.iter_mut().enumerate() {
                let frame: Vec<f32> = (0..80).map(|at| says(n, self.tick * 80 + at)).collect();
                port.writer.write(&frame);
            }
            self.tick += 1;
            self.scene.tick();
            for (port, heard) in self.ports.iter_mut().zip(&mut heard) {
                heard.extend(std::iter::from_fn(|| port.reader.read()).flat_map(|f| f.samples().to_vec()));
            }
        }
        heard
    }
}

fn full(member: usize, at: usize) -> f32 {
    if member > 2 {
        return 0.0;
    }
    let hz = [440.0, 950.0, 1_730.0][member];
    (at as f64 * std::f64::consts::TAU * hz / 8_000.0).sin() as f32
}

#[test]
fn three_tones_at_full_scale_are_limited_the_same_on_any_number_of_workers() {
    let heard = [(1, false), (3, false), (3, true)].map(|(workers, moves)| {
        let mut room = Programs::new(workers, 6, RoomSpec::new().rates(&[RATE]));
        let mut heard = vec![Vec::new(); 6];
        for step in 0..30 {
            if moves {
                let to = WorkerId((step % workers) as u16);
                let _moved = room.scene.control.migrate(room.ids[step % 6], to).expect("the worker exists");
            }
            for (all, more) in heard.iter_mut().zip(room.run(10, full)) {
                all.extend(more);
            }
        }
        room.scene.stop();
        heard
    });
    let from = |audio: &[f32]| audio.iter().position(|x| *x != 0.0).expect("there are tones");
    for (me, alone) in heard[0].iter().enumerate() {
        let alone = &alone[from(alone)..];
        let peak = alone.iter().fold(0.0f32, |peak, x| peak.max(x.abs()));
        assert!(peak <= 1.0 && peak > 0.9, "{me}: {peak}");
        // A sum that wraps jumps by nearly two.
        let jump = alone.windows(2).fold(0.0f32, |most, two| most.max((two[1] - two[0]).abs()));
        assert!(jump < 1.7, "{me}: a jump of {jump}");
        for other in &heard[1..] {
            let other = &other[me][from(&other[me])..];
            let length = alone.len().min(other.len()).min(20_000);
            assert!(length > 15_000 && alone[..length] == other[..length], "{me}: other bits on more workers");
        }
    }
}

#[test]
fn five_hundred_members_with_fifty_relations_hear_what_they_should() {
    for workers in [1, 3] {
        let mut room = Programs::new(workers, 500, RoomSpec::new().rates(&[RATE]).exceptions(50));
        let ids = room.ids.clone();
        // Of two on one worker the first hears the second at −6 dB, or not at all.
        let gain = |n: usize| if n.is_multiple_of(2) { Decibels(-6.0) } else { Decibels(f32::NEG_INFINITY) };
        let pair = |n: usize| (n * 9, n * 9 + 3);
        let changes = (0..50).map(|n| Change::Pair(ids[pair(n).0], ids[pair(n).1], gain(n))).collect();
        let shaped = room.scene.control.shape(room.room, changes, Millis(20)).expect("all are members");
        room.run(6, |_, _| 0.0);
        assert!(shaped.try_result().is_some_and(|result| result.is_ok()));
        let level = |n: usize| (1 + n % 7) as f32 / 8_192.0;
        let heard = room.run(12, |n, _| level(n));
        let all: f64 = (0..500).map(|n| f64::from(level(n))).sum();
        for (me, heard) in heard.iter().enumerate() {
            let relation = (0..50).find(|n| pair(*n).0 == me);
            let apart = relation.map_or(0.0, |n| f64::from(level(pair(n).1)) * (f64::from(gain(n).linear()) - 1.0));
            let (is, wanted) = (f64::from(*heard.last().expect("every tick")), all - f64::from(level(me)) + apart);
            assert!((is - wanted).abs() < 2e-6, "{workers} workers, {me}: {is} for {wanted}");
        }
        room.scene.stop();
    }
}

/// Who hears whom under a preset, with what gain.
type Matrix = Box<dyn Fn(usize, usize) -> f64>;

#[test]
fn every_preset_is_its_matrix_in_a_naive_mixer() {
    let down = Decibels(-12.0);
    let quiet = f64::from(down.linear());
    let on = |yes: bool| f64::from(u8::from(yes));
    for workers in [1, 3] {
        let ids = |room: &Programs| room.ids.clone();
        let mut room = Programs::new(workers, 5, RoomSpec::new().rates(&[RATE]).exceptions(8));
        let m = ids(&room);
        let all: Matrix = Box::new(|_, _| 1.0);
        let steps: Vec<(&str, Vec<Change<SessionId>>, Matrix)> = vec![
            ("mute", presets::mute(m[1]), Box::new(move |_, says| on(says != 1))),
            ("unmute", presets::resume(m[1]), Box::new(|_, _| 1.0)),
            ("deaf", presets::deaf(m[1]), Box::new(move |hears, _| on(hears != 1))),
            ("undeaf", presets::resume(m[1]), Box::new(|_, _| 1.0)),
            ("hold", presets::hold(m[0]), Box::new(move |hears, says| on(hears != 0 && says != 0))),
            ("resume", presets::resume(m[0]), Box::new(|_, _| 1.0)),
            ("spy", presets::spy(m[4]), Box::new(move |_, says| on(says != 4))),
            ("coach", presets::coach(m[4], m[1]), Box::new(move |hears, says| on(says != 4 || hears == 1))),
            ("barge", presets::barge(m[4], &m[1..2]), Box::new(|_, _| 1.0)),
            ("whisper", presets::whisper(m[2], &m[3..]), Box::new(move |hears, says| on(says != 2 || hears > 2))),
            ("end of whisper", presets::end_whisper(m[2], &m[3..]), Box::new(|_, _| 1.0)),
            ("side room", presets::side_room(&m[..2], 1), Box::new(move |hears, says| on((hears < 2) == (says < 2)))),
            ("back", presets::side_room(&m[..2], 0), Box::new(|_, _| 1.0)),
            (
                "announcement",
                presets::announce(m[0], &m[1..3], down),
                Box::new(move |hears, says| match (hears, says) {
                    (1 | 2, 0) => 1.0,
                    (_, 0) => 0.0,
                    (1 | 2, _) => quiet,
                    _ => 1.0,
                }),
            ),
            (
                "end of announcement",
                [presets::end_announcement(m[0], &m[1..3]), presets::resume(m[0])].concat(),
                Box::new(|_, _| 1.0),
            ),
            (
                "priority",
                presets::priority(m[3], &m, down),
                Box::new(move |_, says| if says == 3 { 1.0 } else { quiet }),
            ),
            ("end of priority", presets::end_priority(&m), all),
        ];
        let voice = |n: usize, at: usize| ((at * (n + 3)) as f64 * 0.037).sin() as f32 * 0.1;
        for (name, changes, matrix) in steps {
            let shaped = room.scene.control.shape(room.room, changes, Millis(20)).expect("all are members");
            // Who is to be an exception to somebody on another worker moves there first.
            while shaped.try_result().is_none() {
                room.run(1, voice);
            }
            assert!(shaped.try_result().is_some_and(|result| result.is_ok()), "{workers} workers, {name}");
            room.run(10, voice);
            let at = room.tick;
            let heard = room.run(10, voice);
            // What was said in a tick is heard in the next one, and read in that.
            for (me, heard) in heard.iter().enumerate() {
                let lag = (1..4).find(|lag| {
                    heard.iter().enumerate().all(|(n, sample)| {
                        let said = (at - lag) * 80 + n;
                        let gain = |other: usize| if other == me { 0.0 } else { matrix(me, other) };
                        let sum: f64 = (0..5).map(|other| gain(other) * f64::from(voice(other, said))).sum();
                        (sum - f64::from(*sample)).abs() < 2e-6
                    })
                });
                assert!(lag.is_some(), "{workers} workers, {name}: member {me} hears something else");
            }
        }
        room.scene.stop();
    }
}
