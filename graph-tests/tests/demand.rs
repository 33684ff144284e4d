//! Decode on demand: whom nobody hears is not decoded, and nobody can tell when he begins to talk.

use graph_tests::{Random, Scene, Voice};
use media_core::codec::AudioEncoder;
use media_core::mixer::talkers::TalkersConfig;
use media_core::rtp::RtpHeader;
use media_core::session::ExternalPort;
use media_core::{
    CodecSpec, Decibels, Event, EventKind, ExternalSpec, Micros, PayloadType, RoomId, RoomSpec, RoomStats, SampleRate,
    SessionSpec, Ssrc, WorkerId,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

const RATE: SampleRate = SampleRate::HZ_16000;
/// The local identifier of the level's header extension.
const LEVEL: u8 = 5;

fn opus() -> CodecSpec {
    let config = media_core::codec::audio::opus::OpusConfig::new(RATE, 1).complexity(5);
    CodecSpec::opus_with(config, PayloadType::new(111).expect("below 128"))
}

/// A party that sends packets of 20 ms all the time: of noise, and of speech while it talks.
struct Party {
    codec: CodecSpec,
    encoder: Box<dyn AudioEncoder>,
    voice: Voice,
    noise: Random,
    number: u16,
    tells: bool,
}

impl Party {
    fn new(codec: CodecSpec, seed: u64, tells: bool) -> Self {
        let (encoder, voice) = (codec.encoder(), Voice::new(seed, codec.rate.hz()));
        Self { codec, encoder, voice, noise: Random::new(seed), number: 100, tells }
    }

    fn packet(&mut self, talks: bool) -> Vec<u8> {
        let samples = self.codec.rate.per_tick() * 2;
        let mut audio: Vec<f32> = (0..samples).map(|_| (self.noise.below(1_000) as f32 / 500.0 - 1.0) * 5e-4).collect();
        if talks {
            audio.iter_mut().zip(self.voice.take(samples)).for_each(|(audio, voice)| *audio += voice);
        }
        let mut payload = vec![0; self.encoder.max_payload(samples)];
        let bytes = self.encoder.encode(&audio, &mut payload).expect("it has room").bytes;
        let timestamp = u32::from(self.number) * self.codec.clock_rate / 50;
        let (payload_type, sequence, ssrc) = (self.codec.payload_type, self.number, Ssrc(7));
        let header = RtpHeader { marker: false, payload_type, sequence, timestamp, ssrc };
        self.number += 1;
        let mut head = header.to_bytes().to_vec();
        if self.tells {
            let power = audio.iter().map(|x| x * x).sum::<f32>() / samples as f32;
            let below = (-10.0 * power.max(1e-12).log10()).clamp(0.0, 127.0) as u8;
            head[0] |= 0x10;
            head.extend([0xbe, 0xde, 0, 1, LEVEL << 4, u8::from(talks) << 7 | below, 0, 0]);
        }
        [&head[..], &payload[..bytes]].concat()
    }
}

/// A room of parties, and a program that listens.
struct Meeting {
    scene: Scene,
    room: RoomId,
    parties: Vec<Party>,
    port: ExternalPort,
    heard: Vec<f32>,
}

impl Meeting {
    fn new(workers: usize, members: u64, codec: CodecSpec, tells: bool, on_demand: bool) -> Self {
        let mut scene = Scene::of(workers, 8);
        let spec = RoomSpec::new().talkers(TalkersConfig::default()).decode_on_demand(on_demand);
        let (room, _) = scene.control.create_room(spec).expect("there is room");
        let listener = scene.control.create(SessionSpec::external(RATE, ExternalSpec::new())).expect("there is room");
        let _joined = scene.control.join(listener.id, room, Decibels(0.0)).expect("it is free");
        for n in 0..members {
            let spec = SessionSpec::new(codec).worker(WorkerId((n % workers as u64) as u16));
            let call = scene.call(if tells { spec.audio_level(LEVEL) } else { spec }, None);
            scene.run(1);
            let _joined = scene.control.join(scene.id(call), room, Decibels(0.0)).expect("it is free");
        }
        let parties = (0..members).map(|n| Party::new(codec, 70 + n, tells)).collect();
        let port = listener.external.expect("it is a program's");
        // What follows begins at the same tick, however many workers there are.
        scene.run(64 - members);
        Self { scene, room, parties, port, heard: Vec::new() }
    }

    fn run(&mut self, ticks: u64, talks: impl Fn(u64, u64) -> bool) {
        for at in 0..ticks {
            let now = Micros(self.scene.next_tick() * 10_000);
            for (n, party) in (0u64..).zip(&mut self.parties).filter(|_| at.is_multiple_of(2)) {
                let packet = party.packet(talks(n, at));
                let call = &mut self.scene.calls[n as usize];
                assert!(call.ingress.push(&packet, now).is_ok());
            }
            self.scene.tick();
            self.heard.extend(std::iter::from_fn(|| self.port.reader.read()).flat_map(|f| f.samples().to_vec()));
        }
    }

    fn stats(&self) -> RoomStats {
        self.scene.control.room_stats(self.room).expect("it is there")
    }
}

/// Each talks for 1.5 s, one after the other, with pauses of half a second.
fn by_turns(member: u64, at: u64) -> bool {
    at > 100 && (at - 100) / 200 == member && (at - 100) % 200 < 150
}

fn snr(right: &[f32], heard: &[f32]) -> f64 {
    let power = |x: &mut dyn Iterator<Item = f32>| x.map(|x| f64::from(x).powi(2)).sum::<f64>();
    let wrong = power(&mut right.iter().zip(heard).map(|(a, b)| a - b));
    10.0 * ((power(&mut right.iter().copied()) + 1e-12) / (wrong + 1e-15)).log10()
}

#[test]
fn who_begins_to_talk_sounds_as_if_he_had_always_been_decoded() {
    for (codec, tells) in [(opus(), false), (CodecSpec::g722(), true), (CodecSpec::pcmu(), true)] {
        let heard = [false, true].map(|on_demand| {
            let mut meeting = Meeting::new(1, 4, codec, tells, on_demand);
            meeting.run(900, by_turns);
            let stats = meeting.stats();
            println!("{} {tells} {on_demand}: {stats:?}", codec.name());
            // Everybody sends 450 packets, and 75 of them are of speech.
            assert_eq!(stats.undecoded > 1_000, on_demand, "{}: {stats:?}", codec.name());
            let heard = std::mem::take(&mut meeting.heard);
            let (_, events, _) = meeting.scene.stop();
            let told = |e: &&Event| matches!(e.kind, EventKind::TalkStart { .. } | EventKind::TalkStop { .. });
            (heard, events.iter().filter(told).map(|e| (e.session, e.tick)).collect::<Vec<_>>())
        });
        let [(always, told), (asked, told_too)] = heard;
        println!("{told:?}\n{told_too:?}");
        assert_eq!(always.len(), asked.len());
        let tick = RATE.per_tick();
        let loud =
            |audio: &[f32]| audio.chunks_exact(tick).map(|t| t.iter().any(|x| x.abs() > 1e-6)).collect::<Vec<_>>();
        let starts: Vec<usize> =
            loud(&always).windows(2).enumerate().filter(|(_, w)| !w[0] && w[1]).map(|(n, _)| n + 1).collect();
        assert!(starts.len() >= 4, "{starts:?}");
        for start in starts {
            let part = |from: usize, to: usize| {
                let (from, to) = ((start + from) * tick, ((start + to) * tick).min(always.len()));
                snr(&always[from..to], &asked[from..to])
            };
            let parts = [part(0, 6), part(6, 12), part(12, 60)];
            println!("  at {start}: {parts:.1?} dB in the first 60 ms, in the next, and after it");
            // The look-back has silence for what was not decoded yet, in place of the noise before the first syllable.
            assert!(parts[0] > 18.0 && parts[1] > 25.0 && parts[2] > 35.0, "{}, {tells}: {parts:.1?} dB", codec.name());
        }
    }
}

#[test]
fn decodes_scale_with_those_who_talk() {
    let decodes = |members: u64| {
        let mut meeting = Meeting::new(2, members, opus(), false, true);
        meeting.run(200, |_, _| false);
        let before = meeting.stats().undecoded;
        meeting.run(400, |member, _| member < 3);
        let undecoded = meeting.stats().undecoded - before;
        meeting.scene.stop();
        members * 200 - undecoded
    };
    let (few, many) = (decodes(6), decodes(20));
    println!("{few} decodes of 6 members, {many} of 20");
    assert!(many < few + 120, "{few} {many}");
}

#[test]
fn it_is_the_same_on_any_number_of_workers() {
    let heard = [1, 3].map(|workers| {
        let mut meeting = Meeting::new(workers, 6, opus(), false, true);
        meeting.run(700, by_turns);
        let mut heard = std::mem::take(&mut meeting.heard);
        meeting.scene.stop();
        // A program hears silence from the tick on in which it was joined.
        let start = heard.iter().position(|sample| *sample != 0.0).expect("somebody talked");
        heard.drain(..start);
        heard.truncate(80_000);
        heard
    });
    assert!(heard[0].iter().any(|x| x.abs() > 0.02) && heard[0].len() == 80_000);
    assert!(heard[0] == heard[1], "1 and 3 workers");
}
