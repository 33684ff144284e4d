//! The datagrams that lie in a ring of bytes, one after another.

use super::record::{Placement, read as read_record};

/// Reads one datagram after another as `read(number, datagram)` until that says no; returns how many, and their bytes in the ring.
#[inline]
pub(super) fn walk(
    (mut first, mut second): (&[u8], &[u8]),
    mut read: impl FnMut(usize, &[u8]) -> bool,
) -> (usize, usize) {
    let (mut count, mut used) = (0, 0);
    while let Some((datagram, Placement { skip, size })) = read_record(first, second) {
        if !read(count, datagram) {
            break;
        }
        count += 1;
        used += skip + size;
        if skip > 0 {
            (first, second) = (second, &[]);
        }
        first = &first[size..];
        if first.is_empty() {
            (first, second) = (second, &[]);
        }
    }
    (count, used)
}
