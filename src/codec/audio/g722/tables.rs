//! Constants of the quadrature mirror filter and of the lower band's quantisers (clause 5 and 6 tables).

/// Twelve taps of the quadrature mirror filter in 1/4096; the other twelve are their mirror image (table 4).
pub(super) const QMF: [i16; 12] = [3, -11, -11, 53, 12, -156, 32, 362, -210, -805, 951, 3876];

/// 2048·2^(n/32): the mantissa of a scale factor (ILB).
pub(super) static MANTISSA: [u16; 32] = [
    2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834, 2896, 2960, 3025,
    3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
];

/// Decision levels of the 6-bit quantiser above the first, which is 0 (Q6).
pub(super) static DECISIONS: [u16; 30] = [
    35,
    72,
    110,
    150,
    190,
    233,
    276,
    323,
    370,
    422,
    473,
    530,
    587,
    650,
    714,
    786,
    858,
    940,
    1023,
    1121,
    1219,
    1339,
    1458,
    1612,
    1765,
    1980,
    2195,
    2557,
    2919, // Past the last one there is nothing to tell apart.
    u16::MAX,
];

/// How many decision levels lie below 32·n.
pub(super) static DECISIONS_BELOW: [u8; 92] = decisions_below();

/// Codes of the 6-bit quantiser by the count of decision levels passed, above zero and then below it (table 15, IL).
pub(super) static LOW_CODES: [u8; 64] = {
    let mut codes = [0; 64];
    let mut passed = 0;
    while passed < 30 {
        codes[passed] = 61 - passed as u8;
        codes[32 + passed] = if passed < 2 { 63 } else { 33 } - passed as u8;
        passed += 1;
    }
    codes
};

/// Output levels of the 4-bit quantiser that adapts the predictor, by the code's upper 4 bits, times 8 (OQ4).
pub(super) static LOW_LEVELS_4: [i16; 16] = {
    let mut levels = [0; 16];
    let mut code = 0;
    while code < 16 {
        levels[code] = level_4(code);
        code += 1;
    }
    levels
};

/// What each code's upper 4 bits add to the logarithm of the scale factor, in 1/2048 octaves (WL).
pub(super) static LOW_STEPS: [i16; 16] =
    [-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60];

/// Output levels by 6-bit code, times 8, when all bits, all but the last, or all but the last two are audio.
pub(super) static LOW_LEVELS: [[i16; 64]; 3] = {
    let mut levels = [[0; 64]; 3];
    let mut code = 0;
    while code < 64 {
        levels[0][code] = level_6(code);
        levels[1][code] = level_5(code >> 1);
        levels[2][code] = level_4(code >> 2);
        code += 1;
    }
    levels
};

const OQ4: [i16; 8] = [0, 150, 323, 530, 786, 1121, 1612, 2557];
const OQ5: [i16; 16] = [0, 35, 110, 190, 276, 370, 473, 587, 714, 858, 1023, 1219, 1458, 1765, 2195, 2919];
const OQ6: [i16; 31] = [
    0, 17, 54, 91, 130, 170, 211, 254, 300, 347, 396, 447, 501, 558, 618, 682, 750, 822, 899, 982, 1072, 1170, 1279,
    1399, 1535, 1689, 1873, 2088, 2376, 2738, 3101,
];

const fn level_4(code: usize) -> i16 {
    match code {
        0 => 0,
        1..8 => -8 * OQ4[8 - code],
        _ => 8 * OQ4[15 - code],
    }
}

/// Codes 0 and 31 are never sent for 5 bits alone and stand for the smallest level, as the Recommendation asks.
const fn level_5(code: usize) -> i16 {
    match code {
        0 | 31 => -8 * OQ5[1],
        1..16 => -8 * OQ5[if code == 1 { 1 } else { 17 - code }],
        _ => 8 * OQ5[31 - code],
    }
}

/// Codes 0 to 3 are never sent, so that the octet has no long run of zeros.
const fn level_6(code: usize) -> i16 {
    match code {
        0..4 => -8 * OQ6[1],
        4..32 => -8 * OQ6[34 - code],
        32..62 => 8 * OQ6[62 - code],
        _ => -8 * OQ6[64 - code],
    }
}

const fn decisions_below() -> [u8; 92] {
    let mut below = [0; 92];
    let mut interval = 0;
    while interval < below.len() {
        let mut count = 0;
        while (DECISIONS[count as usize] as usize) < 32 * interval {
            count += 1;
        }
        below[interval] = count;
        interval += 1;
    }
    below
}
