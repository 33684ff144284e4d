//! Constants of each rate's quantiser (clauses 4.2.2 to 4.2.5, tables of QUAN, RECONST, FUNCTW, FUNCTF).
//!
//! Logarithms are to base 2 in steps of 1/128. Tables go by the magnitude of a code, smallest first.

/// What distinguishes one rate from another.
pub(super) struct Tables {
    /// Bits of a code.
    pub bits: u32,
    /// Decision levels for the scaled logarithm of the difference (QUAN).
    pub decisions: &'static [i16],
    /// The scaled logarithm that a magnitude stands for (RECONST).
    pub levels: [i16; 16],
    /// What a magnitude does to the scale factor (FUNCTW).
    pub scale_steps: [i16; 16],
    /// What a magnitude says about the speed of adaptation (FUNCTF).
    pub speeds: [u8; 16],
    /// Leak of the predictor's zeros, as a shift (UPB).
    pub zero_leak: u32,
}

pub(super) static KBIT_16: Tables = Tables {
    bits: 2,
    decisions: &[261],
    levels: padded([116, 365]),
    scale_steps: padded([-22, 439]),
    speeds: [0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    zero_leak: 8,
};

pub(super) static KBIT_24: Tables = Tables {
    bits: 3,
    decisions: &[8, 218, 331],
    levels: padded([SILENT, 135, 273, 373]),
    scale_steps: padded([-4, 30, 137, 582]),
    speeds: [0, 1, 2, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    zero_leak: 8,
};

pub(super) static KBIT_32: Tables = Tables {
    bits: 4,
    decisions: &[-124, 80, 178, 246, 300, 349, 400],
    levels: padded([SILENT, 4, 135, 213, 273, 323, 373, 425]),
    scale_steps: padded([-12, 18, 41, 64, 112, 198, 355, 1122]),
    speeds: [0, 0, 0, 1, 1, 1, 3, 7, 0, 0, 0, 0, 0, 0, 0, 0],
    zero_leak: 8,
};

pub(super) static KBIT_40: Tables = Tables {
    bits: 5,
    decisions: &[-122, -16, 68, 139, 198, 250, 298, 339, 378, 413, 445, 475, 502, 528, 553],
    levels: [SILENT, -66, 28, 104, 169, 224, 274, 318, 358, 395, 429, 459, 488, 514, 539, 566],
    scale_steps: [14, 14, 24, 39, 40, 41, 58, 100, 141, 179, 219, 280, 358, 440, 529, 696],
    speeds: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6],
    zero_leak: 9,
};

/// A logarithm so small that no scale makes a difference of it.
const SILENT: i16 = -2048;

const fn padded<const N: usize>(values: [i16; N]) -> [i16; 16] {
    let mut all = [0; 16];
    let mut at = 0;
    while at < N {
        all[at] = values[at];
        at += 1;
    }
    all
}
