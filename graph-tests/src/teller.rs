//! A phone that says what it is given.

use media_core::codec::AudioEncoder;
use media_core::rtp::RtpHeader;
use media_core::{CodecSpec, Micros, Ssrc};

use crate::{Network, Scene};

/// Says samples at its codec's rate in packets of 20 ms, and silence behind them.
pub struct Teller {
    codec: CodecSpec,
    encoder: Box<dyn AudioEncoder>,
    audio: Vec<f32>,
    at: usize,
    network: Network,
    sequence: u16,
    timestamp: u32,
}

impl Teller {
    /// A phone that has not begun yet.
    pub fn new(codec: CodecSpec, audio: Vec<f32>, network: Network) -> Self {
        Self { codec, encoder: codec.mono_encoder(), audio, at: 0, network, sequence: 65_000, timestamp: 77 }
    }

    /// Lets the clock of the stream pass without saying anything, as while it sends something else.
    pub fn number(&mut self) -> (u16, u32) {
        self.sequence = self.sequence.wrapping_add(1);
        (self.sequence.wrapping_sub(1), self.timestamp)
    }

    /// Says what is due before the scene's next tick into a call.
    pub fn tick(&mut self, scene: &mut Scene, call: usize) {
        let tick = scene.next_tick();
        let now = tick * 10_000;
        if tick.is_multiple_of(2) {
            let packet = self.packet();
            self.network.send(now, packet);
        }
        while let Some((arrival, datagram)) = self.network.arrive(now) {
            let _ = scene.calls[call].ingress.push(&datagram, Micros(arrival));
        }
    }

    fn packet(&mut self) -> Vec<u8> {
        let samples = self.codec.rate.per_tick() * 2;
        let mut audio = vec![0.0; samples];
        let left = self.audio.get(self.at..).unwrap_or(&[]);
        let count = left.len().min(samples);
        audio[..count].copy_from_slice(&left[..count]);
        self.at += samples;
        let mut payload = vec![0; self.encoder.max_payload(samples)];
        let encoded = self.encoder.encode(&audio, &mut payload).expect("the payload has room for the frame");
        let (sequence, timestamp) = self.number();
        let header =
            RtpHeader { marker: false, payload_type: self.codec.payload_type, sequence, timestamp, ssrc: Ssrc(0x7e11) };
        self.timestamp = self.timestamp.wrapping_add(self.codec.clock_rate / 50);
        [&header.to_bytes()[..], &payload[..encoded.bytes]].concat()
    }
}
