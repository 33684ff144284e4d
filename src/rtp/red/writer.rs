//! Puts a redundant payload together (RFC 2198 §3).

use crate::rtp::red::Block;

/// Largest timestamp offset of a repeated payload: 14 bits.
pub const MAX_OFFSET: u32 = (1 << 14) - 1;
/// Longest repeated payload in bytes: 10 bits.
pub const MAX_LENGTH: usize = (1 << 10) - 1;

/// Bytes that [`write_red`] needs for a primary payload of `primary` bytes and repeated ones of `repeated` bytes in all.
pub const fn red_bytes(primary: usize, blocks: usize, repeated: usize) -> usize {
    blocks * 4 + 1 + repeated + primary
}

/// Writes the repeated payloads, oldest first, and the primary one into the start of `out`; returns the length.
///
/// What cannot be told is left out: an offset of 0 or above [`MAX_OFFSET`], a payload of no bytes or of more than
/// [`MAX_LENGTH`]. Of the others the oldest are left out until the rest fits `out`. `None` if not even the primary
/// payload does. Real-time: one copy.
pub fn write_red<'a>(
    primary: &Block<'_>,
    repeated: impl DoubleEndedIterator<Item = Block<'a>> + Clone,
    out: &mut [u8],
) -> Option<usize> {
    let mut free = out.len().checked_sub(1 + primary.payload.len())?;
    let sound =
        |block: &Block<'_>| (1..=MAX_OFFSET).contains(&block.offset) && (1..=MAX_LENGTH).contains(&block.payload.len());
    let repeated = repeated.filter(sound);
    let fitting = repeated.clone().rev().take_while(|block| {
        let left = free.checked_sub(4 + block.payload.len());
        free = left.unwrap_or(0);
        left.is_some()
    });
    let skipped = repeated.clone().count() - fitting.count();
    let mut at = 0;
    for block in repeated.clone().skip(skipped) {
        let length = block.payload.len() as u32;
        let tail = block.offset << 10 | length;
        let [_, a, b, c] = tail.to_be_bytes();
        put(out, &mut at, &[0x80 | block.payload_type.value(), a, b, c])?;
    }
    put(out, &mut at, &[primary.payload_type.value()])?;
    for block in repeated.skip(skipped) {
        put(out, &mut at, block.payload)?;
    }
    put(out, &mut at, primary.payload)?;
    Some(at)
}

fn put(out: &mut [u8], at: &mut usize, bytes: &[u8]) -> Option<()> {
    let end = *at + bytes.len();
    out.get_mut(*at..end)?.copy_from_slice(bytes);
    *at = end;
    Some(())
}
