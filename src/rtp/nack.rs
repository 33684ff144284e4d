//! Generic negative acknowledgements (RFC 4585 §6.2.1): which packets to ask for again.

/// One entry of the feedback message: a packet that is missing, and which of the 16 behind it are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Nack {
    /// Sequence number of a missing packet.
    pub pid: u16,
    /// Bit `i`, from the lowest: packet `pid + 1 + i` is missing as well.
    pub blp: u16,
}

impl Nack {
    /// The entry as it is sent.
    pub const fn to_bytes(self) -> [u8; 4] {
        let ([a, b], [c, d]) = (self.pid.to_be_bytes(), self.blp.to_be_bytes());
        [a, b, c, d]
    }

    /// The sequence numbers that it asks for.
    pub fn sequences(self) -> impl Iterator<Item = u16> {
        let behind = (0..16).filter(move |bit| self.blp & 1 << bit != 0).map(move |bit| self.pid.wrapping_add(bit + 1));
        std::iter::once(self.pid).chain(behind)
    }

    /// The entries that ask for all of `sequences`, which must come in ascending order (they may wrap). Allocates nothing.
    pub fn entries(sequences: impl Iterator<Item = u16>) -> impl Iterator<Item = Self> {
        let mut sequences = sequences.peekable();
        std::iter::from_fn(move || {
            let mut entry = Self { pid: sequences.next()?, blp: 0 };
            while let Some(next) = sequences.next_if(|next| next.wrapping_sub(entry.pid) <= 16) {
                entry.blp |= 1u16.checked_shl(u32::from(next.wrapping_sub(entry.pid)).wrapping_sub(1)).unwrap_or(0);
            }
            Some(entry)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_ask_for_exactly_what_is_missing() {
        let missing = [65_530u16, 65_531, 65_535, 10, 11, 27, 28, 100];
        let entries: Vec<_> = Nack::entries(missing.into_iter()).collect();
        assert_eq!(entries[0], Nack { pid: 65_530, blp: 1 | 1 << 4 | 1 << 15 });
        assert_eq!(entries[1], Nack { pid: 11, blp: 1 << 15 });
        assert_eq!(entries[2..], [Nack { pid: 28, blp: 0 }, Nack { pid: 100, blp: 0 }]);
        assert_eq!(entries[1].to_bytes(), [0, 11, 0x80, 0]);
        let asked: Vec<u16> = entries.into_iter().flat_map(Nack::sequences).collect();
        assert_eq!(asked, missing);
        assert_eq!(Nack::entries([].into_iter()).count(), 0);
    }
}
