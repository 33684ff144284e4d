//! What carries the engine in real time: rings, reclaim, clock, threads. It knows no media.

pub use byte_ring::{ByteConsumer, ByteProducer, PushError, byte_ring};
pub use egress::{Egress, EgressPort};
pub use reclaim::{Handle, Owned, Reaper, Shared, Unreclaimed};
pub use ring::{Consumer, Producer, ring};
pub use seqlock::{SeqReader, SeqWriter, seqlock};

mod byte_ring;
mod egress;
mod reclaim;
mod record;
mod ring;
mod seqlock;
#[cfg(test)]
mod tests;
