//! One who gets packets: from his group while he hears what it hears, else from an encoder of his own.

use super::bond::Bond;
use super::group::{Counters, Group};
use crate::codec::{AudioEncoder, CodecSpec, Encoded};

/// What a listener is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// What was encoded.
    pub encoded: Encoded,
    /// Its bytes; empty when nothing is to be sent.
    pub payload: &'a [u8],
    /// It is the group's.
    pub shared: bool,
}

/// A listener's encoder, and whether it is needed.
pub struct Listener {
    encoder: Box<dyn AudioEncoder>,
    payload: Box<[u8]>,
    encoded: Encoded,
    bond: Bond,
}

impl Listener {
    /// A listener who has got nothing yet, for packets of `samples` of each channel; after a fork he may come back into a group after
    /// `hang_over` packets. Allocates.
    pub fn new(codec: &CodecSpec, samples: usize, hang_over: u32) -> Self {
        let encoder = codec.leg_encoder();
        let payload = vec![0; encoder.max_payload(samples)].into();
        Self { encoder, payload, encoded: Encoded::NOTHING, bond: Bond::new(hang_over) }
    }

    /// His packets come from the group.
    pub fn is_shared(&self) -> bool {
        self.bond.is_shared()
    }

    /// The packet for one packet time; `common` says that `frame` is what the group hears: left and right, interleaved, if the
    /// codec has two channels, else mono. `stamp` counts packet times.
    ///
    /// Real-time: one encode at most, and the group's once for all.
    pub fn packet<'a>(
        &'a mut self,
        group: &'a mut Group,
        common: bool,
        stamp: u64,
        frame: &[f32],
        counters: &mut Counters,
    ) -> Packet<'a> {
        if !common {
            self.fork(group, stamp, counters);
            self.private(frame, counters);
            return self.own();
        }
        group.gather(stamp, 0, frame);
        let mut shared = self.bond.enter(group, stamp, &*self.encoder, counters);
        let leans = self.bond.leans();
        if !shared {
            group.packet(stamp, counters);
            shared = self.bond.let_in(group, stamp, counters);
        }
        if !shared {
            if leans {
                let encoded = group.lean(stamp, &mut *self.encoder, &mut self.payload, counters);
                self.encoded = encoded.unwrap_or(Encoded::NOTHING);
                counters.private_encodes += 1;
            } else {
                self.private(frame, counters);
            }
            self.bond.compare(group.agrees(&*self.encoder, self.own().payload));
            return self.own();
        }
        let (encoded, payload) = group.packet(stamp, counters).unwrap_or((Encoded::NOTHING, &[]));
        counters.shared_bytes += payload.len() as u64;
        Packet { encoded, payload, shared: true }
    }

    /// He goes on alone from this packet on, as if his encoder had always been his own: when his mix parts, and before he
    /// changes groups. Real-time.
    pub fn fork(&mut self, group: &Group, stamp: u64, counters: &mut Counters) {
        self.bond.part(group, stamp, &mut *self.encoder, counters);
    }

    fn private(&mut self, frame: &[f32], counters: &mut Counters) {
        self.encoded = self.encoder.encode(frame, &mut self.payload).unwrap_or(Encoded::NOTHING);
        counters.private_encodes += 1;
    }

    fn own(&self) -> Packet<'_> {
        let payload = self.payload.get(..self.encoded.bytes).unwrap_or(&[]);
        Packet { encoded: self.encoded, payload, shared: false }
    }

    /// Bytes of memory.
    pub fn state_bytes(&self) -> usize {
        size_of::<Self>() + self.encoder.state_bytes() + self.payload.len()
    }
}
