//! Who talks: levels, activity, and who is heard where not all can be.
//!
//! - [`Activity`] finds speech by its energy, over a floor that it follows, or takes a detector's probability; it is the
//!   gate of one member as well.
//! - [`Talkers`] keeps the loudest K, with hysteresis, names the dominant one, and holds a [`Floor`]. It decides between two
//!   ticks from the levels of all, in the order of their keys, so every worker of a room comes to the same answer.
//! - [`Lookback`] lets a new talker begin with what he said before he was admitted: no first syllable is cut. He is
//!   late by as much until his first pause, where the delay is taken back.
//! - [`Choice`] is all of that for a room on several workers, with a choice for each zone; [`Voice`] is a member's side of it.
//! - [`Loudness`] brings members towards a common level.

mod activity;
mod choice;
mod floor;
mod lookback;
mod loudness;
mod selection;
#[cfg(test)]
mod tests;
mod told;
mod voice;

pub use activity::{Activity, Dbov, Edge};
pub use choice::{Choice, Rules};
pub use floor::Floor;
pub use lookback::Lookback;
pub use loudness::Loudness;
pub use selection::{Candidate, TalkEvent, Talkers, TalkersConfig};
pub use told::{Spoken, Told};
pub use voice::{Place, Said, Voice, VoiceConfig};
