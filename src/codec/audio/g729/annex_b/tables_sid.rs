//! Constants of the silence descriptor (G.729 Annex B clause B.4.2; values of the normative software).

use crate::codec::audio::g729::frame::ORDER;
use crate::codec::audio::g729::ops::{extract_h, l_mac, l_mult};
use crate::codec::audio::g729::tables_lsp2::MA_PREDICTOR;

/// MA predictors of the LSF quantiser, Q15: the speech coder's first one, and 0.6 of it with 0.4 of the second.
pub static NOISE_PREDICTOR: [[[i16; ORDER]; 4]; 2] = [MA_PREDICTOR[0], mixed_predictor()];

/// What the predictors leave to the frame itself, Q15.
pub static NOISE_SHARE: [[i16; ORDER]; 2] = [
    [7798, 8447, 8205, 8293, 8126, 8477, 8447, 8703, 9043, 8604],
    [10514, 12402, 12833, 11914, 11447, 11670, 11132, 11311, 11844, 11447],
];

/// One over that share, Q12.
pub static NOISE_SHARE_INVERSE: [[i16; ORDER]; 2] = [
    [17210, 15888, 16357, 16183, 16516, 15833, 15888, 15421, 14840, 15597],
    [12764, 10821, 10458, 11264, 11724, 11500, 12056, 11865, 11331, 11724],
];

/// Entries of the speech coder's first stage that a descriptor can name.
pub static FIRST_ENTRIES: [u8; 32] = [
    96, 52, 20, 54, 86, 114, 82, 68, 36, 121, 48, 92, 18, 120, 94, 124, 50, 125, 4, 100, 28, 76, 12, 117, 81, 22, 90,
    116, 127, 21, 108, 66,
];

/// Entries of the speech coder's second stage, one for the lower half of the LSFs and one for the upper.
pub static SECOND_ENTRIES: [(u8, u8); 16] = [
    (31, 16),
    (21, 1),
    (9, 0),
    (3, 0),
    (10, 8),
    (2, 25),
    (19, 22),
    (26, 20),
    (4, 19),
    (3, 23),
    (11, 20),
    (29, 31),
    (15, 4),
    (27, 31),
    (21, 20),
    (12, 31),
];

/// Weight of a predictor's errors in the first stage's search, Q15.
pub static FIRST_WEIGHT: [i16; 2] = [8644, 16572];

/// The level of the excitation that each gain index means: root mean square of a sample, times 8.
pub static SID_LEVEL: [i16; 32] = [
    2, 5, 8, 13, 20, 32, 50, 64, 80, 101, 127, 160, 201, 253, 318, 401, 505, 635, 800, 1007, 1268, 1596, 2010, 2530,
    3185, 4009, 5048, 6355, 8000, 10071, 12679, 15962,
];

const fn mixed_predictor() -> [[i16; ORDER]; 4] {
    let mut mixed = [[0; ORDER]; 4];
    let mut i = 0;
    while i < 4 {
        let mut j = 0;
        while j < ORDER {
            let first = l_mult(MA_PREDICTOR[0][i][j], 19_660);
            mixed[i][j] = extract_h(l_mac(first, MA_PREDICTOR[1][i][j], 13_107));
            j += 1;
        }
        i += 1;
    }
    mixed
}
