//! Encode groups: members of a room who hear the same are sent the same bytes, from one encoder; nobody can tell.

use graph_tests::{Call, Network, Phone, Random, Scene, audio, check_stream};
use media_core::codec::audio::g726::Rate;
use media_core::codec::{CodecKind, EncoderParam};
use media_core::{
    CodecSpec, Decibels, Direction, EngineConfig, Millis, PayloadType, RoomId, RoomSpec, RoomStats, SampleRate,
    SessionSpec, SessionUpdate, Source, TapPoint, WorkerId,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

fn dynamic(number: u8) -> PayloadType {
    PayloadType::new(number).expect("below 128")
}

fn opus() -> CodecSpec {
    let config = media_core::codec::audio::opus::OpusConfig::new(SampleRate::HZ_48000, 1).complexity(5);
    CodecSpec::opus_with(config, dynamic(111))
}

/// Codecs whose packets do not depend on what was before them.
fn plain() -> Vec<CodecSpec> {
    vec![CodecSpec::pcmu(), CodecSpec::pcma(), CodecSpec::l16(SampleRate::HZ_16000, dynamic(96))]
}

/// Codecs whose packets do.
fn stateful() -> Vec<CodecSpec> {
    let g726 = CodecSpec::of(CodecKind::G726(Rate::Kbit32), dynamic(97), SampleRate::HZ_8000, 8_000);
    let g729 = CodecSpec::g729().with_fmtp("annexb=no").expect("a known value");
    vec![CodecSpec::g722(), g726, g729, CodecSpec::g729(), opus()]
}

/// A room whose member 0 listens, 1 talks between ticks `FIRST` and `LAST`, and the others talk by turns.
struct Room {
    scene: Scene,
    room: RoomId,
}

const FIRST: u64 = 151;
const LAST: u64 = 230;
/// No group has let anybody in again by then, whose packets may depend on who came when.
const BEFORE: u64 = LAST + 50;
/// All ticks.
const ALL: u64 = 900;

impl Room {
    fn new(workers: usize, codec: CodecSpec, members: u64, share: bool) -> Self {
        let config = EngineConfig::new().workers(workers).max_sessions(256).seed(7);
        let mut scene = Scene::new(config);
        let (room, _) = scene.control.create_room(RoomSpec::new().share(share)).expect("there is room");
        for n in 0..members {
            let phone = (n > 0).then(|| Phone::new(codec, 20, 90 + n, Network::clean()));
            let worker = WorkerId((n % workers as u64) as u16);
            scene.call(SessionSpec::new(codec).worker(worker), phone);
        }
        (1..members as usize).for_each(|n| Self::hush(&mut scene, n, true));
        scene.run(4);
        for n in 0..members as usize {
            let _joined = scene.control.join(scene.id(n), room, Decibels(0.0)).expect("it is free");
        }
        Self { scene, room }
    }

    fn hush(scene: &mut Scene, call: usize, mute: bool) {
        if let Some(phone) = &mut scene.calls[call].phone {
            phone.hush(mute);
        }
    }

    fn run(mut self) -> (Vec<Call>, RoomStats) {
        self.scene.script(ALL, |scene, tick| match tick {
            20 => Self::hush(scene, 2, false),
            FIRST => Self::hush(scene, 1, false),
            190 => Self::hush(scene, 3, false),
            LAST => Self::hush(scene, 1, true),
            700 => Self::hush(scene, 2, true),
            _ => {}
        });
        let stats = self.scene.control.room_stats(self.room).expect("it is there");
        (self.scene.stop().0, stats)
    }
}

fn datagrams(call: &Call, before: u64) -> Vec<(u64, &[u8])> {
    call.sent.iter().filter(|packet| packet.tick < before).map(|packet| (packet.tick, &packet.datagram[..])).collect()
}

#[test]
fn packets_are_those_of_encoders_of_their_own_also_from_a_fork_on() {
    for (codec, all) in plain().into_iter().map(|c| (c, true)).chain(stateful().into_iter().map(|c| (c, false))) {
        for workers in [1, 3] {
            let (alone, _) = Room::new(1, codec, 4, false).run();
            let (shared, stats) = Room::new(workers, codec, 4, true).run();
            let name = format!("{} on {workers} workers", codec.name());
            assert!(stats.members == 4 && stats.groups.forks >= 2, "{name}: {stats:?}");
            assert!(stats.groups.shared_bytes > 0 && stats.missed == 0, "{name}: {stats:?}");
            let before = if all { u64::MAX } else { BEFORE };
            for (n, (alone, shared)) in alone.iter().zip(&shared).enumerate() {
                assert!(datagrams(alone, before) == datagrams(shared, before), "{name}, member {n}");
                // Where the sender pauses, holes are part of the stream.
                if codec != CodecSpec::g729() {
                    check_stream(&codec, &shared.sent).unwrap_or_else(|why| panic!("{name}, member {n}: {why}"));
                }
            }
        }
    }
}

/// Frames of 20 ms of two streams from `tick` on: SNR of the second against the first, and the level of what is wrong, in dB.
fn compared(codec: &CodecSpec, right: &Call, heard: &Call, tick: u64) -> Vec<(f64, f64)> {
    let (right, heard) = (audio(codec, &right.sent), audio(codec, &heard.sent));
    let samples = codec.rate.per_tick() * 2;
    let frames = right.chunks_exact(samples).zip(heard.chunks_exact(samples)).skip(tick as usize / 2);
    let power = |x: &mut dyn Iterator<Item = f32>| x.map(|x| f64::from(x).powi(2)).sum::<f64>() / samples as f64;
    let measure = |(right, heard): (&[f32], &[f32])| {
        let wrong = power(&mut right.iter().zip(heard).map(|(a, b)| a - b));
        let all = power(&mut right.iter().copied());
        (10.0 * ((all + 1e-12) / (wrong + 1e-30)).log10(), 10.0 * (wrong + 1e-13).log10())
    };
    frames.map(measure).collect()
}

/// Where a member who was alone gets the packets of one who never was, from then on for good.
fn rejoin(right: &Call, heard: &Call) -> u64 {
    let pairs = right.sent.iter().zip(&heard.sent);
    let other = pairs.filter(|(a, b)| a.datagram[12..] != b.datagram[12..]).map(|(a, _)| a.tick).next_back();
    other.expect("it was alone for a while") + 1
}

#[test]
fn who_comes_back_hears_what_one_who_was_never_away_hears() {
    // SNR of the first packet and of all that follow.
    let (first, later) = (15.0, 30.0);
    for codec in plain().into_iter().chain(stateful()).filter(|codec| *codec != CodecSpec::g729()) {
        // 700: silence, in which any encoder makes the same bytes sooner or later.
        let (calls, stats) = Room::new(1, codec, 4, true).run();
        let from = rejoin(&calls[0], &calls[1]);
        // Where encoders approach each other, their packets are the same some time before their states are.
        let entered = if codec.encoder().approaches() { 10 } else { 0 };
        let frames = compared(&codec, &calls[0], &calls[1], from + entered);
        let loudest = frames.iter().map(|frame| frame.1).fold(-200.0, f64::max);
        println!("{} comes back at {from}, {:.1?}, {loudest:.0} dBov at most; {stats:?}", codec.name(), &frames[..3]);
        assert!(from < 700, "{} came back at {from}", codec.name());
        // In silence the level of what is wrong says more.
        let fits = |frame: &(f64, f64), bar: f64| frame.0 >= bar || frame.1 < -60.0;
        let later = frames[1..].iter().position(|frame| !fits(frame, later));
        assert!(fits(&frames[0], first) && later.is_none(), "{}: frame {later:?}, {frames:.1?}", codec.name());
    }
}

#[test]
fn a_hundred_listeners_cost_one_encode() {
    for workers in [1, 3] {
        for codec in [CodecSpec::pcmu(), opus()] {
            let Room { mut scene, room } = Room::new(workers, codec, 103, true);
            (1..=3).for_each(|n| Room::hush(&mut scene, n, false));
            scene.run(400);
            let before = scene.control.room_stats(room).expect("it is there").groups;
            scene.run(200);
            let after = scene.control.room_stats(room).expect("it is there").groups;
            let (shared, alone) = (after.encodes - before.encodes, after.private_encodes - before.private_encodes);
            let count = (shared, alone);
            assert_eq!(count, (100 * workers as u64, 3 * 100), "{}, {workers} workers: {after:?}", codec.name());
            assert_eq!(after.forks, before.forks);
            scene.stop();
        }
    }
}

/// Anything that changes what a member hears, or how; both runs of a seed have the same.
fn act(scene: &mut Scene, room: RoomId, random: &mut Random) {
    let control = scene.control.clone();
    let call = random.below(5) as usize;
    let (id, kind, value) = (scene.id(call), random.below(12), random.below(20) as u32);
    let loud = SampleRate::HZ_16000;
    let sound = Source::Pcm { samples: vec![0.1; 2_000].into(), rate: loud, repeat: false };
    // Some are rejected, such as joining twice.
    let _accepted = match kind {
        0 => control.play(id, sound).map(|_| ()),
        1 => control.gain(id, Direction::Outbound, Decibels(-(value as f32)), Millis(40)).map(drop),
        2 => control.gain(id, Direction::Outbound, Decibels(0.0), Millis(30)).map(drop),
        3 => control.tap(id, TapPoint::Sent, Millis(500)).map(drop),
        4 => control.hold(id, None).map(drop),
        5 => control.resume(id).map(drop),
        6 => control.update(id, SessionUpdate::new().ptime(Millis(10 + 10 * (value % 3)))).map(drop),
        7 => control.leave(id).map(drop),
        8 | 9 => control.join(id, room, Decibels(0.0)).map(drop),
        10 => control.set_encoder(id, EncoderParam::Bitrate, 32_000 + value as i32 * 1_000).map(drop),
        _ => control.migrate(id, WorkerId((value % 2) as u16)).map(drop),
    };
    if let Some(phone) = &mut scene.calls[call].phone {
        phone.hush(value.is_multiple_of(3));
    }
}

/// What everybody was sent while things happen at random.
fn happenings(codec: CodecSpec, seed: u64, share: bool) -> (Vec<Call>, RoomStats) {
    let Room { mut scene, room } = Room::new(2, codec, 5, share);
    let mut random = Random::new(seed);
    scene.script(1_200, |scene, _| {
        if random.below(12) == 0 {
            act(scene, room, &mut random);
        }
    });
    let stats = scene.control.room_stats(room).expect("it is there");
    (scene.stop().0, stats)
}

#[test]
fn whatever_happens_nobody_can_tell_that_encoders_are_shared() {
    let mut forks = 0;
    for seed in 0..10 {
        for codec in plain() {
            let (alone, _) = happenings(codec, seed, false);
            let (shared, stats) = happenings(codec, seed, true);
            forks += stats.groups.forks;
            for (n, (alone, shared)) in alone.iter().zip(&shared).enumerate() {
                assert!(alone.sent == shared.sent, "{}, seed {seed}, member {n}", codec.name());
            }
        }
        for codec in [CodecSpec::g722(), opus()] {
            let (alone, _) = happenings(codec, seed, false);
            let (shared, stats) = happenings(codec, seed, true);
            forks += stats.groups.forks;
            for (n, (alone, shared)) in alone.iter().zip(&shared).enumerate() {
                let name = format!("{}, seed {seed}, member {n}", codec.name());
                check_stream(&codec, &shared.sent).unwrap_or_else(|why| panic!("{name}: {why}"));
                let headers = |call: &Call| call.sent.iter().map(|p| (p.tick, p.rtp().header)).collect::<Vec<_>>();
                assert!(headers(alone) == headers(shared), "{name}: other headers");
                let (alone, shared) = (audio(&codec, &alone.sent), audio(&codec, &shared.sent));
                let power = |x: &mut dyn Iterator<Item = f32>| x.map(|x| f64::from(x).powi(2)).sum::<f64>() + 1e-9;
                let wrong = power(&mut alone.iter().zip(&shared).map(|(a, b)| a - b));
                let snr = 10.0 * (power(&mut alone.iter().copied()) / wrong).log10();
                println!("{name}: {snr:.1} dB");
                assert!(snr > 10.0, "{name}: {snr:.1} dB");
            }
        }
    }
    assert!(forks > 200, "{forks}");
}
