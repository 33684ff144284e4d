//! Losses through the engine that later packets repair: the delay rises by what that takes and no more, only where
//! something is lost, and falls again when the losses end.

use assert_no_alloc::AllocDisabler;
use graph_tests::{Scene, Voice};
use media_core::codec::AudioEncoder;
#[cfg(feature = "dred")]
use media_core::codec::CodecParams;
use media_core::codec::audio::opus::{OpusConfig, OpusEncoder};
use media_core::quality::SessionStats;
use media_core::rtp::RtpHeader;
use media_core::rtp::red::RedHistory;
use media_core::{CodecSpec, EngineConfig, Micros, Millis, PayloadType, SampleRate, SessionSpec, Ssrc};

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;

/// One party that speaks in packets of 20 ms into a session, over a network that only loses.
struct Speech {
    scene: Scene,
    call: usize,
    voice: Voice,
    rate: SampleRate,
    clock: u32,
    payload_type: PayloadType,
    encoder: Box<dyn AudioEncoder>,
    red: Option<RedHistory>,
    packet: u64,
    lost: u64,
}

impl Speech {
    fn new(spec: SessionSpec, codec: CodecSpec, encoder: Box<dyn AudioEncoder>, red: Option<RedHistory>) -> Self {
        let mut scene = Scene::new(EngineConfig::new().workers(1).phases(1).max_sessions(4).stats_interval(1));
        let call = scene.call(spec, None);
        let (rate, clock, payload_type) = (encoder.rate(), codec.clock_rate, codec.payload_type);
        let voice = Voice::new(7, rate.hz());
        Self { scene, call, voice, rate, clock, payload_type, encoder, red, packet: 0, lost: 0 }
    }

    fn opus(config: OpusConfig) -> Self {
        let codec = CodecSpec::opus(config.rate, pt(111));
        let encoder = Box::new(OpusEncoder::new(config).expect("settings of Opus"));
        Self::new(SessionSpec::new(codec), codec, encoder, None)
    }

    fn redundant(distance: u8) -> Self {
        let codec = CodecSpec::pcmu();
        let spec = SessionSpec::new(codec).redundancy(pt(99), 1).redundancy_distance(distance);
        Self::new(spec, codec, codec.encoder(), Some(RedHistory::spaced(1, distance, 160)))
    }

    /// Speaks for `seconds`; packets that `lose` names by their number do not arrive.
    fn speak(&mut self, seconds: u64, mut lose: impl FnMut(u64) -> bool) -> SessionStats {
        for _ in 0..seconds * 50 {
            let audio = self.voice.take(self.rate.per_tick() * 2);
            let mut payload = vec![0; self.encoder.max_payload(audio.len())];
            let bytes = self.encoder.encode(&audio, &mut payload).expect("a frame").bytes;
            payload.truncate(bytes);
            let timestamp = self.packet * u64::from(self.clock) / 50;
            let mut payload_type = self.payload_type;
            if let Some(red) = &mut self.red {
                let mut out = vec![0; red.max_bytes(payload.len())];
                let length = red.wrap(payload_type, timestamp, &payload, &mut out).expect("it fits");
                (payload_type, payload) = (pt(99), out[..length].to_vec());
            }
            let (sequence, timestamp) = (self.packet as u16, timestamp as u32);
            let header = RtpHeader { marker: false, payload_type, sequence, timestamp, ssrc: Ssrc(9) };
            let arrival = Micros(self.scene.next_tick() * 10_000);
            if lose(self.packet) {
                self.lost += 1;
            } else {
                let datagram = [&header.to_bytes()[..], &payload].concat();
                self.scene.calls[self.call].ingress.push(&datagram, arrival).expect("there is room");
            }
            self.packet += 1;
            self.scene.run(2);
        }
        self.stats()
    }

    fn stats(&self) -> SessionStats {
        self.scene.control.stats(self.scene.id(self.call)).expect("it lives")
    }

    /// Whole seconds without loss until the delay is what it was, at most so many.
    fn recovers(&mut self, most: u64) -> Option<u64> {
        (1..=most).find(|_| self.speak(1, |_| false).target_delay_us == 0)
    }
}

fn pt(value: u8) -> PayloadType {
    PayloadType::new(value).expect("below 128")
}

/// Ticks that were concealed.
fn concealed(before: &SessionStats, after: &SessionStats, rate: SampleRate) -> u64 {
    (after.concealed_samples - before.concealed_samples) / rate.per_tick() as u64
}

const HZ: SampleRate = SampleRate::HZ_16000;

#[test]
fn in_band_redundancy_is_waited_for_while_packets_get_lost() {
    let mut speech = Speech::opus(OpusConfig::new(HZ, 1).bitrate(32_000).fec(10));
    let clean = speech.speak(10, |_| false);
    assert_eq!((clean.target_delay_us, clean.concealed_samples), (0, 0));
    let begun = speech.speak(4, |packet| packet % 20 == 7);
    assert_eq!(begun.target_delay_us, 25_000, "one packet more, and half a tick to be sure");
    let lossy = speech.speak(20, |packet| packet % 20 == 7);
    assert_eq!(lossy.target_delay_us, 25_000, "it does not swing");
    // 50 losses; those at the edge of pauses come without redundancy.
    let hidden = concealed(&begun, &lossy, HZ);
    assert!(hidden <= 30, "{hidden} of 100 ticks concealed");
    assert!(lossy.repaired - begun.repaired >= 35, "{lossy:?}");
    let after = speech.recovers(6).expect("5 % of losses are forgotten within 6 s");
    assert!(after >= 2, "{after} s: a pause between losses is not their end");
    assert!(speech.speak(3, |_| false).target_delay_us == 0);
    speech.scene.stop();
}

#[test]
fn losses_that_nothing_repairs_add_no_delay() {
    for mut speech in [Speech::opus(OpusConfig::new(HZ, 1).bitrate(32_000)), {
        let codec = CodecSpec::pcmu();
        Speech::new(SessionSpec::new(codec), codec, codec.encoder(), None)
    }] {
        speech.speak(5, |_| false);
        let lossy = speech.speak(15, |packet| packet % 20 == 7);
        assert_eq!((lossy.target_delay_us, lossy.repaired), (0, 0));
        assert_eq!(lossy.lost, speech.lost);
        speech.scene.stop();
    }
}

#[test]
fn redundancy_is_waited_for_over_its_distance() {
    // Bursts as long as the distance are repaired whole.
    for distance in [1, 2, 3] {
        let mut speech = Speech::redundant(distance);
        let clean = speech.speak(8, |_| false);
        assert_eq!(clean.target_delay_us, 0);
        let lose = |packet: u64| packet % 40 < u64::from(distance);
        let begun = speech.speak(6, lose);
        assert_eq!(begun.target_delay_us, u64::from(distance) * 20_000 + 5_000);
        let lossy = speech.speak(16, lose);
        assert_eq!(lossy.target_delay_us, begun.target_delay_us);
        assert_eq!(concealed(&begun, &lossy, SampleRate::HZ_8000), 0, "at a distance of {distance}");
        assert_eq!(lossy.repaired - begun.repaired, 20 * u64::from(distance));
        assert!(speech.recovers(8).is_some());
        speech.scene.stop();
    }
}

#[test]
fn what_is_rebuilt_is_no_arrival() {
    let mut jitter = Vec::new();
    for distance in [None, Some(1), Some(2)] {
        let mut speech = match distance {
            Some(distance) => Speech::redundant(distance),
            None => Speech::opus(OpusConfig::new(HZ, 1).bitrate(32_000)),
        };
        let stats = speech.speak(12, |packet| packet % 30 == 11);
        jitter.push(stats.jitter_us);
        assert_eq!((stats.late, stats.reordered, stats.duplicate), (0, 0, 0));
        speech.scene.stop();
    }
    assert_eq!(jitter, [0; 3]);
}

#[cfg(feature = "dred")]
#[test]
fn deep_redundancy_fills_bursts_from_the_first_packet_after_them() {
    let mut config = OpusConfig::new(HZ, 1).bitrate(32_000).dred(Millis(500));
    config.expected_loss = 20;
    let mut codec = CodecSpec::opus(HZ, pt(111));
    codec.params = CodecParams::Opus(media_core::codec::audio::opus::OpusParams::default().dred());
    let encoder = Box::new(OpusEncoder::new(config).expect("settings of Opus"));
    let mut speech = Speech::new(SessionSpec::new(codec), codec, encoder, None);
    let clean = speech.speak(8, |_| false);
    assert_eq!((clean.target_delay_us, clean.repaired), (0, 0));
    let lose = |packet: u64| packet % 50 < 4;
    let begun = speech.speak(6, lose);
    assert!((60_000..=85_000).contains(&begun.target_delay_us), "{}", begun.target_delay_us);
    let lossy = speech.speak(20, lose);
    // 8 % are lost.
    let hidden = concealed(&begun, &lossy, HZ);
    assert!(hidden <= 40, "{hidden} of 2000 ticks concealed");
    assert!(lossy.repaired - begun.repaired >= 60, "{lossy:?}");
    assert!(speech.recovers(8).is_some());
    speech.scene.stop();
}

#[test]
fn a_session_says_what_redundancy_cannot_be() {
    let mut scene = Scene::plain();
    for (levels, distance, allowed) in [(1, 16, true), (1, 17, false), (4, 4, true), (4, 5, false), (1, 0, true)] {
        let spec = SessionSpec::new(CodecSpec::pcmu()).redundancy(pt(99), levels).redundancy_distance(distance);
        assert_eq!(scene.try_call(spec, None).is_ok(), allowed, "{levels} levels, {distance} apart");
    }
    assert!(OpusConfig::new(HZ, 1).dred(Millis(15)).check().is_err());
    assert_eq!(OpusConfig::new(HZ, 1).dred(Millis(500)).check().is_ok(), cfg!(feature = "dred"));
    scene.stop();
}
