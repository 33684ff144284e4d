//! What the reader of a file hands to the node that plays it, and what the node asks of the reader.

use crate::graph::ReadFailure;
use crate::rt::{Consumer, Producer, ring};

/// Samples of a tick at the largest rate.
const MOST_SAMPLES: usize = 480;

/// What follows a portion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    More,
    /// Nothing: it was played as often as asked for.
    End,
    /// Nothing: no more could be read.
    Failure(ReadFailure),
}

/// A tick of a file; the last one may be shorter.
#[derive(Debug)]
pub(crate) struct Portion {
    /// The order that it follows.
    pub generation: u32,
    /// Place of the first sample in the file, in samples at the player's rate.
    pub place: u64,
    /// Where in it the file begins again.
    pub wrap: Option<u16>,
    pub after: After,
    pub length: u16,
    pub samples: [f32; MOST_SAMPLES],
}

/// To go on elsewhere in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    /// What is read from then on has this number.
    pub generation: u32,
    /// In samples at the player's rate.
    pub place: u64,
    /// How often it is played from then on, 0 for ever.
    pub times: u32,
}

/// What the node holds.
#[derive(Debug)]
pub(crate) struct PlayEnd {
    pub portions: Consumer<Portion>,
    pub orders: Producer<Order>,
}

/// What the reader holds.
#[derive(Debug)]
pub(crate) struct ReadEnd {
    pub portions: Producer<Portion>,
    pub orders: Consumer<Order>,
}

/// The way from a reader to a node, with room for `ticks`. Allocates.
pub(crate) fn play_ring(ticks: usize) -> (ReadEnd, PlayEnd) {
    let ((to_node, portions), (orders, from_node)) = (ring(ticks), ring(ORDERS));
    (ReadEnd { portions: to_node, orders: from_node }, PlayEnd { portions, orders })
}

/// Orders under way; one that finds no place is kept by the node.
const ORDERS: usize = 8;
