//! The conversion tables between the two laws, derived from the laws themselves at compile time.

/// A-law code to µ-law code: what decoding and encoding gives.
pub(super) static A_TO_U: [u8; 256] = {
    let mut table = [0; 256];
    let mut code = 0;
    while code < 256 {
        table[code] = linear_to_u(a_to_linear(code as u8));
        code += 1;
    }
    table
};

/// µ-law code to A-law code: what decoding and encoding gives.
pub(super) static U_TO_A: [u8; 256] = {
    let mut table = [0; 256];
    let mut code = 0;
    while code < 256 {
        table[code] = linear_to_a(u_to_linear(code as u8));
        code += 1;
    }
    table
};

/// 16-bit value of a µ-law code.
const fn u_to_linear(code: u8) -> i32 {
    let field = !code;
    let magnitude = (((((field & 15) as i32) << 3) + 132) << ((field >> 4) & 7)) - 132;
    if code & 0x80 == 0 { -magnitude } else { magnitude }
}

/// 16-bit value of an A-law code.
const fn a_to_linear(code: u8) -> i32 {
    let field = code ^ 0x55;
    let step = ((field & 15) as i32) * 16 + 8;
    let segment = (field >> 4) & 7;
    let magnitude = if segment == 0 { step } else { (step + 256) << (segment - 1) };
    if code & 0x80 == 0 { -magnitude } else { magnitude }
}

/// µ-law code of a 16-bit value.
const fn linear_to_u(value: i32) -> u8 {
    let (magnitude, sign) = if value < 0 { (!value, 0x80) } else { (value, 0) };
    let biased = if magnitude > 32_635 { 32_767 } else { magnitude + 132 };
    let segment = biased.ilog2() - 7;
    !(sign | ((segment as u8) << 4) | ((biased >> (segment + 3)) & 15) as u8)
}

/// A-law code of a 16-bit value.
const fn linear_to_a(value: i32) -> u8 {
    let (magnitude, sign) = if value < 0 { (!value, 0x80) } else { (value, 0) };
    let field = if magnitude < 256 {
        magnitude >> 4
    } else {
        let segment = magnitude.ilog2() - 7;
        ((segment as i32) << 4) | ((magnitude >> (segment + 3)) & 15)
    };
    (sign | field as u8) ^ 0xd5
}
