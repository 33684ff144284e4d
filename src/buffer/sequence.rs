//! RTP's wrapping counters as 64-bit numbers that never wrap.
//!
//! A number is unwrapped to the value nearest to a reference, so that it may go back as well; the
//! low bits always equal the number on the wire.

/// Where unwrapped numbers begin: far enough from zero that going back never underflows.
const ORIGIN: u64 = 1 << 40;

/// The number with the low bits `wire` that is nearest to `reference`.
pub const fn unwrap16(reference: u64, wire: u16) -> u64 {
    reference.wrapping_add_signed(wire.wrapping_sub(reference as u16) as i16 as i64)
}

/// The number with the low bits `wire` that is nearest to `reference`.
pub const fn unwrap32(reference: u64, wire: u32) -> u64 {
    reference.wrapping_add_signed(wire.wrapping_sub(reference as u32) as i32 as i64)
}

/// The number with the low bits `wire` that starts a new sequence beyond anything near `last`.
pub const fn restart16(last: Option<u64>, wire: u16) -> u64 {
    match last {
        None => ORIGIN | wire as u64,
        Some(last) => (last | 0xffff).wrapping_add(0x1_0001) | wire as u64,
    }
}

/// The number with the low bits `wire` that starts a new time line beyond anything near `last`.
pub const fn restart32(last: Option<u64>, wire: u32) -> u64 {
    match last {
        None => ORIGIN | wire as u64,
        Some(last) => (last | 0xffff_ffff).wrapping_add(0x1_0000_0001) | wire as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrap_goes_on_counting_and_a_step_back_goes_back() {
        let first = restart16(None, 65_535);
        assert_eq!(unwrap16(first, 0), first + 1);
        assert_eq!(unwrap16(first + 1, 65_535), first);
        let first = restart32(None, 0);
        assert_eq!(unwrap32(first, u32::MAX), first - 1);
        assert_eq!(unwrap32(first - 1, 159), first + 159);
    }

    #[test]
    fn a_restart_keeps_the_low_bits_and_is_out_of_reach_of_what_came_before() {
        for wire in [0u16, 1, 32_768, 65_535] {
            let next = restart16(Some(ORIGIN + 70_000), wire);
            assert_eq!(next as u16, wire);
            assert!(next > ORIGIN + 70_000 + 32_768);
        }
        let next = restart32(Some(ORIGIN + 5), 7);
        assert_eq!(next as u32, 7);
        assert!(next > ORIGIN + 5 + (1 << 31));
    }
}
