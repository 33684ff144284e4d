//! Sizes that coder and decoder share (G.729 clauses 2 and 3; all at 8 kHz).

/// Order of the LP filters.
pub const ORDER: usize = 10;

/// Coefficients of A(z) with the leading one, which is 4096 in Q12.
pub const TAPS: usize = ORDER + 1;

/// Samples of a frame: 10 ms.
pub const FRAME: usize = 80;

/// Samples of a subframe: 5 ms.
pub const SUBFRAME: usize = 40;

/// Shortest whole pitch delay that is searched for, in samples. With its fraction it can be 19⅓.
pub const LAG_MIN: i16 = 20;

/// Longest pitch delay, in samples. Decoding the second subframe can reach 143⅔, kept as 144 − ⅓.
pub const LAG_MAX: i16 = 143;

/// Past excitation that the adaptive codebook reaches: the longest delay and one half of the interpolation filter.
pub const EXCITATION_PAST: usize = 143 + 11;

/// Past and present excitation.
pub const EXCITATION: usize = EXCITATION_PAST + FRAME;

/// Bytes of a speech frame on the line.
pub const SPEECH_BYTES: usize = 10;

/// Bytes of a silence descriptor (Annex B) on the line.
pub const SID_BYTES: usize = 2;
