//! Stereo rooms: who is sent a codec of left and right hears the room in stereo, everybody else the same sum as in a mono room.

use graph_tests::{Call, Network, Phone, Scene, check_stream, largest_step};
use media_core::codec::audio::opus::OpusConfig;
use media_core::mixer::Change;
use media_core::session::{ExternalPort, ExternalSpec};
use media_core::{
    CodecSpec, Decibels, Direction, Millis, PayloadType, RoomId, RoomSpec, RoomStats, SampleRate, SessionId,
    SessionSpec, SessionUpdate, Source, TapPoint, WorkerId,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

const RATE: SampleRate = SampleRate::HZ_16000;

fn dynamic(number: u8) -> PayloadType {
    PayloadType::new(number).expect("below 128")
}

fn mono() -> CodecSpec {
    CodecSpec::l16(RATE, dynamic(96))
}

fn stereo() -> CodecSpec {
    let mut codec = CodecSpec::l16(RATE, dynamic(97));
    codec.channels = 2;
    codec
}

fn opus() -> CodecSpec {
    CodecSpec::opus_with(OpusConfig::new(RATE, 2).complexity(3).bitrate(96_000), dynamic(111))
}

/// A room with programs that talk, and parties that hear it by RTP.
struct Stage {
    scene: Scene,
    room: RoomId,
    programs: Vec<(SessionId, ExternalPort)>,
    said: usize,
}

/// What program `n` says at sample `at`.
type Says = fn(usize, usize) -> f32;

fn level(n: usize, _: usize) -> f32 {
    [0.5, 0.125, 0.0625][n]
}

fn tone(n: usize, at: usize) -> f32 {
    let hz = [440.0, 1_210.0, 2_730.0][n];
    (0.25 * (at as f64 * std::f64::consts::TAU * hz / 16_000.0).sin()) as f32
}

impl Stage {
    fn new(workers: usize, spec: RoomSpec, programs: usize, parties: Vec<(SessionSpec, Option<Phone>)>) -> Self {
        let mut scene = Scene::of(workers, 8);
        let (room, _) = scene.control.create_room(spec).expect("there is room");
        let on = |n: usize| WorkerId((n % workers) as u16);
        let program = |n| {
            let created = scene.control.create(SessionSpec::external(RATE, ExternalSpec::new()).worker(on(n)));
            let created = created.expect("there is room");
            (created.id, created.external.expect("it is a program's"))
        };
        let programs: Vec<_> = (0..programs).map(program).collect();
        for (n, (spec, phone)) in parties.into_iter().enumerate() {
            scene.call(spec.worker(on(n)), phone);
        }
        scene.run(4);
        let ids = programs.iter().map(|(id, _)| *id).chain(scene.calls.iter().map(|call| call.id)).collect::<Vec<_>>();
        for id in ids {
            let _joined = scene.control.join(id, room, Decibels(0.0)).expect("it is free");
        }
        Self { scene, room, programs, said: 0 }
    }

    fn silent(codecs: &[CodecSpec]) -> Vec<(SessionSpec, Option<Phone>)> {
        codecs.iter().map(|codec| (SessionSpec::new(*codec), None)).collect()
    }

    fn run(&mut self, ticks: u64, says: Says) {
        for _ in 0..ticks {
            for (n, (_, port)) in self.programs.iter_mut().enumerate() {
                let frame: Vec<f32> = (0..160).map(|at| says(n, self.said + at)).collect();
                port.writer.write(&frame);
            }
            self.said += 160;
            self.scene.tick();
        }
    }

    fn place(&mut self, program: usize, place: f32, ramp: u32) {
        let changes = vec![Change::Place(self.programs[program].0, place)];
        let _shaped = self.scene.control.shape(self.room, changes, Millis(ramp)).expect("it is a member");
    }

    fn stats(&self) -> RoomStats {
        self.scene.control.room_stats(self.room).expect("it is there")
    }

    /// What a party was sent since it was asked last.
    fn heard(&mut self, call: usize, codec: &CodecSpec) -> [Vec<f32>; 2] {
        sides(codec, &std::mem::take(&mut self.scene.calls[call].sent))
    }
}

/// Left and right of a stream, by the codec's own decoder; of mono the same twice.
fn sides(codec: &CodecSpec, packets: &[graph_tests::Packet]) -> [Vec<f32>; 2] {
    let (mut decoder, channels) = (codec.decoder(), usize::from(codec.channels));
    let mut heard = [Vec::new(), Vec::new()];
    for packet in packets {
        let payload = packet.rtp().payload;
        let mut audio = vec![0.0; codec.payload_samples(payload) * channels];
        decoder.decode(payload, &mut audio).expect("the engine sends its codec");
        for frame in audio.chunks_exact(channels) {
            heard[0].push(frame[0]);
            heard[1].push(frame[channels - 1]);
        }
    }
    heard
}

fn last(heard: &[Vec<f32>; 2]) -> (f32, f32) {
    (heard[0][heard[0].len() - 1], heard[1][heard[1].len() - 1])
}

fn power(audio: &[f32]) -> f64 {
    audio.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / audio.len() as f64
}

#[test]
fn a_voice_keeps_its_power_wherever_it_stands() {
    let mut stage = Stage::new(1, RoomSpec::new().stereo(), 1, Stage::silent(&[stereo(), mono()]));
    stage.run(20, level);
    for step in 0..=16 {
        let place = step as f32 / 8.0 - 1.0;
        stage.place(0, place, 20);
        stage.run(10, level);
        let (left, right) = last(&stage.heard(0, &stereo()));
        let off = 10.0 * ((left * left + right * right) / 0.25).log10();
        assert!(off.abs() < 0.1, "{place}: {off} dB");
        let angle = (place + 1.0) * std::f32::consts::FRAC_PI_4;
        assert!((left - 0.5 * angle.cos()).abs() < 1e-4 && (right - 0.5 * angle.sin()).abs() < 1e-4, "{place}");
        assert_eq!(last(&stage.heard(1, &mono())), (0.5, 0.5), "{place}");
        let known = stage.scene.control.room(stage.room).expect("it is there");
        assert!(known.members.iter().any(|member| member.session == stage.programs[0].0 && member.place == place));
    }
    stage.scene.stop();
}

#[test]
fn whoever_is_sent_mono_hears_what_a_mono_room_has() {
    let mono_at = |rate| CodecSpec::l16(rate, dynamic(98));
    let run = |spec: RoomSpec| {
        let codecs = [mono(), CodecSpec::pcmu(), mono_at(SampleRate::HZ_48000), mono_at(SampleRate::HZ_8000), stereo()];
        let mut stage = Stage::new(2, spec, 3, Stage::silent(&codecs));
        (0..3).for_each(|n| stage.place(n, n as f32 - 1.0, 0));
        stage.run(150, tone);
        stage.scene.stop().0
    };
    let (plain, wide) = (run(RoomSpec::new()), run(RoomSpec::new().stereo()));
    for (n, (plain, wide)) in plain.iter().zip(&wide).enumerate() {
        assert_eq!(plain.sent == wide.sent, n < 4, "party {n}");
    }
    // In a mono room a stereo codec has the mono sum on both sides.
    let [left, right] = sides(&stereo(), &plain[4].sent);
    assert!(left == right && left == sides(&mono(), &plain[0].sent)[0]);
    let [left, right] = sides(&stereo(), &wide[4].sent);
    assert!(power(&left) > 1e-3 && left != right);
}

#[test]
fn a_listener_of_left_and_right_hears_the_others_exactly_without_himself() {
    let run = |talks: bool| {
        let mut phone = Phone::new(mono(), 20, 5, Network::clean());
        phone.hush(!talks);
        let me = (SessionSpec::new(mono()).send(stereo()), Some(phone));
        let other = Stage::silent(&[stereo()]).remove(0);
        let mut stage = Stage::new(1, RoomSpec::new().stereo(), 3, vec![me, other]);
        (0..3).for_each(|n| stage.place(n, n as f32 * 0.6 - 0.7, 20));
        let place = vec![Change::Place(stage.scene.id(0), 0.3)];
        let _shaped = stage.scene.control.shape(stage.room, place, Millis(100)).expect("it is a member");
        stage.run(200, |n, at| 0.25 * tone(n, at));
        stage.scene.stop().0
    };
    let (alone, talking) = (run(false), run(true));
    assert!(alone[0].sent == talking[0].sent, "he hears himself");
    assert!(alone[1].sent != talking[1].sent, "nobody hears him");
}

#[test]
fn left_and_right_come_go_and_move_without_a_click() {
    let mut stage = Stage::new(1, RoomSpec::new().stereo(), 1, Stage::silent(&[stereo(), opus()]));
    stage.place(0, -1.0, 0);
    stage.run(40, level);
    let before = stage.heard(0, &stereo());
    // Until the voice has come there is nothing; it fades in.
    assert!(last(&before) == (0.5, 0.0) && before.iter().all(|side| largest_step(side) < 0.01));
    let id = stage.scene.id(0);
    let control = stage.scene.control.clone();
    let expect = |stage: &mut Stage, what: &str, left: f32, right: f32| {
        stage.run(30, level);
        check_stream(&stereo(), &stage.scene.calls[0].sent).unwrap_or_else(|why| panic!("{what}: {why}"));
        let heard = stage.heard(0, &stereo());
        let (l, r) = last(&heard);
        assert!((l - left).abs() < 1e-3 && (r - right).abs() < 1e-3, "{what}: {l} and {r}");
        for side in &heard {
            assert!(largest_step(side) < 0.01, "{what}: a step of {}", largest_step(side));
        }
    };
    stage.place(0, 1.0, 100);
    expect(&mut stage, "to the right", 0.0, 0.5);
    stage.place(0, -1.0, 0);
    expect(&mut stage, "to the left within a frame", 0.5, 0.0);
    let _quieter = control.gain(id, Direction::Outbound, Decibels(-6.0206), Millis(40)).expect("it runs");
    expect(&mut stage, "half the gain", 0.25, 0.0);
    let silence = Source::Pcm { samples: vec![0.0; 160].into(), rate: RATE, repeat: true };
    let (play, _) = control.play(id, silence.clone()).expect("it runs");
    expect(&mut stage, "play makes it mono", 0.125, 0.125);
    let _stopped = control.stop_play(id, play).expect("it plays");
    expect(&mut stage, "and it comes back", 0.25, 0.0);
    let _louder = control.gain(id, Direction::Outbound, Decibels(0.0), Millis(40)).expect("it runs");
    expect(&mut stage, "all of the gain", 0.5, 0.0);
    let _held = control.hold(id, Some(silence)).expect("it runs");
    expect(&mut stage, "hold", 0.0, 0.0);
    let _resumed = control.resume(id).expect("it is held");
    expect(&mut stage, "resume", 0.5, 0.0);
    let (_, _reader, _) = control.tap(id, TapPoint::Sent, Millis(100)).expect("it runs");
    expect(&mut stage, "a tap changes nothing", 0.5, 0.0);
    let _left = control.leave(id).expect("it is in the room");
    expect(&mut stage, "leave", 0.0, 0.0);
    let _joined = control.join(id, stage.room, Decibels(0.0)).expect("it is free");
    expect(&mut stage, "join", 0.5, 0.0);
    let _updated = control.update(id, SessionUpdate::new().ptime(Millis(30))).expect("it runs");
    expect(&mut stage, "another packet time", 0.5, 0.0);
    stage.scene.stop();
}

#[test]
fn a_mute_or_hold_fades_to_its_end_also_where_something_plays() {
    for hears in [mono(), stereo()] {
        let mut stage = Stage::new(1, RoomSpec::new(), 1, Stage::silent(&[hears, mono()]));
        stage.run(40, level);
        assert!(last(&stage.heard(0, &hears)) == (0.5, 0.5) && last(&stage.heard(1, &mono())) == (0.5, 0.5));
        let silence = Source::Pcm { samples: vec![0.0; 160].into(), rate: RATE, repeat: true };
        let _held = stage.scene.control.hold(stage.scene.id(0), Some(silence)).expect("it runs");
        let talker = stage.programs[0].0;
        stage.run(20, level);
        let _muted = stage.scene.control.mute(talker, Direction::Inbound, true).expect("it runs");
        stage.run(20, level);
        for (call, codec) in [(0, hears), (1, mono())] {
            let [left, right] = stage.heard(call, &codec);
            assert!(left == right && last(&[left.clone(), right]) == (0.0, 0.0));
            assert!(largest_step(&left) < 0.01, "party {call}: a step of {}", largest_step(&left));
        }
        stage.scene.stop();
    }
}

#[test]
fn an_exception_stands_where_its_source_does_and_moves_without_a_click() {
    let mut stage = Stage::new(1, RoomSpec::new().stereo(), 1, Stage::silent(&[stereo(), stereo()]));
    let (id, source) = (stage.scene.id(0), stage.programs[0].0);
    let changes = vec![Change::Mute(source, true), Change::Pair(id, source, Decibels(0.0)), Change::Place(source, 1.0)];
    let _shaped = stage.scene.control.shape(stage.room, changes, Millis(20)).expect("all are members");
    stage.run(40, level);
    assert_eq!(last(&stage.heard(0, &stereo())), (0.0, 0.5));
    assert_eq!(last(&stage.heard(1, &stereo())), (0.0, 0.0));
    stage.place(0, -1.0, 20);
    stage.run(20, level);
    let heard = stage.heard(0, &stereo());
    assert!(last(&heard) == (0.5, 0.0) && heard.iter().all(|side| largest_step(side) < 0.01));
    stage.scene.stop();
}

#[test]
fn a_codec_of_two_channels_in_mid_call_brings_stereo() {
    let mut stage = Stage::new(1, RoomSpec::new().stereo(), 1, Stage::silent(&[mono(), mono()]));
    stage.place(0, -1.0, 0);
    stage.run(40, level);
    assert_eq!(last(&stage.heard(0, &mono())), (0.5, 0.5));
    let update = |codec| SessionUpdate::new().send(codec);
    let _updated = stage.scene.control.update(stage.scene.id(0), update(stereo())).expect("it runs");
    stage.run(5, level);
    stage.scene.calls[0].sent.clear();
    stage.run(30, level);
    assert_eq!(last(&stage.heard(0, &stereo())), (0.5, 0.0));
    let _updated = stage.scene.control.update(stage.scene.id(0), update(mono())).expect("it runs");
    stage.run(5, level);
    stage.scene.calls[0].sent.clear();
    stage.run(30, level);
    assert_eq!(last(&stage.heard(0, &mono())), (0.5, 0.5));
    stage.scene.stop();
}

#[test]
fn another_packet_time_or_rate_in_the_middle_of_a_packet_leaves_no_audio_out() {
    let at = |rate| CodecSpec::opus_with(OpusConfig::new(rate, 2).complexity(3).bitrate(128_000), dynamic(111));
    let mut stage = Stage::new(1, RoomSpec::new().stereo(), 1, Stage::silent(&[at(RATE)]));
    stage.place(0, -1.0, 0);
    let control = stage.scene.control.clone();
    let id = stage.scene.id(0);
    let rates = [RATE, RATE, SampleRate::HZ_48000, SampleRate::HZ_48000, RATE];
    for (step, rate) in rates.into_iter().enumerate() {
        stage.run(33, tone);
        let ptime = Millis([20, 60, 40][step % 3]);
        let _updated = control.update(id, SessionUpdate::new().send(at(rate)).ptime(ptime)).expect("it runs");
    }
    stage.run(60, tone);
    check_stream(&at(RATE), &stage.scene.calls[0].sent).expect("one line");
    // One decoder for all: Opus decodes at the rate that it is asked for. A new encoder begins softly.
    let [left, right] = stage.heard(0, &at(RATE));
    let loud = |audio: &[f32]| audio.chunks(160).map(power).collect::<Vec<_>>();
    let (left, right) = (loud(&left), loud(&right));
    assert!(left.len() > 215 && left[20..left.len() - 8].iter().all(|power| *power > 0.003), "{left:?}");
    assert!(right[right.len() - 20..].iter().all(|power| *power < 0.001), "{right:?}");
    stage.scene.stop();
}

/// What parties are sent while they come, go, move and are pushed about.
fn eventful(workers: usize, moves: bool, share: bool) -> Vec<Call> {
    let codecs = [stereo(), mono(), stereo(), stereo(), CodecSpec::pcmu(), mono()];
    let mut parties = Stage::silent(&codecs);
    for n in [1, 3] {
        parties[n].0 = SessionSpec::new(mono()).send(codecs[n]);
        parties[n].1 = Some(Phone::new(mono(), 20, 70 + n as u64, Network::bad(n as u64)));
    }
    let mut stage = Stage::new(workers, RoomSpec::new().stereo().share(share), 3, parties);
    for step in 0..60u64 {
        let (id, control) = (stage.scene.id(step as usize % 6), stage.scene.control.clone());
        stage.place(step as usize % 3, (step % 9) as f32 / 4.0 - 1.0, 30);
        // Some are rejected, such as joining twice.
        let _accepted = match step % 5 {
            0 => control.leave(id).map(drop),
            1 => control.gain(id, Direction::Outbound, Decibels(-((step % 3) as f32)), Millis(20)).map(drop),
            2 => control.shape(stage.room, vec![Change::Hear(id, Decibels(-3.0))], Millis(20)).map(drop),
            _ => control.join(stage.scene.id((step as usize + 5) % 6), stage.room, Decibels(0.0)).map(drop),
        };
        if moves {
            let _moved = control.migrate(id, WorkerId((step % workers as u64) as u16)).expect("the worker exists");
        }
        stage.run(10, |n, at| 0.5 * tone(n, at));
    }
    stage.scene.stop().0
}

#[test]
fn any_number_of_workers_and_moves_between_them_give_the_same_bits() {
    let alone = eventful(1, false, true);
    assert!(alone.iter().all(|call| call.sent.len() > 200));
    for (workers, moves, share) in [(3, false, true), (3, true, true), (1, false, false)] {
        for (n, (alone, other)) in alone.iter().zip(eventful(workers, moves, share)).enumerate() {
            assert!(alone.sent == other.sent, "party {n}, {workers} workers, moves: {moves}, shared: {share}");
        }
    }
}

#[test]
fn listeners_of_the_same_sides_share_one_encode_and_mono_ones_another() {
    for codec in [stereo(), opus()] {
        let run = |share: bool| {
            let codecs = [codec, codec, codec, mono(), mono(), mono(), codec];
            let mut stage = Stage::new(1, RoomSpec::new().stereo().share(share), 2, Stage::silent(&codecs));
            stage.place(0, -1.0, 20);
            stage.place(1, 1.0, 20);
            stage.run(120, tone);
            let before = stage.stats().groups;
            stage.run(100, tone);
            let after = stage.stats().groups;
            let id = stage.scene.id(1);
            let down = stage.scene.control.gain(id, Direction::Outbound, Decibels(-6.0), Millis(20));
            let _forked = down.expect("it runs");
            stage.run(25, tone);
            let forks = stage.stats().groups.forks - after.forks;
            let counts = (after.encodes - before.encodes, after.private_encodes - before.private_encodes, forks);
            (stage.scene.stop().0, counts)
        };
        let ((alone, _), (shared, counts)) = (run(false), run(true));
        assert_eq!(counts, (100, 0, 1), "{}", codec.name());
        for (n, (alone, shared)) in alone.iter().zip(&shared).enumerate() {
            assert!(alone.sent == shared.sent, "{}, party {n}", codec.name());
        }
        for call in [0, 1] {
            let [left, right] = sides(&codec, &shared[call].sent[20..]);
            // 440 Hz is left, 1 210 Hz right.
            let at = |audio: &[f32], hz: f64| {
                let wave = |n: usize| (n as f64 * std::f64::consts::TAU * hz / 16_000.0).sin_cos();
                let sum = audio.iter().enumerate().fold((0.0, 0.0), |sum, (n, x)| {
                    (sum.0 + f64::from(*x) * wave(n).0, sum.1 + f64::from(*x) * wave(n).1)
                });
                20.0 * f64::hypot(sum.0, sum.1).max(1e-9).log10()
            };
            let apart = [at(&left, 440.0) - at(&right, 440.0), at(&right, 1_210.0) - at(&left, 1_210.0)];
            println!("{} {call}: {apart:.1?} dB apart", codec.name());
            assert!(apart.iter().all(|apart| *apart > 20.0), "{} {call}: {apart:.1?}", codec.name());
        }
    }
}
