//! What a codec tells of pauses and losses is believed: comfort noise is no loss, and one packet may carry another's audio.

use std::any::Any;

use assert_no_alloc::AllocDisabler;
use graph_tests::Scene;
use media_core::codec::{
    AudioCodec, AudioDecoder, AudioEncoder, CodecCost, CodecKind, DecodeError, EncodeError, Encoded,
};
use media_core::frame::Provenance;
use media_core::rtp::RtpHeader;
use media_core::{
    CodecSpec, JitterConfig, Micros, Millis, PayloadType, SampleRate, SessionSpec, SessionStats, Ssrc, TapPoint,
};

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;

/// Packets of exactly 20 ms: `[level, level of the packet before]`; one byte is a pause at that level.
struct Levels {
    conceals: bool,
}

static LEVELS: Levels = Levels { conceals: true };
static MUTE: Levels = Levels { conceals: false };

const FRAME: usize = 160;

impl AudioCodec for Levels {
    fn name(&self) -> &'static str {
        if self.conceals { "LEVELS" } else { "MUTE" }
    }

    fn allows(&self, ptime: Millis) -> bool {
        ptime.0.is_multiple_of(20)
    }

    fn payload_bytes(&self, _: &CodecSpec, samples: usize) -> usize {
        samples.div_ceil(FRAME) * 2
    }

    fn payload_samples(&self, _: &CodecSpec, payload: &[u8]) -> usize {
        payload.len().div_ceil(2) * FRAME
    }

    fn cost(&self, _: &CodecSpec) -> CodecCost {
        CodecCost { encode: 10, decode: 10 }
    }

    fn decoder(&self, _: &CodecSpec) -> Box<dyn AudioDecoder> {
        Box::new(LevelDecoder { paused: false, noise: 0.0, conceals: self.conceals })
    }

    fn encoder(&self, _: &CodecSpec) -> Box<dyn AudioEncoder> {
        Box::new(LevelEncoder { before: 0 })
    }
}

struct LevelDecoder {
    paused: bool,
    noise: f32,
    conceals: bool,
}

impl AudioDecoder for LevelDecoder {
    fn rate(&self) -> SampleRate {
        SampleRate::HZ_8000
    }

    fn samples(&self, payload: &[u8]) -> Option<usize> {
        (!payload.is_empty()).then(|| payload.len().div_ceil(2) * FRAME)
    }

    fn decode(&mut self, payload: &[u8], out: &mut [f32]) -> Result<usize, DecodeError> {
        let samples = self.samples(payload).ok_or(DecodeError::Length { got: 0 })?;
        let room = out.len();
        let out = out.get_mut(..samples).ok_or(DecodeError::TooLong { samples, room })?;
        for (out, frame) in out.chunks_mut(FRAME).zip(payload.chunks(2)) {
            out.fill(f32::from(frame[0]) / 256.0);
        }
        self.paused = payload.len() % 2 == 1;
        self.noise = f32::from(payload[payload.len() - 1]) / 256.0;
        Ok(samples)
    }

    fn conceal(&mut self, out: &mut [f32]) -> bool {
        out.fill(self.noise);
        self.conceals
    }

    fn recover(&mut self, following: &[u8], out: &mut [f32]) -> bool {
        let [_, before] = following else { return false };
        out.fill(f32::from(*before) / 256.0);
        *before != 0
    }

    fn paused(&self) -> bool {
        self.paused
    }

    fn state_bytes(&self) -> usize {
        size_of::<Self>()
    }

    fn reset(&mut self) {
        (self.paused, self.noise) = (false, 0.0);
    }
}

#[derive(Clone)]
struct LevelEncoder {
    before: u8,
}

impl AudioEncoder for LevelEncoder {
    fn rate(&self) -> SampleRate {
        SampleRate::HZ_8000
    }

    fn max_payload(&self, samples: usize) -> usize {
        samples.div_ceil(FRAME) * 2
    }

    fn encode(&mut self, frame: &[f32], out: &mut [u8]) -> Result<Encoded, EncodeError> {
        if !frame.len().is_multiple_of(FRAME) {
            return Err(EncodeError::FrameLength { got: frame.len() });
        }
        let frames = frame.chunks(FRAME);
        let bytes = frames.len() * 2;
        let room = out.len();
        let out = out.get_mut(..bytes).ok_or(EncodeError::TooLong { needed: bytes, room })?;
        for (out, frame) in out.chunks_mut(2).zip(frames) {
            let level = (frame.iter().sum::<f32>() / frame.len() as f32 * 256.0) as u8;
            out.copy_from_slice(&[level, self.before]);
            self.before = level;
        }
        Ok(Encoded::whole(bytes))
    }

    fn fork(&self) -> Box<dyn AudioEncoder> {
        Box::new(self.clone())
    }

    fn copy_state(&mut self, from: &dyn AudioEncoder) -> bool {
        (from as &dyn Any).downcast_ref::<Self>().map(|from| *self = from.clone()).is_some()
    }

    fn state_bytes(&self) -> usize {
        size_of::<Self>()
    }

    fn reset(&mut self) {
        self.before = 0;
    }
}

fn spec(codec: &'static Levels) -> CodecSpec {
    let payload_type = PayloadType::new(99).expect("below 128");
    CodecSpec::of(CodecKind::Custom(codec), payload_type, SampleRate::HZ_8000, 8_000)
}

/// Frames of 10 ms as a tap heard them: where they came from, and their middle sample.
fn play(
    codec: &'static Levels,
    packets: impl Fn(u16) -> Option<Vec<u8>>,
    skipped: fn(u16) -> u16,
) -> (SessionStats, Vec<(Provenance, f32)>) {
    let mut scene = Scene::plain();
    scene.call(SessionSpec::new(spec(codec)).jitter(JitterConfig::fixed(Millis(60))), None);
    let (_, mut tap, done) = scene.control.tap(scene.id(0), TapPoint::Received, Millis(5_000)).expect("accepted");
    done.detach();
    for tick in 0..300u64 {
        let number = tick as u16 / 2;
        if let Some(payload) = packets(number).filter(|_| tick.is_multiple_of(2)) {
            let header = RtpHeader {
                marker: false,
                payload_type: spec(codec).payload_type,
                sequence: number - skipped(number),
                timestamp: u32::from(number) * 160,
                ssrc: Ssrc(1),
            };
            let datagram = [&header.to_bytes()[..], &payload].concat();
            scene.calls[0].ingress.push(&datagram, Micros(tick * 10_000)).expect("there is room");
        }
        scene.tick();
    }
    let stats = scene.control.stats(scene.id(0)).expect("it lives");
    scene.stop();
    let middle = |frame: media_core::graph::nodes::TapFrame| (frame.info.provenance, frame.samples()[40]);
    (stats, std::iter::from_fn(|| tap.read()).map(middle).collect())
}

/// Speech, a pause from packet 50 to 99, announced by one byte, and speech again.
fn pausing(number: u16) -> Option<Vec<u8>> {
    match number {
        50 => Some(vec![8]),
        51..100 => None,
        _ => Some(vec![64, 0]),
    }
}

/// Sequence numbers do not count what was never sent.
fn unsent(number: u16) -> u16 {
    if number >= 100 { 49 } else { 0 }
}

#[test]
fn a_pause_that_was_announced_is_filled_with_the_codecs_noise_and_counts_as_no_loss() {
    let (stats, frames) = play(&LEVELS, pausing, unsent);
    assert_eq!((stats.lost, stats.concealed_samples, stats.concealment_events), (0, 0, 0), "{stats:?}");
    let noise: Vec<_> = frames.iter().filter(|frame| frame.0 == Provenance::ComfortNoise).collect();
    assert!((94..=100).contains(&noise.len()), "{}", noise.len());
    assert!(noise.iter().all(|frame| frame.1 == 8.0 / 256.0));
    assert_eq!(stats.comfort_samples, 80 * noise.len() as u64);
    assert!(frames[150..180].iter().all(|frame| frame.0 == Provenance::ComfortNoise));
    assert!(frames[215..].iter().all(|frame| *frame == (Provenance::Received, 0.25)));
}

#[test]
fn without_noise_of_its_own_an_announced_pause_is_silence() {
    let (stats, frames) = play(&MUTE, pausing, unsent);
    assert_eq!((stats.lost, stats.concealed_samples, stats.comfort_samples), (0, 0, 0), "{stats:?}");
    assert!(frames[150..180].iter().all(|frame| *frame == (Provenance::Silence, 0.0)));
    assert!(frames[215..].iter().all(|frame| *frame == (Provenance::Received, 0.25)));
}

#[test]
fn a_lost_packet_is_repaired_from_the_one_behind_it() {
    // Every tenth packet is lost; the one behind it carries its level.
    let packets = |number: u16| match number % 10 {
        5 => None,
        6 => Some(vec![64, 32]),
        _ => Some(vec![64, 0]),
    };
    let (stats, frames) = play(&LEVELS, packets, |_| 0);
    let repaired: Vec<_> = frames.iter().filter(|frame| frame.0 == Provenance::Repaired).collect();
    assert!(stats.repaired >= 14 && stats.concealed_samples == 0, "{stats:?}");
    assert_eq!((stats.lost, stats.absent, stats.repaired_fec), (0, 0, stats.repaired), "{stats:?}");
    assert_eq!(repaired.len() as u64, 2 * stats.repaired);
    assert!(repaired.iter().all(|frame| frame.1 == 0.125));
}

#[test]
fn what_no_packet_carries_again_is_concealed() {
    let packets = |number: u16| (number % 10 != 5).then(|| vec![64, 0]);
    let (stats, _) = play(&LEVELS, packets, |_| 0);
    assert!(stats.repaired == 0 && stats.concealed_samples >= 14 * 160, "{stats:?}");
}

#[test]
fn a_codec_of_whole_frames_is_packed_anew_from_any_packet_time() {
    for heard in (10..=60).step_by(10) {
        for sent in [20, 40, 60] {
            let mut scene = Scene::plain();
            scene.call(SessionSpec::new(CodecSpec::pcmu()).ptime(Millis(heard)), None);
            scene.call(SessionSpec::new(spec(&LEVELS)).ptime(Millis(sent)), None);
            scene.control.bridge(scene.id(0), scene.id(1)).expect("both are free").detach();
            let mut talker = graph_tests::Talker::new(CodecSpec::pcmu(), heard, 0.0);
            scene.script(200, |scene, tick| {
                if let Some(datagram) = talker.packet(tick) {
                    scene.calls[0].ingress.push(&datagram, Micros(tick * 10_000)).expect("there is room");
                }
            });
            let (calls, ..) = scene.stop();
            assert_eq!(calls[1].sent.len() as u32, 2_000 / sent);
            graph_tests::check_cadence(&spec(&LEVELS), u64::from(sent / 10), &calls[1].sent).expect("as agreed");
            graph_tests::check_stream(&spec(&LEVELS), &calls[1].sent).expect("one stream");
        }
    }
}
