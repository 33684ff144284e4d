//! A phone: a mouth that speaks RTP by the clock, and an ear that plays RTP by its timestamps.
//!
//! The ear is deliberately plain: a fixed playout delay, no concealment, no adaptation. Whatever is
//! wrong with the audio that the engine sends is heard.

use std::time::Duration;

use media_core::codec::{AudioDecoder, AudioEncoder, CodecKind, CodecSpec};

use crate::rtp::Packet;

/// Samples per second, of G.711 and its RTP clock.
pub const RATE: usize = 8_000;

/// How a phone talks.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// Who holds it.
    pub name: &'static str,
    /// One of the G.711 laws.
    pub codec: CodecSpec,
    /// Audio in a packet, in milliseconds.
    pub ptime: u32,
    /// What its owner says, a WAV.
    pub clip: &'static [u8],
}

impl Profile {
    /// `µ-law 20 ms`
    pub fn format(&self) -> String {
        let law = match self.codec.kind {
            CodecKind::Pcmu => "µ-law",
            CodecKind::Pcma => "A-law",
            _ => self.codec.name(),
        };
        format!("{law} {} ms", self.ptime)
    }
}

/// The sending half: one packet each `ptime`, from the start of the call until it hangs up.
pub struct Mouth {
    speech: Vec<f32>,
    encoder: Box<dyn AudioEncoder>,
    payload_type: u8,
    samples: usize,
    packets: usize,
}

impl Mouth {
    /// A mouth that says this from the start of the call, and is silent from then on until `hang_up`.
    pub fn new(profile: &Profile, speech: &[f32], hang_up: Duration) -> Self {
        let mut speech = speech.to_vec();
        speech.resize(in_samples(hang_up), 0.0);
        let samples = RATE * profile.ptime as usize / 1_000;
        let CodecSpec { payload_type, .. } = profile.codec;
        Self { speech, encoder: profile.codec.encoder(), payload_type: payload_type.value(), samples, packets: 0 }
    }

    /// When the next packet is complete; `None` after that.
    pub fn next_due(&self) -> Option<Duration> {
        let end = (self.packets + 1) * self.samples;
        (end <= self.speech.len()).then(|| in_time(end))
    }

    /// The next packet, with the time when it is sent.
    pub fn speak(&mut self) -> Option<(Duration, Vec<u8>)> {
        let due = self.next_due()?;
        let start = self.packets * self.samples;
        let frame = &self.speech[start..start + self.samples];
        let mut payload = vec![0; self.encoder.max_payload(self.samples)];
        let length = self.encoder.encode(frame, &mut payload).ok()?.bytes;
        let packet = Packet {
            marker: self.packets == 0,
            payload_type: self.payload_type,
            sequence: FIRST_SEQUENCE.wrapping_add(self.packets as u16),
            timestamp: FIRST_TIMESTAMP.wrapping_add(start as u32),
            ssrc: 0x1eaf_0000 | u32::from(self.payload_type),
            payload: &payload[..length],
        };
        self.packets += 1;
        Some((due, packet.to_datagram()))
    }
}

/// Both wrap during the first seconds of the call, as they may at any time (RFC 3550 §5.1).
const FIRST_SEQUENCE: u16 = u16::MAX - 100;
const FIRST_TIMESTAMP: u32 = u32::MAX - 20_000;

/// The receiving half: plays each packet where its timestamp says.
pub struct Ear {
    decoder: Box<dyn AudioDecoder>,
    payload_type: u8,
    playout: Duration,
    /// Timestamp, and the sample of the call where it is played.
    anchor: Option<(u32, usize)>,
    heard: Vec<f32>,
    missed: u32,
}

/// What an ear heard during the call.
pub struct Heard {
    /// From the start of the call, at 8 kHz; 0.0 where nothing was there to play.
    pub samples: Vec<f32>,
    /// Packets that came too late for the phone's playout.
    pub missed: u32,
}

impl Ear {
    /// An ear that listens for so long, and plays so much later than the first packet comes.
    pub fn new(profile: &Profile, listen: Duration, playout: Duration) -> Self {
        let heard = vec![0.0; in_samples(listen)];
        let payload_type = profile.codec.payload_type.value();
        Self { decoder: profile.codec.decoder(), payload_type, playout, anchor: None, heard, missed: 0 }
    }

    /// Takes a datagram that came at `at` in the call.
    pub fn hear(&mut self, at: Duration, datagram: &[u8]) {
        let Some(packet) = Packet::parse(datagram) else { return };
        if packet.payload_type != self.payload_type {
            return;
        }
        let (timestamp, start) = *self.anchor.get_or_insert((packet.timestamp, in_samples(at + self.playout)));
        let offset = packet.timestamp.wrapping_sub(timestamp).cast_signed() as isize;
        let Some(start) = start.checked_add_signed(offset) else { return };
        if start < in_samples(at) {
            self.missed += 1;
            return;
        }
        let mut audio = [0.0; RATE * 120 / 1_000];
        let Ok(samples) = self.decoder.decode(packet.payload, &mut audio) else { return };
        let Some(heard) = self.heard.get_mut(start..) else { return };
        let fits = samples.min(heard.len());
        heard[..fits].copy_from_slice(&audio[..fits]);
    }

    /// What was heard.
    pub fn into_heard(self) -> Heard {
        Heard { samples: self.heard, missed: self.missed }
    }
}

/// Samples in this time.
pub fn in_samples(time: Duration) -> usize {
    (time.as_micros() * RATE as u128 / 1_000_000) as usize
}

fn in_time(samples: usize) -> Duration {
    Duration::from_micros((samples * 1_000_000 / RATE) as u64)
}
