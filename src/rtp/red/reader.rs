//! Takes a redundant payload apart (RFC 2198 §3). Any bytes are safe.

use crate::types::PayloadType;

/// Blocks of a packet that are read at most; nobody repeats a payload more often.
const MAX_BLOCKS: usize = 16;

/// One payload in a redundant one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block<'a> {
    /// What it is.
    pub payload_type: PayloadType,
    /// How far its timestamp lies before the packet's: 0 for the primary payload.
    pub offset: u32,
    /// Its bytes; may be empty.
    pub payload: &'a [u8],
}

/// A redundant payload whose headers are sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redundant<'a> {
    /// The payload that the packet was sent for.
    pub primary: Block<'a>,
    blocks: RedundantBlocks<'a>,
}

/// The repeated payloads of a packet, in the packet's order: the oldest first, as senders should have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedundantBlocks<'a> {
    headers: &'a [[u8; 4]],
    data: &'a [u8],
}

impl<'a> Redundant<'a> {
    /// Reads all headers. `None` if the payload ends before they do, or before the data that they
    /// promise, or if there are more than 16 of them. Real-time: copies nothing.
    pub fn parse(payload: &'a [u8]) -> Option<Self> {
        let mut length = 0;
        let mut rest = payload;
        let mut count = 0;
        while rest.first()? & FOLLOWS != 0 {
            let (header, after) = rest.split_first_chunk::<4>()?;
            length += data_length(header);
            rest = after;
            count += 1;
            if count == MAX_BLOCKS {
                return None;
            }
        }
        let (last, data) = rest.split_first()?;
        let (repeated, primary) = data.split_at_checked(length)?;
        let (headers, _) = payload[..count * 4].as_chunks::<4>();
        let payload_type = PayloadType::new(last & 0x7f)?;
        let primary = Block { payload_type, offset: 0, payload: primary };
        Some(Self { primary, blocks: RedundantBlocks { headers, data: repeated } })
    }

    /// The repeated payloads.
    pub fn blocks(&self) -> RedundantBlocks<'a> {
        self.blocks
    }
}

impl<'a> Iterator for RedundantBlocks<'a> {
    type Item = Block<'a>;

    fn next(&mut self) -> Option<Block<'a>> {
        let (header, headers) = self.headers.split_first()?;
        let (payload, data) = self.data.split_at_checked(data_length(header))?;
        (self.headers, self.data) = (headers, data);
        let payload_type = PayloadType::new(header[0] & 0x7f)?;
        let offset = u32::from(header[1]) << 6 | u32::from(header[2]) >> 2;
        Some(Block { payload_type, offset, payload })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.headers.len(), Some(self.headers.len()))
    }
}

impl ExactSizeIterator for RedundantBlocks<'_> {}

/// Another header follows this one.
const FOLLOWS: u8 = 0x80;

fn data_length(header: &[u8; 4]) -> usize {
    usize::from(u16::from_be_bytes([header[2], header[3]]) & 0x3ff)
}
