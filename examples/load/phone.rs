//! Phones: what they send, and what they notice of what comes back.

use std::net::SocketAddrV4;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use media_core::codec::CodecKind;
use media_core::codec::audio::opus::OpusConfig;
use media_core::rtp::{RTP_HEADER_BYTES, RtpHeader, RtpPacket};
use media_core::{CodecSpec, PayloadType, SampleRate, Ssrc};

/// The phone of leg `n` sends under this SSRC plus `n`; the leg sends under `n`.
pub const FIRST_SSRC: u32 = 0x5000_0000;

/// Counted by all phones together.
#[derive(Debug, Default)]
pub struct Totals {
    pub sent: AtomicU64,
    pub received: AtomicU64,
    /// Sequence numbers that were passed over.
    pub lost: AtomicU64,
    /// Milliseconds that the phones could not keep up with and left out.
    pub left_out: AtomicU64,
}

/// One phone.
pub struct Phone {
    /// Where its leg receives.
    pub to: SocketAddrV4,
    codec: CodecSpec,
    sequence: u16,
    timestamp: u32,
    ssrc: Ssrc,
    heard: Option<u16>,
    /// It sends, and not only listens.
    speaks: bool,
}

impl Phone {
    /// The phone of leg `number`.
    pub fn new(number: usize, codec: CodecSpec, speaks: bool, to: SocketAddrV4) -> Self {
        let start = (number as u32).wrapping_mul(2_654_435_761);
        let ssrc = Ssrc(FIRST_SSRC + number as u32);
        Self { to, codec, sequence: start as u16, timestamp: start, ssrc, heard: None, speaks }
    }

    /// Writes its next packet.
    fn speak(&mut self, clips: &Clips, ptime: u32, out: &mut [u8]) -> usize {
        let header = RtpHeader {
            marker: false,
            payload_type: self.codec.payload_type,
            sequence: self.sequence,
            timestamp: self.timestamp,
            ssrc: self.ssrc,
        };
        let payload = clips.at(self.codec.kind, self.sequence, ptime);
        out[..RTP_HEADER_BYTES].copy_from_slice(&header.to_bytes());
        out[RTP_HEADER_BYTES..RTP_HEADER_BYTES + payload.len()].copy_from_slice(payload);
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(ptime * self.codec.clock_rate / 1_000);
        RTP_HEADER_BYTES + payload.len()
    }

    /// Takes one packet of its leg; returns how many are missing before it.
    fn hear(&mut self, sequence: u16) -> u64 {
        let gap = self.heard.map_or(0, |last| sequence.wrapping_sub(last).wrapping_sub(1));
        self.heard = Some(sequence);
        // Loopback keeps the order, so a step back does not occur; if it did it is no loss.
        if gap < 0x8000 { gap.into() } else { 0 }
    }
}

/// The phones of one thread, spread evenly over the packet time.
pub struct Phones {
    phones: Vec<Phone>,
    /// By millisecond of the packet time.
    slots: Vec<Vec<u32>>,
    clips: Clips,
    ptime: u32,
    /// This thread has every `stride`th leg.
    stride: usize,
    totals: Arc<Totals>,
}

impl Phones {
    /// None yet.
    pub fn new(ptime: u32, stride: usize, totals: Arc<Totals>) -> Self {
        let slots = (0..ptime).map(|_| Vec::new()).collect();
        Self { phones: Vec::new(), slots, clips: Clips::new(), ptime, stride, totals }
    }

    /// Adds the next phone.
    pub fn add(&mut self, phone: Phone) {
        let at = self.phones.len();
        let slot = at % self.slots.len();
        if phone.speaks {
            self.slots[slot].push(at as u32);
        }
        self.phones.push(phone);
    }

    /// Lets every phone speak whose turn is in this round of 1 ms: `send(which, to, write)`.
    pub fn speak(&mut self, round: u64, mut send: impl FnMut(usize, SocketAddrV4, &mut dyn FnMut(&mut [u8]) -> usize)) {
        let slot = &self.slots[(round % u64::from(self.ptime)) as usize];
        for at in slot.iter().map(|at| *at as usize) {
            let phone = &mut self.phones[at];
            let to = phone.to;
            send(at, to, &mut |out| phone.speak(&self.clips, self.ptime, out));
        }
        self.totals.sent.fetch_add(slot.len() as u64, Relaxed);
    }

    /// Gives a leg's packet to its phone.
    pub fn hear(&mut self, datagram: &[u8]) {
        let Ok(packet) = RtpPacket::parse(datagram) else { return };
        let Some(phone) = self.phones.get_mut(packet.header.ssrc.0 as usize / self.stride) else { return };
        let lost = phone.hear(packet.header.sequence);
        self.totals.received.fetch_add(1, Relaxed);
        if lost > 0 {
            self.totals.lost.fetch_add(lost, Relaxed);
        }
    }
}

/// Opus as rooms of Opus have it.
pub fn opus() -> CodecSpec {
    let payload_type = PayloadType::new(111).expect("below 128");
    CodecSpec::opus_with(OpusConfig::new(SampleRate::HZ_48000, 1).complexity(5), payload_type)
}

/// Samples of the clip, one second.
const CLIP: usize = 8_000;
/// The longest packet, which may begin at the clip's end.
const OVERHANG: usize = 480;

/// A voice-like second, encoded once: phones cost as little as they can.
struct Clips {
    mu: Vec<u8>,
    a: Vec<u8>,
    /// Packets of 20 ms.
    opus: Vec<Vec<u8>>,
}

impl Clips {
    fn new() -> Self {
        let voice = |t: f32| {
            let turn = t * std::f32::consts::TAU;
            let syllable = 0.5 - 0.5 * (4.0 * turn).cos();
            syllable * ((1..8).map(|h| (140.0 * h as f32 * turn).sin() / h as f32).sum::<f32>()) * 0.25
        };
        let samples: Vec<f32> = (0..CLIP + OVERHANG).map(|i| voice((i % CLIP) as f32 / CLIP as f32)).collect();
        let encoded = |codec: CodecSpec| {
            let mut payload = vec![0; samples.len()];
            codec.encoder().encode(&samples, &mut payload).expect("G.711 makes a byte of each sample");
            payload
        };
        let wide: Vec<f32> = (0..48_000).map(|i| voice(i as f32 / 48_000.0)).collect();
        let mut encoder = opus().encoder();
        let packet = |frame: &[f32]| {
            let mut payload = vec![0; encoder.max_payload(frame.len())];
            let bytes = encoder.encode(frame, &mut payload).expect("there is room for a frame").bytes;
            payload.truncate(bytes);
            payload
        };
        let opus = wide.chunks_exact(960).map(packet).collect();
        Self { mu: encoded(CodecSpec::pcmu()), a: encoded(CodecSpec::pcma()), opus }
    }

    /// The packet of a number.
    fn at(&self, kind: CodecKind, sequence: u16, ptime: u32) -> &[u8] {
        let samples = ptime as usize * CLIP / 1_000;
        let clip = match kind {
            CodecKind::Opus => return &self.opus[usize::from(sequence) % self.opus.len()],
            CodecKind::Pcma => &self.a,
            _ => &self.mu,
        };
        &clip[usize::from(sequence) * samples % CLIP..][..samples]
    }
}
