//! How datagrams lie in a ring of bytes: `[length u32][bytes][padding to 4]`, never wrapped.
//!
//! A record that would wrap is preceded by a skip mark that fills the rest of the buffer; mark and
//! record are published together, so a reader that sees the mark also sees the record. Who
//! publishes what is `byte_ring`'s part.

/// Size of a record's header; records start at multiples of it, so a header never wraps.
pub(crate) const HEADER: usize = 4;

/// In place of a length: the rest of the buffer is unused, go on at its start.
const SKIP: u32 = u32::MAX;

/// Where the next record goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Placement {
    /// Bytes at the end of the buffer that are left out.
    pub skip: usize,
    /// Header, bytes and padding.
    pub size: usize,
}

/// Places a record of `length` bytes at or after position `at` of a buffer of `capacity` bytes.
#[inline]
pub(crate) fn place(at: usize, capacity: usize, length: usize) -> Placement {
    let size = (HEADER + length).next_multiple_of(HEADER);
    let rest = capacity - at;
    Placement { skip: if size > rest { rest } else { 0 }, size }
}

/// Marks the unused rest of the buffer.
#[inline]
pub(crate) fn write_skip(rest: &mut [u8]) {
    rest[..HEADER].copy_from_slice(&SKIP.to_ne_bytes());
}

/// Writes `length` and the parts, which are `length` bytes together, into `record`.
#[inline]
pub(crate) fn write<'a>(record: &mut [u8], length: usize, parts: impl Iterator<Item = &'a [u8]>) {
    let (header, mut rest) = record.split_at_mut(HEADER);
    header.copy_from_slice(&(length as u32).to_ne_bytes());
    for part in parts {
        let (to, after) = rest.split_at_mut(part.len());
        to.copy_from_slice(part);
        rest = after;
    }
}

/// A record found by [`read`]: its bytes, and how far it and the skip before it reach.
pub(crate) type Found<'a> = (&'a [u8], Placement);

/// Reads the record at the start of the published bytes, which continue from `first` (to the end of
/// the buffer) in `second` (from its start). `None` when nothing is published.
#[inline]
pub(crate) fn read<'a>(first: &'a [u8], second: &'a [u8]) -> Option<Found<'a>> {
    let (from, length, skip) = match header(first)? {
        SKIP => (second, header(second)?, first.len()),
        length => (first, length, 0),
    };
    let length = length as usize;
    let bytes = from.get(HEADER..HEADER + length)?;
    Some((bytes, Placement { skip, size: (HEADER + length).next_multiple_of(HEADER) }))
}

#[inline]
fn header(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk().map(|header| u32::from_ne_bytes(*header))
}
