//! The conjugate-structure gain codebooks and their prediction (G.729 clause 3.9).

/// MA predictor of the innovation energy {0.68, 0.58, 0.34, 0.19} in Q13 (eq. 69).
pub static ENERGY_PREDICTOR: [i16; 4] = [5571, 4751, 2785, 1556];

/// GA: adaptive gain in Q14 and correction of the fixed gain in Q13.
pub static GAIN_STAGE1: [[i16; 2]; 8] =
    [[1, 1516], [1551, 2425], [1831, 5022], [57, 5404], [1921, 9291], [3242, 9949], [356, 14756], [2678, 27162]];

/// GB: adaptive gain in Q14 and correction of the fixed gain in Q13.
pub static GAIN_STAGE2: [[i16; 2]; 16] = [
    [826, 2005],
    [1994, 0],
    [5142, 592],
    [6160, 2395],
    [8091, 4861],
    [9120, 525],
    [10573, 2966],
    [11569, 1196],
    [13260, 3256],
    [14194, 1630],
    [15132, 4914],
    [15161, 14276],
    [15434, 237],
    [16112, 3392],
    [17299, 1861],
    [18973, 5935],
];

/// Transmitted index of an entry of GAIN_STAGE1 (clause 3.9.3).
pub static GAIN_INDEX1: [i16; 8] = [5, 1, 4, 7, 3, 0, 6, 2];

/// Transmitted index of an entry of GAIN_STAGE2.
pub static GAIN_INDEX2: [i16; 16] = [4, 6, 0, 2, 12, 14, 8, 10, 15, 11, 9, 13, 7, 3, 1, 5];

/// Entry of GAIN_STAGE1 for a transmitted index.
pub static GAIN_ENTRY1: [u8; 8] = [5, 1, 7, 4, 2, 0, 6, 3];

/// Entry of GAIN_STAGE2 for a transmitted index.
pub static GAIN_ENTRY2: [u8; 16] = [2, 14, 3, 13, 0, 15, 1, 12, 6, 10, 7, 9, 4, 11, 5, 8];

/// Coefficients of the pre-selection in Q10, Q14, Q16 and Q19 (clause 3.9.2).
pub static PRESELECT: [[i16; 2]; 2] = [[31881, 26416], [31548, 27816]];

/// The same in Q26, Q30, Q32 and Q35.
pub static PRESELECT_LONG: [[i32; 2]; 2] = [[2089405952, 1731217536], [2067549984, 1822990272]];

/// Thresholds of the pre-selection in GAIN_STAGE1, Q14.
pub static PRESELECT_THRESHOLD1: [i16; 4] = [10808, 12374, 19778, 32567];

/// Thresholds of the pre-selection in GAIN_STAGE2, Q15.
pub static PRESELECT_THRESHOLD2: [i16; 8] = [14087, 16188, 20274, 21321, 23525, 25232, 27873, 30542];
