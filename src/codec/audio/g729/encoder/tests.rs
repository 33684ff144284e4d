//! Contracts of the coder that need no vectors. Those of the ITU are in `graph-tests/tests/g729_encoder.rs`.

use super::Encoder;
use crate::codec::audio::g729::frame::FRAME;

#[test]
fn a_reset_coder_is_a_new_one() {
    let mut encoder = Encoder::new();
    encode(&mut encoder, &speechlike(50));
    assert_ne!(encoder, Encoder::new());
    encoder.reset();
    assert_eq!(encoder, Encoder::new());
}

#[test]
fn a_clone_goes_on_as_the_original_does() {
    let audio = speechlike(100);
    let mut encoder = Encoder::new();
    encode(&mut encoder, &audio[..37]);
    let mut fork = encoder.clone();
    assert_eq!(encode(&mut encoder, &audio[37..]), encode(&mut fork, &audio[37..]));
    assert_eq!(encoder, fork);
}

/// The expected digest is that of the ITU's reference coder.
#[test]
fn tones_pulses_and_noise_come_to_the_bits_of_the_reference() {
    let bytes = encode(&mut Encoder::new(), &speechlike(400));
    assert_eq!(bytes.len(), 4000);
    assert_eq!(digest(&bytes), 0x2a26_ee53_d109_918b);
}

/// Here sums saturate; the expected digest is that of the ITU's reference coder again.
#[test]
fn signals_that_saturate_come_to_the_bits_of_the_reference() {
    let bytes = encode(&mut Encoder::new(), &extremes());
    assert_eq!(digest(&bytes), 0x6b7e_8e17_6d3f_a4cd);
}

#[test]
fn silence_is_coded_without_a_pitch_gain_running_away() {
    let mut encoder = Encoder::new();
    encode(&mut encoder, &extremes());
    for _ in 0..100 {
        encoder.encode_frame(&[0; FRAME]);
    }
    let quiet = encoder.excitation.samples.iter().map(|s| s.unsigned_abs()).max();
    assert!(quiet < Some(100), "{quiet:?}");
}

/// Two tones, pulses at a gliding pitch and noise, their levels changing.
fn speechlike(frames: usize) -> Vec<[i16; FRAME]> {
    let mut random = Random(1);
    let mut phase = 0;
    frames_of((0..frames * FRAME).map(|i| {
        let period = 40 + (i / 500 % 90) as i32;
        phase = (phase + 1) % period;
        let pulse = if phase == 0 { 9000 } else { 0 };
        let triangle = ((i as i32 * 37) % 400 - 200).abs() * 20 - 2000;
        let noise = i32::from(random.draw() >> 5);
        let level = (i / 800 % 5) as i32;
        ((pulse + triangle) * level / 4 + noise) as i16
    }))
}

/// Full-scale squares of several periods, noise of full-scale samples, and single peaks in silence.
fn extremes() -> Vec<[i16; FRAME]> {
    let mut random = Random(7);
    frames_of((0..300 * FRAME).map(|i| {
        let full = |high: bool| if high { i16::MAX } else { i16::MIN };
        match i / 1600 % 6 {
            0 => full(i % 160 < 80),
            1 => full(i % 2 == 0),
            2 => full(random.draw() < 0),
            3 => full(i % 40 < 20),
            4 => random.draw(),
            _ => {
                if i % 57 == 0 {
                    i16::MIN
                } else {
                    0
                }
            }
        }
    }))
}

fn frames_of(samples: impl Iterator<Item = i16>) -> Vec<[i16; FRAME]> {
    samples.collect::<Vec<_>>().as_chunks().0.to_vec()
}

fn encode(encoder: &mut Encoder, audio: &[[i16; FRAME]]) -> Vec<u8> {
    audio.iter().flat_map(|frame| encoder.encode_frame(frame).pack()).collect()
}

/// FNV-1a, 64 bits.
fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

struct Random(u32);

impl Random {
    fn draw(&mut self) -> i16 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 16) as i16
    }
}
