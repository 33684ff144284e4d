//! A phone that says one tone without end and may change its codec at any packet.

use media_core::codec::AudioEncoder;
use media_core::rtp::RtpHeader;
use media_core::{CodecSpec, Ssrc};

/// Says a sine, whatever the codec; timestamps go on at another clock as RFC 7160 §4.2 says.
pub struct Talker {
    codec: CodecSpec,
    encoder: Box<dyn AudioEncoder>,
    ticks: u64,
    hz: f64,
    /// Next tick to be said.
    tick: u64,
    sequence: u16,
    timestamp: u32,
}

impl Talker {
    /// A tone of `hz` at a quarter of full scale, in packets of `ptime` ms.
    pub fn new(codec: CodecSpec, ptime: u32, hz: f64) -> Self {
        let (encoder, ticks) = (codec.mono_encoder(), u64::from(ptime / 10));
        Self { codec, encoder, ticks, hz, tick: 0, sequence: 65_500, timestamp: u32::MAX - 5_000 }
    }

    /// Goes on with another codec and packet time.
    pub fn change(&mut self, codec: CodecSpec, ptime: u32) {
        (self.codec, self.encoder, self.ticks) = (codec, codec.mono_encoder(), u64::from(ptime / 10));
    }

    /// The packet that is due before `tick`, if one is: what was said in the ticks before.
    pub fn packet(&mut self, tick: u64) -> Option<Vec<u8>> {
        if tick < self.tick + self.ticks {
            return None;
        }
        let (rate, samples) = (f64::from(self.codec.rate.hz()), self.codec.rate.per_tick() * self.ticks as usize);
        let start = self.tick as usize * self.codec.rate.per_tick();
        let sine = |n: usize| (0.25 * ((start + n) as f64 / rate * self.hz * std::f64::consts::TAU).sin()) as f32;
        let audio: Vec<f32> = (0..samples).map(sine).collect();
        let mut payload = vec![0; self.encoder.max_payload(samples)];
        let encoded = self.encoder.encode(&audio, &mut payload).expect("the payload has room for the frame");
        let header = RtpHeader {
            marker: false,
            payload_type: self.codec.payload_type,
            sequence: self.sequence,
            timestamp: self.timestamp,
            ssrc: Ssrc(0x7a1c),
        };
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(self.codec.clock_rate / 100 * self.ticks as u32);
        self.tick += self.ticks;
        Some([&header.to_bytes()[..], &payload[..encoded.bytes]].concat())
    }
}
