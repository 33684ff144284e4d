//! Copies of one session's datagrams, for other readers than those they are meant for.

use std::iter;

use super::byte_ring::ByteProducer;

/// Copies of one session at a time.
pub(crate) const MOST_COPIES: usize = 8;

/// Where copies of a session's datagrams go. A record is `[stamp u64, little endian][datagram]`, as in an ingress ring.
#[derive(Debug, Default)]
pub(crate) struct Mirror {
    ends: [Option<MirrorEnd>; MOST_COPIES],
    /// Goes in front of each copy.
    pub stamp: u64,
}

/// One copy.
#[derive(Debug)]
pub(crate) struct MirrorEnd {
    /// Names it.
    pub tag: u64,
    /// Of what comes in; else of what goes out.
    pub incoming: bool,
    pub ring: ByteProducer,
}

impl Mirror {
    /// With one copy.
    pub fn of(end: MirrorEnd) -> Self {
        let mut mirror = Self::default();
        mirror.ends[0] = Some(end);
        mirror
    }

    /// Copies a datagram, given in parts. Where a reader is behind its copy is lost, and counted there. Real-time: wait-free.
    #[inline]
    pub fn copy<'a>(&mut self, incoming: bool, parts: impl Iterator<Item = &'a [u8]> + Clone) {
        let stamp = self.stamp.to_le_bytes();
        for end in self.ends.iter_mut().flatten().filter(|end| end.incoming == incoming) {
            let _ = end
                .ring
                .push_parts(iter::once(&stamp[..]).chain(parts.clone().map(|part: &'a [u8]| -> &[u8] { part })));
        }
    }

    /// Takes the copies of another one over; what finds no place stays there. Real-time.
    pub fn take(&mut self, from: &mut Mirror) {
        for (place, end) in self.ends.iter_mut().filter(|place| place.is_none()).zip(&mut from.ends) {
            *place = end.take();
        }
    }

    /// Gives a copy up to `to`, which retires it. Real-time.
    pub fn give(&mut self, tag: u64, to: &mut Mirror) {
        let end = self.ends.iter_mut().find(|end| end.as_ref().is_some_and(|end| end.tag == tag));
        to.ends[0] = end.and_then(Option::take);
    }
}
