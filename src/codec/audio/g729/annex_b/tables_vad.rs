//! Constants of the voice activity detector (G.729 Annex B clause B.3; values of the normative software).

/// Autocorrelation of the impulse response of a 0 to 1 kHz low-pass filter of order 12, Q15 (clause B.3.1.3).
pub const LOW_BAND: [i16; 13] = [7869, 7011, 4838, 2299, 321, -660, -782, -484, -164, 3, 39, 21, 4];

/// 32/(32 − n) as factor (Q15) and places to the left: the mean over the first 32 frames of which `n` were too
/// quiet to count.
pub const RESCALE: [(i16, i16); 33] = [
    (32767, 0),
    (16913, 1),
    (17476, 1),
    (18079, 1),
    (18725, 1),
    (19418, 1),
    (20165, 1),
    (20972, 1),
    (21845, 1),
    (22795, 1),
    (23831, 1),
    (24966, 1),
    (26214, 1),
    (27594, 1),
    (29127, 1),
    (30840, 1),
    (32767, 1),
    (17476, 2),
    (18725, 2),
    (20165, 2),
    (21845, 2),
    (23831, 2),
    (26214, 2),
    (29127, 2),
    (32767, 2),
    (18725, 3),
    (21845, 3),
    (26214, 3),
    (32767, 3),
    (21845, 4),
    (32767, 4),
    (32767, 5),
    (0, 0),
];

/// How much of the old background stays, Q15, and how much of the frame comes in.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Full-band and low-band energy.
    pub energy: (i16, i16),
    /// Zero crossings.
    pub crossings: (i16, i16),
    /// Line spectral frequencies.
    pub lsf: (i16, i16),
}

/// The pace by the count of updates: below 20, 30, 40, 50, 60, and above (table B.2).
pub const PACES: [Pace; 6] = [
    Pace { energy: (24576, 8192), crossings: (26214, 6554), lsf: (19661, 13017) },
    Pace { energy: (31130, 1638), crossings: (30147, 2621), lsf: (21299, 11469) },
    Pace { energy: (31785, 983), crossings: (30802, 1966), lsf: (22938, 9830) },
    Pace { energy: (32440, 328), crossings: (31457, 1311), lsf: (24576, 8192) },
    Pace { energy: (32604, 164), crossings: (32440, 328), lsf: (24576, 8192) },
    Pace { energy: (32604, 164), crossings: (32702, 66), lsf: (24576, 8192) },
];
