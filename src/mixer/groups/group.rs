//! One encoder for all that hear the same.

use super::door::{Door, Opening};
use crate::codec::{AudioEncoder, CodecSpec, EncodeError, Encoded, EncoderParam};

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
    opening: Opening,
    door: Door,
}

impl Group {
    /// A group for packets of `samples` samples of each channel. Its audio is left and right, interleaved, if the codec has
    /// two channels, else mono. Allocates.
    pub fn new(codec: &CodecSpec, samples: usize) -> Self {
        let encoder = codec.leg_encoder();
        Self {
            payload: vec![0; encoder.max_payload(samples)].into(),
            before: encoder.fork(),
            encoded: Encoded::NOTHING,
            stamp: None,
            frame: vec![0.0; samples * encoder.channels()].into(),
            encoder,
            gathered: None,
            filled: 0,
            held: None,
            opening: Opening::Nobody,
            door: Door::default(),
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
            let opening = self.door.opens(&self.frame);
            let ready = opening > Opening::Nobody;
            // Without prediction a packet needs little of what was before it; codecs that cannot still let in here.
            let changed = ready && self.encoder.set(EncoderParam::Prediction, 0);
            self.encoded = self.encoder.encode(&self.frame, &mut self.payload).unwrap_or(Encoded::NOTHING);
            if changed {
                self.encoder.set(EncoderParam::Prediction, 1);
            }
            self.stamp = Some(stamp);
            // Who comes in at a pause would wait for audio that nobody sends.
            let open = ready && !self.encoder.approaches() && self.encoded.bytes > 0 && !self.encoded.paused;
            self.opening = if open { opening } else { Opening::Nobody };
            if self.opening == Opening::All {
                self.door = Door::default();
            }
            counters.encodes += 1;
            counters.refreshes += u64::from(changed);
        }
        Some((self.encoded, self.payload.get(..self.encoded.bytes).unwrap_or(&[])))
    }

    /// Packet `stamp` by a listener's own encoder, which leans towards the group's. Real-time: an encode.
    pub(crate) fn lean(
        &mut self,
        stamp: u64,
        own: &mut dyn AudioEncoder,
        out: &mut [u8],
        counters: &mut Counters,
    ) -> Result<Encoded, EncodeError> {
        let Some((Encoded { bytes, .. }, _)) = self.packet(stamp, counters) else { return Ok(Encoded::NOTHING) };
        own.approach(&self.frame, self.payload.get(..bytes).unwrap_or(&[]), out)
    }

    /// Whether a listener who made `payload` of the last packet might as well have got the group's.
    pub(crate) fn agrees(&self, own: &dyn AudioEncoder, payload: &[u8]) -> bool {
        if own.approaches() {
            return own.is_level_with(&*self.encoder);
        }
        self.payload.get(..self.encoded.bytes) == Some(payload)
    }

    /// The last packet lets a listener in.
    pub(super) fn is_open(&self, newcomer: bool) -> bool {
        self.opening == Opening::All || (newcomer && self.opening == Opening::Newcomers)
    }

    /// Asks for a packet that lets in.
    pub(super) fn want(&mut self, newcomer: bool) {
        self.door.knock(newcomer);
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
        (self.filled, self.opening, self.door) = (0, Opening::Nobody, Door::default());
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
