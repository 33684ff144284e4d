//! One encoder for all that hear the same.

use crate::codec::{AudioEncoder, CodecSpec, Encoded, EncoderParam};

/// Packets that a group waits for a quiet one before it lets listeners in at any: 2 s of 20 ms.
const PATIENCE: u32 = 100;

/// Mean power of a quiet packet: −50 dBov.
const QUIET: f32 = 1e-5;

/// What groups did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Packets that groups encoded.
    pub encodes: u64,
    /// Packets that listeners encoded for themselves.
    pub private_encodes: u64,
    /// Listeners that left a group for an encoder of their own.
    pub forks: u64,
    /// Listeners that came into a group, for the first time or again.
    pub rejoins: u64,
    /// Packets that groups encoded without prediction.
    pub refreshes: u64,
    /// Bytes that listeners got from groups.
    pub shared_bytes: u64,
}

/// An encoder that several listeners share, and its last packet. Packets are numbered by whoever uses it.
pub struct Group {
    encoder: Box<dyn AudioEncoder>,
    /// The encoder before the last packet, for whoever has to go on alone from there.
    before: Box<dyn AudioEncoder>,
    payload: Box<[u8]>,
    encoded: Encoded,
    /// Number of the last packet.
    stamp: Option<u64>,
    /// The audio of a packet, its number, and how much of it is there.
    frame: Box<[f32]>,
    gathered: Option<u64>,
    filled: usize,
    /// The last packet that somebody has from here.
    held: Option<u64>,
    refreshed: bool,
    /// Somebody wants in, since so many packets.
    wanted: u32,
}

impl Group {
    /// A group for packets of `samples` mono samples. Allocates.
    pub fn new(codec: &CodecSpec, samples: usize) -> Self {
        let encoder = codec.mono_encoder();
        Self {
            payload: vec![0; encoder.max_payload(samples)].into(),
            before: encoder.fork(),
            encoder,
            encoded: Encoded::NOTHING,
            stamp: None,
            frame: vec![0.0; samples].into(),
            gathered: None,
            filled: 0,
            held: None,
            refreshed: false,
            wanted: 0,
        }
    }

    /// Whether listeners can go on from its state: a codec whose encoders take none over cannot be shared.
    pub fn lends(&mut self) -> bool {
        self.before.copy_state(&*self.encoder)
    }

    /// Audio of packet `stamp` from sample `at` on: each part is taken from the first who brings it. Real-time.
    pub(crate) fn gather(&mut self, stamp: u64, at: usize, audio: &[f32]) {
        if self.gathered != Some(stamp) {
            (self.gathered, self.filled) = (Some(stamp), 0);
        }
        if let Some(place) = self.frame.get_mut(at..at + audio.len()).filter(|_| self.filled == at) {
            place.copy_from_slice(audio);
            self.filled += audio.len();
        }
    }

    /// The audio of packet `stamp` so far.
    pub(crate) fn audio(&self, stamp: u64) -> &[f32] {
        if self.gathered == Some(stamp) { &self.frame[..self.filled] } else { &[] }
    }

    /// The packet with this number, encoded for the first who asks; `None` if its audio is not all there.
    ///
    /// Real-time: one encode for each number.
    pub(crate) fn packet(&mut self, stamp: u64, counters: &mut Counters) -> Option<(Encoded, &[u8])> {
        if self.stamp != Some(stamp) {
            if self.gathered != Some(stamp) || self.filled < self.frame.len() {
                return None;
            }
            self.before.copy_state(&*self.encoder);
            let ready = self.wanted > 0 && (self.wanted > PATIENCE || is_quiet(&self.frame));
            // Without prediction a packet needs little of what was before it; codecs that cannot still let in here.
            let changed = ready && self.encoder.set(EncoderParam::Prediction, 0);
            self.encoded = self.encoder.encode(&self.frame, &mut self.payload).unwrap_or(Encoded::NOTHING);
            if changed {
                self.encoder.set(EncoderParam::Prediction, 1);
            }
            self.stamp = Some(stamp);
            // Who comes in at a pause would wait for audio that nobody sends.
            self.refreshed = ready && self.encoded.bytes > 0 && !self.encoded.paused;
            self.wanted = if self.refreshed { 0 } else { self.wanted + u32::from(self.wanted > 0) };
            counters.encodes += 1;
            counters.refreshes += u64::from(changed);
        }
        Some((self.encoded, self.payload.get(..self.encoded.bytes).unwrap_or(&[])))
    }

    /// The last packet lets listeners in.
    pub(super) fn is_open(&self) -> bool {
        self.refreshed
    }

    /// Asks for a packet that lets in.
    pub(super) fn want(&mut self) {
        self.wanted = self.wanted.max(1);
    }

    /// Somebody gets packet `stamp` from here.
    pub(super) fn hold(&mut self, stamp: u64) {
        self.held = Some(stamp);
    }

    /// Nobody has had the packet before `stamp` from here, nor gets this one: the state is of no use to anybody.
    pub(super) fn is_idle(&self, stamp: u64) -> bool {
        self.held.is_none_or(|last| last != stamp && last.wrapping_add(1) != stamp)
    }

    /// Nobody has come near it for some packets, whenever theirs begin.
    pub(super) fn is_free(&self, stamp: u64) -> bool {
        let recent = |last: Option<u64>| last.is_some_and(|last| last.saturating_add(3) > stamp);
        !recent(self.held) && !recent(self.gathered)
    }

    /// Forgets its packets: it serves another mix from now on. Real-time.
    pub(super) fn clear(&mut self) {
        (self.stamp, self.gathered, self.held) = (None, None, None);
        (self.filled, self.refreshed, self.wanted) = (0, false, 0);
    }

    /// Goes on where a listener is, who gets packet `stamp` from here. Real-time.
    pub(super) fn adopt(&mut self, stamp: u64, from: &dyn AudioEncoder) -> bool {
        let adopted = self.encoder.copy_state(from);
        if adopted {
            self.hold(stamp);
        }
        adopted
    }

    /// The state before packet `stamp`. Real-time.
    pub(super) fn lend(&self, stamp: u64, to: &mut dyn AudioEncoder) -> bool {
        to.copy_state(if self.stamp == Some(stamp) { &*self.before } else { &*self.encoder })
    }

    /// Bytes of memory.
    pub fn state_bytes(&self) -> usize {
        let buffers = self.payload.len() + size_of_val(&*self.frame);
        size_of::<Self>() + self.encoder.state_bytes() + self.before.state_bytes() + buffers
    }
}

fn is_quiet(frame: &[f32]) -> bool {
    frame.iter().map(|x| x * x).sum::<f32>() <= QUIET * frame.len() as f32
}
