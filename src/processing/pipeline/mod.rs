//! What is done with a leg's voice: which blocks a spec needs, in which order, how late they make it and what they cost.
//!
//! ```text
//!         ┌─ digits, signals (as it came)
//! frame ──┴─► high-pass ─► echo ─┬─► noise ─► equalizer ─► compressor ─► gain ─► line ─► far party
//!                                └─ voice activity ─────────────────────── ┘ (speech alone moves the gain)
//! ```
//!
//! Echo goes first, while it is still what the far signal makes of it; voice activity is judged without it; noise goes before
//! the gain, which would raise it. The line delays what leaves by 30 ms, all blocks together, where digits are kept from the
//! far party: so long may a tone have sounded before it is suspected.

mod blocks;
mod cost;
mod frame;
mod line;
mod listeners;
mod processor;
mod spec;
mod stage;
mod stats;
#[cfg(test)]
mod tests;

pub use frame::{VoiceFrame, VoiceInput};
pub use processor::VoiceProcessor;
pub use spec::{DigitPolicy, DigitsToFar, ProcessingSpec};
pub use stats::VoiceStats;
