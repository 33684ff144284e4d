//! The interpolation filter of the adaptive codebook (G.729 clause 3.7.1).

/// One half of a symmetric Hamming-windowed sinc at three times the rate, −3 dB at 3600 Hz, in Q15.
pub const INTERPOLATION: [i16; 31] = [
    29443, 25207, 14701, 3143, -4402, -5850, -2783, 1211, 3130, 2259, 0, -1652, -1666, -464, 756, 1099, 550, -245,
    -634, -451, 0, 308, 296, 78, -120, -165, -79, 34, 91, 70, 0,
];
