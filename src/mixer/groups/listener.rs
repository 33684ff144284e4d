//! One who gets packets: from his group while he hears what it hears, else from an encoder of his own.

use super::group::{Counters, Group};
use crate::codec::{AudioEncoder, CodecSpec, Encoded};

/// Packets for which both encoders have to make the same bytes before one of them will do.
const EQUAL: u32 = 5;

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
    shared: bool,
    /// Packets that were the mix of all, and packets of equal bytes, since he went on alone.
    calm: u32,
    equal: u32,
    hang_over: u32,
}

impl Listener {
    /// A listener who has got nothing yet, for packets of `samples`; he may come (back) into a group after `hang_over`
    /// packets. Allocates.
    pub fn new(codec: &CodecSpec, samples: usize, hang_over: u32) -> Self {
        let encoder = codec.encoder();
        let payload = vec![0; encoder.max_payload(samples)].into();
        Self { encoder, payload, encoded: Encoded::NOTHING, shared: false, calm: 0, equal: 0, hang_over }
    }

    /// His packets come from the group.
    pub fn is_shared(&self) -> bool {
        self.shared
    }

    /// The packet for one packet time; `common` says that `frame` is what the group hears. `stamp` counts packet times.
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
            if self.shared {
                self.fork(group, stamp, counters);
            }
            (self.calm, self.equal) = (0, 0);
            return self.private(frame, counters);
        }
        if !self.shared {
            if !self.may_join(group, stamp) {
                return self.compared(group, stamp, frame, counters);
            }
            self.shared = true;
            counters.rejoins += 1;
        }
        let (encoded, payload) = group.packet(stamp, frame, counters);
        counters.shared_bytes += payload.len() as u64;
        Packet { encoded, payload, shared: true }
    }

    /// He goes on alone from this packet on, as if his encoder had always been his own: when his mix parts, and before he
    /// changes groups. Real-time.
    pub fn fork(&mut self, group: &Group, stamp: u64, counters: &mut Counters) {
        group.lend(stamp, &mut *self.encoder);
        self.shared = false;
        (self.calm, self.equal) = (0, 0);
        counters.forks += 1;
    }

    /// Whether the group's next packets can take the place of his own.
    fn may_join(&mut self, group: &mut Group, stamp: u64) -> bool {
        self.equal >= EQUAL || (group.is_idle(stamp) && group.adopt(&*self.encoder))
    }

    /// A packet of his own beside the group's, unless the group's lets in.
    fn compared<'a>(
        &'a mut self,
        group: &'a mut Group,
        stamp: u64,
        frame: &[f32],
        counters: &mut Counters,
    ) -> Packet<'a> {
        self.calm += 1;
        let ready = self.calm > self.hang_over;
        let (encoded, theirs) = group.packet(stamp, frame, counters);
        let bytes = theirs.len();
        if ready && group.is_open() {
            self.shared = true;
            counters.rejoins += 1;
            counters.shared_bytes += bytes as u64;
            return Packet { encoded, payload: group.packet(stamp, frame, counters).1, shared: true };
        }
        if self.calm >= self.hang_over {
            group.want();
        }
        let mine = self.private(frame, counters).payload.len();
        let same = mine == bytes && self.payload[..mine] == *group.packet(stamp, frame, counters).1;
        self.equal = if same { self.equal + 1 } else { 0 };
        Packet { encoded: self.encoded, payload: &self.payload[..mine], shared: false }
    }

    fn private(&mut self, frame: &[f32], counters: &mut Counters) -> Packet<'_> {
        self.encoded = self.encoder.encode(frame, &mut self.payload).unwrap_or(Encoded::NOTHING);
        counters.private_encodes += 1;
        Packet { encoded: self.encoded, payload: self.payload.get(..self.encoded.bytes).unwrap_or(&[]), shared: false }
    }

    /// Bytes of memory.
    pub fn state_bytes(&self) -> usize {
        size_of::<Self>() + self.encoder.state_bytes() + self.payload.len()
    }
}
