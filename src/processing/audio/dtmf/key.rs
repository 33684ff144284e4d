//! The sixteen keys: their codes and their frequencies.

/// Hertz of the low group, a row of the keypad each (ITU-T Q.23).
pub(super) const LOW: [f32; 4] = [697.0, 770.0, 852.0, 941.0];
/// Hertz of the high group, a column of the keypad each (ITU-T Q.23).
pub(super) const HIGH: [f32; 4] = [1_209.0, 1_336.0, 1_477.0, 1_633.0];

/// Event codes (RFC 4733 §3.2, table 3) by row and column.
const KEYPAD: [[u8; 4]; 4] = [[1, 2, 3, 12], [4, 5, 6, 13], [7, 8, 9, 14], [10, 0, 11, 15]];

/// Keys by event code.
const KEYS: &[u8; 16] = b"0123456789*#ABCD";

/// Event code of a key: `0` to `9`, `*`, `#`, `A` to `D` in either case.
pub fn code(key: char) -> Option<u8> {
    KEYS.iter().position(|k| char::from(*k) == key.to_ascii_uppercase()).map(|at| at as u8)
}

/// Key of an event code from 0 to 15.
pub fn key(code: u8) -> Option<char> {
    KEYS.get(usize::from(code)).map(|key| char::from(*key))
}

/// Hertz of the low and the high tone of an event code from 0 to 15.
pub fn frequencies(code: u8) -> Option<(f32, f32)> {
    let place = |row: usize| KEYPAD[row].iter().position(|c| *c == code).map(|column| (LOW[row], HIGH[column]));
    (0..4).find_map(place)
}

/// Event code of a row and a column.
pub(super) fn at(row: usize, column: usize) -> u8 {
    KEYPAD[row & 3][column & 3]
}
