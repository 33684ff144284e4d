//! Sounds, and how far one is from another.

mod encoder;
mod fmtp;
mod hostile;
mod repair;
mod round_trip;

use crate::codec::audio::opus::{OpusConfig, OpusDecoder, OpusEncoder};
use crate::codec::{AudioDecoder, AudioEncoder};
use crate::types::SampleRate;

pub const RATES: [u32; 5] = [8_000, 12_000, 16_000, 24_000, 48_000];

pub fn rate(hz: u32) -> SampleRate {
    SampleRate::new(hz).expect("a rate of Opus")
}

pub fn encoder(config: OpusConfig) -> OpusEncoder {
    OpusEncoder::new(config).expect("settings of Opus")
}

pub fn decoder(hz: u32, channels: usize) -> OpusDecoder {
    OpusDecoder::new(rate(hz), channels).expect("a form of Opus")
}

/// A voice: harmonics of a wandering pitch below 3 kHz, in syllables of 200 ms. Interleaved, the second channel quieter.
pub fn voice(hz: u32, channels: usize, ms: usize) -> Vec<f32> {
    let count = hz as usize * ms / 1_000;
    let mut phase = 0.0f32;
    let mono = (0..count).map(|n| {
        let t = n as f32 / hz as f32;
        phase += (130.0 + 20.0 * (3.0 * t).sin()) / hz as f32;
        let syllable = 0.55 - 0.45 * (std::f32::consts::TAU * 5.0 * t).cos();
        let harmonics = (1..20).map(|k| (std::f32::consts::TAU * k as f32 * phase).sin() / (1.0 + k as f32));
        0.25 * syllable * harmonics.sum::<f32>()
    });
    mono.flat_map(|sample| [sample, 0.6 * sample].into_iter().take(channels)).collect()
}

/// Signal to noise in decibels.
pub fn snr(signal: &[f32], heard: &[f32]) -> f32 {
    let energy: f32 = signal.iter().map(|s| s * s).sum();
    let noise: f32 = signal.iter().zip(heard).map(|(s, h)| (s - h) * (s - h)).sum();
    10.0 * (energy / noise.max(1e-9)).log10()
}

/// The packets of whole frames of `length` samples of all channels.
pub fn packets(encoder: &mut OpusEncoder, audio: &[f32], length: usize) -> Vec<Vec<u8>> {
    let mut payload = vec![0; encoder.max_payload(length)];
    let frames = audio.chunks_exact(length);
    let packet = frames.map(|frame| {
        let bytes = encoder.encode(frame, &mut payload).expect("a frame of Opus").bytes;
        payload[..bytes].to_vec()
    });
    packet.collect()
}

/// All that packets decode to.
pub fn decoded(decoder: &mut OpusDecoder, packets: &[Vec<u8>]) -> Vec<f32> {
    let mut audio = Vec::new();
    let mut out = vec![0.0; 5_760 * decoder.channels()];
    for packet in packets {
        let samples = decoder.decode(packet, &mut out).expect("a packet of Opus");
        audio.extend_from_slice(&out[..samples * decoder.channels()]);
    }
    audio
}
