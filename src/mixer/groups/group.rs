//! One encoder for all that hear the same.

use crate::codec::{AudioEncoder, CodecSpec, Encoded, EncoderParam};

/// Packets that a group waits for a quiet one before it lets listeners back in at any: 2 s of 20 ms.
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
    /// Listeners that came back.
    pub rejoins: u64,
    /// Packets that groups encoded without prediction.
    pub refreshes: u64,
    /// Bytes that listeners got from groups.
    pub shared_bytes: u64,
}

/// An encoder that several listeners share, and its last packet.
pub struct Group {
    encoder: Box<dyn AudioEncoder>,
    /// The encoder before the last packet, for whoever has to go on alone from there.
    before: Box<dyn AudioEncoder>,
    payload: Box<[u8]>,
    encoded: Encoded,
    /// Number of the last packet.
    stamp: Option<u64>,
    refreshed: bool,
    /// Somebody wants in, since so many packets.
    wanted: u32,
}

impl Group {
    /// A group for packets of `samples` samples per channel. Allocates.
    pub fn new(codec: &CodecSpec, samples: usize) -> Self {
        let encoder = codec.encoder();
        let payload = vec![0; encoder.max_payload(samples)].into();
        let before = encoder.fork();
        Self { encoder, before, payload, encoded: Encoded::NOTHING, stamp: None, refreshed: false, wanted: 0 }
    }

    /// The packet with this number, encoded for the first who asks. Real-time: one encode for each number.
    pub(super) fn packet(&mut self, stamp: u64, frame: &[f32], counters: &mut Counters) -> (Encoded, &[u8]) {
        if self.stamp != Some(stamp) {
            self.before.copy_state(&*self.encoder);
            let ready = self.wanted > 0 && (self.wanted > PATIENCE || is_quiet(frame));
            // Without prediction a packet needs little of what was before it; codecs that cannot still let in here.
            let changed = ready && self.encoder.set(EncoderParam::Prediction, 0);
            self.encoded = self.encoder.encode(frame, &mut self.payload).unwrap_or(Encoded::NOTHING);
            if changed {
                self.encoder.set(EncoderParam::Prediction, 1);
            }
            self.stamp = Some(stamp);
            self.refreshed = ready;
            self.wanted = if ready { 0 } else { self.wanted + u32::from(self.wanted > 0) };
            counters.encodes += 1;
            counters.refreshes += u64::from(changed);
        }
        (self.encoded, self.payload.get(..self.encoded.bytes).unwrap_or(&[]))
    }

    /// The last packet lets listeners in.
    pub(super) fn is_open(&self) -> bool {
        self.refreshed
    }

    /// Asks for a packet that lets in.
    pub(super) fn want(&mut self) {
        self.wanted = self.wanted.max(1);
    }

    /// Nobody has had the packet before `stamp` from here: the state is of no use to anybody.
    pub(super) fn is_idle(&self, stamp: u64) -> bool {
        self.stamp.is_none_or(|last| last != stamp && last.wrapping_add(1) != stamp)
    }

    /// Goes on where a listener is. Real-time.
    pub(super) fn adopt(&mut self, from: &dyn AudioEncoder) -> bool {
        self.encoder.copy_state(from)
    }

    /// The state before packet `stamp`. Real-time.
    pub(super) fn lend(&self, stamp: u64, to: &mut dyn AudioEncoder) -> bool {
        to.copy_state(if self.stamp == Some(stamp) { &*self.before } else { &*self.encoder })
    }

    /// Bytes of memory.
    pub fn state_bytes(&self) -> usize {
        size_of::<Self>() + self.encoder.state_bytes() + self.before.state_bytes() + self.payload.len()
    }
}

fn is_quiet(frame: &[f32]) -> bool {
    frame.iter().map(|x| x * x).sum::<f32>() <= QUIET * frame.len() as f32
}
