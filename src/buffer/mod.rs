//! From received packets to the next 10 ms of audio: the jitter buffer of one leg.
//!
//! ```text
//! insert ─► stream ─► packet_buffer ─┐                    ┌─► fifo ─► 10 ms
//!              └────► delay ─────────┴─► decision ─► decode, conceal or stretch
//! ```
//! Packets wait encoded, in order. Once per tick one decision says what becomes audio next. Nothing
//! here knows a clock: arrival times come with the packets, the playout time is the nominal tick.

mod account;
mod announced;
mod at_rate;
mod clocks;
mod config;
mod decision;
mod delay;
mod drift;
mod entry;
mod fifo;
mod forget;
mod levels;
mod packet_buffer;
mod playout;
mod price;
mod repair_worth;
pub(crate) mod sequence;
mod stream;

#[cfg(test)]
mod tests;

pub use account::Account;
pub use at_rate::AtRate;
pub use clocks::Clocks;
pub use config::{JitterConfig, JitterConfigError};
pub use delay::DelayEstimator;
pub use drift::DriftEstimator;
pub use playout::{Arrival, Inserted, Missing, Pause, Placed, Playout, Repetition};
pub use sequence::{restart16, restart32, unwrap16, unwrap32};

use decision::{Decision, Follows, Head, Situation, decide};
use entry::{Entry, Held};
use packet_buffer::{PacketBuffer, Stored};
