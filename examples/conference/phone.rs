//! A telephone: says a clip when it is its turn, and keeps what it hears.

use std::error::Error;

use media_core::codec::{AudioDecoder, AudioEncoder};
use media_core::rtp::{RtpHeader, RtpPacket};
use media_core::{CodecSpec, IngressPort, Micros, SessionId, Ssrc};

/// Ticks in a packet.
pub const PTIME: usize = 2;

/// One telephone and the session that it is connected to.
pub struct Phone {
    pub id: SessionId,
    pub codec: CodecSpec,
    /// What it has heard.
    pub heard: Vec<f32>,
    /// Levels of what it has said in dB, a tick each.
    pub levels: Vec<f32>,
    clip: Vec<f32>,
    position: usize,
    talks: bool,
    encoder: Box<dyn AudioEncoder>,
    decoder: Box<dyn AudioDecoder>,
    ingress: IngressPort,
    next: RtpHeader,
}

impl Phone {
    /// `clip` is at the codec's rate.
    pub fn new(codec: CodecSpec, ingress: IngressPort, clip: Vec<f32>) -> Self {
        let id = ingress.session();
        let ssrc = Ssrc(id.index() + 1);
        Self {
            id,
            codec,
            heard: Vec::new(),
            levels: Vec::new(),
            clip,
            position: 0,
            talks: false,
            encoder: codec.encoder(),
            decoder: codec.decoder(),
            ingress,
            next: RtpHeader { marker: true, payload_type: codec.payload_type, sequence: 0, timestamp: 0, ssrc },
        }
    }

    /// It is its turn, or no more.
    pub fn talk(&mut self, talks: bool) {
        self.talks = talks;
    }

    /// Speaks 20 ms.
    pub fn speak(&mut self, now: Micros) -> Result<(), Box<dyn Error>> {
        let samples = self.codec.rate.per_tick() * PTIME;
        let frame: Vec<f32> = match self.talks {
            true => self.clip.iter().cycle().skip(self.position).take(samples).copied().collect(),
            false => vec![0.0; samples],
        };
        self.position += if self.talks { samples } else { 0 };
        self.position %= self.clip.len();
        self.levels.extend(frame.chunks(samples / PTIME).map(level));
        let mut payload = vec![0; self.encoder.max_payload(samples)];
        let encoded = self.encoder.encode(&frame, &mut payload)?;
        let datagram = [&self.next.to_bytes()[..], &payload[..encoded.bytes]].concat();
        let clock = self.codec.clock_rate / 100 * PTIME as u32;
        self.next.sequence = self.next.sequence.wrapping_add(1);
        self.next.timestamp = self.next.timestamp.wrapping_add(clock);
        self.next.marker = false;
        Ok(self.ingress.push(&datagram, now)?)
    }

    /// Hears a packet.
    pub fn listen(&mut self, datagram: &[u8]) {
        let Ok(RtpPacket { payload, .. }) = RtpPacket::parse(datagram) else { return };
        let mut audio = vec![0.0; self.codec.rate.per_tick() * PTIME];
        let samples = self.decoder.decode(payload, &mut audio).unwrap_or(0);
        self.heard.extend(&audio[..samples]);
    }
}

/// dB below full scale.
fn level(audio: &[f32]) -> f32 {
    let power = audio.iter().map(|s| s * s).sum::<f32>() / audio.len().max(1) as f32;
    10.0 * power.max(1e-9).log10()
}
