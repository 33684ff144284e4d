//! A hash that stays what it is: FNV-1a over 64 bits.

use crate::Packet;

/// FNV-1a (Fowler, Noll, Vo), 64 bits.
#[derive(Clone, Copy, Debug)]
pub struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// Takes bytes in.
    pub fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// The hash so far.
    pub fn value(self) -> u64 {
        self.0
    }
}

/// Hash of a stream: the tick, length and bytes of every datagram, in order.
pub fn hash_packets(packets: &[Packet]) -> u64 {
    let mut hash = Fnv::default();
    for packet in packets {
        hash.write(&packet.tick.to_le_bytes());
        hash.write(&(packet.datagram.len() as u32).to_le_bytes());
        hash.write(&packet.datagram);
    }
    hash.value()
}
