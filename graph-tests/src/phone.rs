//! A phone by script: speaks by its packet time into a network.

use media_core::codec::AudioEncoder;
use media_core::rtp::RtpHeader;
use media_core::{CodecSpec, Ssrc};

use crate::{Network, Voice};

/// The sending half of a phone.
pub struct Phone {
    codec: CodecSpec,
    encoder: Box<dyn AudioEncoder>,
    ticks: u64,
    voice: Voice,
    network: Network,
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
    marker: bool,
    mute: bool,
    /// Everything that it has said.
    spoken: Vec<f32>,
}

impl Phone {
    /// A phone with packets of `ptime` ms. The sequence number is about to wrap.
    pub fn new(codec: CodecSpec, ptime: u32, seed: u64, network: Network) -> Self {
        Self {
            codec,
            encoder: codec.encoder(),
            ticks: u64::from(ptime / 10),
            voice: Voice::new(seed, codec.rate.hz()),
            network,
            ssrc: seed as u32 ^ 0x1234_5678,
            sequence: 0xffe0,
            timestamp: 0xffff_0000,
            marker: true,
            mute: false,
            spoken: Vec::new(),
        }
    }

    /// Goes on under another SSRC, with other numbers.
    pub fn switch_source(&mut self, ssrc: Ssrc) {
        self.ssrc = ssrc.0;
        self.sequence = self.sequence.wrapping_mul(31).wrapping_add(7_777);
        self.timestamp = self.timestamp.wrapping_mul(17).wrapping_add(99);
        self.marker = true;
    }

    /// Sends no more packets, or sends again; time goes on.
    pub fn hush(&mut self, mute: bool) {
        self.mute = mute;
    }

    /// What it has said, at the codec's rate.
    pub fn spoken(&self) -> &[f32] {
        &self.spoken
    }

    /// Speaks what is due at the start of `tick`, and gives what has arrived by then.
    pub fn tick(&mut self, tick: u64, mut arrived: impl FnMut(u64, &[u8])) {
        let now = tick * 10_000;
        if tick.is_multiple_of(self.ticks) {
            self.speak(now);
        }
        while let Some((arrival, datagram)) = self.network.arrive(now) {
            arrived(arrival, &datagram);
        }
    }

    fn speak(&mut self, now: u64) {
        let samples = self.codec.rate.per_tick() * self.ticks as usize;
        let audio = self.voice.take(samples);
        self.spoken.extend_from_slice(&audio);
        let mut payload = vec![0; self.encoder.max_payload(samples)];
        let encoded = self.encoder.encode(&audio, &mut payload).expect("the payload has room for the frame");
        let header = RtpHeader {
            marker: std::mem::take(&mut self.marker),
            payload_type: self.codec.payload_type,
            sequence: self.sequence,
            timestamp: self.timestamp,
            ssrc: Ssrc(self.ssrc),
        };
        self.timestamp = self.timestamp.wrapping_add(self.codec.clock_rate / 100 * self.ticks as u32);
        if self.mute {
            return;
        }
        self.sequence = self.sequence.wrapping_add(1);
        self.network.send(now, [&header.to_bytes()[..], &payload[..encoded.bytes]].concat());
    }
}
