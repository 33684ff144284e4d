//! Codes of two to five bits in octets.

/// Which end of an octet the first code goes to. There are no others, so it is exhaustive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Packing {
    /// Lowest bits first: RTP's `G726-16` to `G726-40` (RFC 3551 §4.5.4, ITU-T X.420).
    #[default]
    LowFirst,
    /// Highest bits first: RTP's `AAL2-G726-16` to `AAL2-G726-40` (RFC 3551 §4.5.4, ITU-T I.366.2).
    HighFirst,
}

impl Packing {
    /// Writes up to eight codes of `bits` bits to the start of `octets`, as many octets as they need.
    #[inline(always)]
    pub(super) fn pack(self, codes: &[u8], bits: usize, octets: &mut [u8]) {
        let mut word = [0; 8];
        match self {
            Self::LowFirst => {
                let packed = codes.iter().rev().fold(0u64, |word, &code| word << bits | u64::from(code));
                word = packed.to_le_bytes();
            }
            Self::HighFirst => {
                let packed = codes.iter().fold(0u64, |word, &code| word << bits | u64::from(code));
                // At most 40 bits, moved up to the word's first octet.
                word.copy_from_slice(&(packed << (64 - bits * codes.len().max(1))).to_be_bytes());
            }
        }
        for (octet, packed) in octets.iter_mut().zip(word).take((bits * codes.len()).div_ceil(8)) {
            *octet = packed;
        }
    }

    /// Reads eight codes of `bits` bits from the start of `octets`; what is missing reads as zeros.
    #[inline(always)]
    pub(super) fn unpack(self, octets: &[u8], bits: usize) -> [u8; 8] {
        let mut word = [0; 8];
        for (packed, &octet) in word.iter_mut().zip(octets) {
            *packed = octet;
        }
        let mask = (1 << bits) - 1;
        match self {
            Self::LowFirst => {
                let word = u64::from_le_bytes(word);
                std::array::from_fn(|n| (word >> (bits * n)) as u8 & mask)
            }
            Self::HighFirst => {
                let word = u64::from_be_bytes(word);
                std::array::from_fn(|n| (word >> (64 - bits * (n + 1))) as u8 & mask)
            }
        }
    }
}
