//! What carries the engine in real time: rings, reclaim, clock, threads. It knows no media.
//!
//! # What real-time-safe means here
//! A worker has to be done with its sessions before the next phase, 1.25 ms later, every time. So
//! everything that `Worker::tick` reaches obeys these rules:
//!
//! 1. **No allocation and no free.** Sessions arrive built and touched ([`prefault`]); what a worker
//!    lets go of is an [`Owned`] or [`Shared`], whose drop is one swap and one store. [`no_alloc`]
//!    holds every tick of our tests to it.
//! 2. **No lock, and no queue with more than one writer or reader.** A lock-free queue of many
//!    producers still makes its reader wait for a producer that was preempted half-way: a second,
//!    measured, when the reader is the one that preempted it. What crosses a thread is a [`ring`], a
//!    [`byte_ring`] or a [`seqlock`]. `clippy.toml` denies the rest.
//! 3. **No system call but the sleep** ([`Clock::sleep_until`]), no clock inside the graph, no
//!    logging, no printing.
//! 4. **No unbounded loop.** Every function says what bounds it. A full ring is a counted loss, never
//!    a wait.
//! 5. **No panic on any input.** Should a node panic all the same, [`fence`] keeps it to its session.
//!
//! Functions marked "Real-time:" keep the rules. The others belong to ordinary threads.
//!
//! `unsafe` code of the crate lives in this folder. Linux only: the clock, the locked memory and the
//! thread set-up are its system calls.

pub use byte_ring::{ByteConsumer, ByteProducer, byte_ring};
pub use clock::{Clock, Grid};
pub(crate) use doorbell::Doorbells;
pub use egress::{Egress, EgressPort};
pub use guard::{Panicked, fence, no_alloc, permit_alloc};
pub use histogram::{Histogram, HistogramWriter, histogram};
pub use histogram_snapshot::{Bucket, HistogramSnapshot};
pub use mark::Mark;
pub use memory::{LockDenied, lock, prefault};
pub(crate) use mirror::{MOST_COPIES, Mirror, MirrorEnd};
pub use packet_tap::{PacketTap, PacketTapReader, TappedPacket, packet_tap};
pub use prefetch::prefetch;
pub(crate) use prefetch::prefetch_start;
pub use push_error::PushError;
pub use reclaim::{Handle, Owned, Reaper, Shared, Unreclaimed};
pub use ring::{Consumer, Producer, ring};
pub use seqlock::{SeqReader, SeqWriter, seqlock};
pub use thread::{RealtimeDenied, ThreadConfig, ThreadReport};

mod affinity;
mod byte_ring;
mod clock;
mod doorbell;
mod egress;
mod guard;
mod histogram;
mod histogram_snapshot;
mod mark;
mod memory;
mod mirror;
mod packet_tap;
mod prefetch;
mod push_error;
mod reclaim;
mod record;
mod ring;
mod seqlock;
#[cfg(test)]
mod tests;
mod thread;
mod walk;

#[cfg(not(target_os = "linux"))]
compile_error!("media-core's real-time layer is written for Linux");
