//! What every codec promises, held to by all of them: sizes, forks, resets, and any bytes for a payload.

use assert_no_alloc::assert_no_alloc;
use media_core::codec::{AudioEncoder, CodecKind, Encoded, MAX_PACKET_MS};
use media_core::{CodecSpec, Millis, PayloadType, SampleRate};
use proptest::prelude::*;

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

/// Every codec of the engine in the forms that differ.
fn all() -> Vec<CodecSpec> {
    let pt = PayloadType::new(96).expect("below 128");
    let mut specs = Vec::new();
    for &kind in CodecKind::ALL {
        let rtpmap = match kind.name() {
            "opus" => "opus/48000/2".to_owned(),
            "L16" => "L16/16000".to_owned(),
            name => format!("{name}/8000"),
        };
        specs.push(CodecSpec::from_rtpmap(pt, &rtpmap).expect("its own rtpmap"));
    }
    specs.push(CodecSpec::from_rtpmap(pt, "L16/48000/2").expect("stereo"));
    specs.push(CodecSpec::from_rtpmap(pt, "G729/8000").expect("known").with_fmtp("annexb=no").expect("known"));
    specs.push(CodecSpec::opus(SampleRate::HZ_8000, pt));
    specs
}

/// Speech-like: a gliding tone with pauses, at all levels.
fn audio(spec: &CodecSpec, samples: usize, seed: u32) -> Vec<f32> {
    let mut state = seed | 1;
    let mut phase = 0.0f32;
    let mut one = |n: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (state >> 8) as f32 / (1u32 << 24) as f32 - 0.5;
        phase += 0.05 + (n % 4_000) as f32 * 1e-5;
        let level = [0.0, 0.7, 0.05, 1.5][n / 2_500 % 4];
        level * phase.sin() + 0.01 * noise
    };
    (0..samples * usize::from(spec.channels)).map(&mut one).collect()
}

fn payloads(encoder: &mut dyn AudioEncoder, spec: &CodecSpec, audio: &[f32], ptime: Millis) -> Vec<Vec<u8>> {
    let length = spec.rate.per_tick() * ptime.ticks() as usize;
    let most = encoder.max_payload(length);
    assert!(most <= spec.payload_bytes(length), "{}", spec.name());
    let mut out = vec![0; most];
    let frames = audio.chunks_exact(length * usize::from(spec.channels));
    let encode = |frame: &[f32]| {
        let Encoded { bytes, skipped, .. } =
            assert_no_alloc(|| encoder.encode(frame, &mut out)).expect("a whole frame and room for it");
        assert!(bytes <= most && skipped < length, "{}", spec.name());
        out[..bytes].to_vec()
    };
    frames.map(encode).collect()
}

#[test]
fn a_fork_a_copy_and_a_reset_go_on_as_they_should() {
    for spec in all() {
        let ptime = Millis(20);
        let (start, rest) = (audio(&spec, spec.rate.per_tick() * 40, 1), audio(&spec, spec.rate.per_tick() * 100, 2));
        let mut encoder = spec.encoder();
        let first = payloads(&mut *encoder, &spec, &start, ptime);
        let (mut fork, mut copy) = (encoder.fork(), spec.encoder());
        assert!(assert_no_alloc(|| copy.copy_state(&*encoder)), "{}", spec.name());
        let expected = payloads(&mut *encoder, &spec, &rest, ptime);
        assert_eq!(payloads(&mut *fork, &spec, &rest, ptime), expected, "{}", spec.name());
        assert_eq!(payloads(&mut *copy, &spec, &rest, ptime), expected, "{}", spec.name());
        assert_no_alloc(|| encoder.reset());
        assert_eq!(payloads(&mut *encoder, &spec, &start, ptime), first, "{}", spec.name());
        assert!(encoder.state_bytes() > 0);

        let mut decoder = spec.decoder();
        let mut out = vec![0.0; spec.rate.per_tick() * 12 * decoder.channels()];
        let mut decode = |all: &[Vec<u8>]| -> Vec<f32> {
            all.iter()
                .filter(|payload| !payload.is_empty())
                .flat_map(|payload| {
                    let count = assert_no_alloc(|| decoder.decode(payload, &mut out)).expect("our own payload");
                    assert_eq!(Some(count), decoder.samples(payload));
                    assert_eq!(count, spec.payload_samples(payload), "{}", spec.name());
                    out[..count * decoder.channels()].to_vec()
                })
                .collect()
        };
        let heard = decode(&first);
        decode(&expected);
        decoder.reset();
        let mut fresh = spec.decoder();
        for payload in first.iter().filter(|payload| !payload.is_empty()) {
            let count = decoder.decode(payload, &mut out).expect("our own payload");
            let again = out[..count * decoder.channels()].to_vec();
            fresh.decode(payload, &mut out).expect("our own payload");
            assert_eq!(again, out[..again.len()], "{}", spec.name());
        }
        assert!(heard.iter().all(|sample| sample.abs() <= 1.1), "{}", spec.name());
    }
}

#[test]
fn another_codec_s_state_is_refused() {
    let specs = all();
    for one in &specs {
        let mut encoder = one.encoder();
        for other in specs.iter().filter(|other| other.name() != one.name()) {
            assert!(!encoder.copy_state(&*other.encoder()), "{} took {}", one.name(), other.name());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_bytes_decode_to_bounded_audio_or_an_error(
        payloads in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..400), 1..20),
        which in any::<u64>(),
    ) {
        for spec in all() {
            let mut decoder = spec.mono_decoder();
            let mut out = vec![0.0; spec.rate.per_tick() * (MAX_PACKET_MS as usize / 10)];
            for (at, payload) in payloads.iter().enumerate() {
                assert_no_alloc(|| {
                    let promised = decoder.samples(payload);
                    let _ = spec.payload_samples(payload);
                    match which >> (at % 32 * 2) & 3 {
                        0 => {
                            let _ = decoder.conceal(&mut out[..spec.rate.per_tick()]);
                        }
                        1 => {
                            let _ = decoder.recover(payload, &mut out[..spec.rate.per_tick() * 2]);
                        }
                        // Room for less than it promises.
                        2 => assert!(decoder.decode(payload, &mut out[..1]).is_err() || promised.is_none_or(|n| n <= 1)),
                        _ => {
                            if let Ok(count) = decoder.decode(payload, &mut out) {
                                assert_eq!(Some(count), promised, "{}", spec.name());
                            }
                        }
                    }
                });
                assert!(out.iter().all(|s| s.is_finite()), "{}", spec.name());
            }
        }
    }

    #[test]
    fn any_audio_is_encoded_within_the_promised_size(
        seed in any::<u32>(),
        wild in proptest::collection::vec(prop_oneof![Just(f32::NAN), Just(f32::INFINITY), Just(-9.0f32), -1.0f32..1.0], 64),
    ) {
        for spec in all() {
            let mut signal = audio(&spec, spec.rate.per_tick() * 12, seed);
            for (at, &sample) in wild.iter().enumerate() {
                let at = at * 131 % signal.len();
                signal[at] = sample;
            }
            for ptime in [10, 20, 40, 60].map(Millis).into_iter().filter(|&ptime| spec.kind.codec().allows(ptime)) {
                payloads(&mut *spec.encoder(), &spec, &signal, ptime);
            }
        }
    }
}
