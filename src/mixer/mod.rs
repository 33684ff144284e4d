//! Rooms: everybody hears everybody else, exactly, at a cost of members and exceptions alone.
//!
//! A [`Room`] is one worker's share of a conference. Each tick its members say a frame and hear the mix of the tick before;
//! between two ticks the room turns. It knows no thread and no graph; everything but construction is real-time.
//!
//! - The sums are integers (Q8.23), so `sum − own` is exact in any order, and [`Partial`] sums of several workers add up to the same bits.
//! - A [`Limiter`] per mix keeps full scale, and passes untouched what stays within it.
//! - In a stereo room there are three sums: mono, left and right; a voice has a place between the two.
//! - [`Change`]s are the matrix: gains, mutes, places, zones, and exceptions for pairs. [`presets`] make lists of them.
//! - [`talkers`] decide who is heard where not all can be, [`groups`] who shares an encoder.
//!
//! ```
//! use media_core::SampleRate;
//! use media_core::mixer::{MemberSpec, Room, RoomConfig};
//!
//! let mut room = Room::new(&RoomConfig::new(&[SampleRate::HZ_8000], 10))?;
//! let prepared = [(); 2].map(|()| room.prepare(MemberSpec::new(SampleRate::HZ_8000)));
//! let [alice, bob] = prepared.map(|member| room.join(member.expect("of the room's rate")).expect("there is room"));
//! let mut heard = [0.0; 80];
//! for tick in 0..3 {
//!     room.turn();
//!     room.say(alice, &[0.5; 80]);
//!     room.hear(bob, &mut heard);
//! }
//! assert_eq!(heard, [0.5; 80]);
//! # Ok::<(), media_core::mixer::RoomError>(())
//! ```

mod bus;
mod change;
mod config;
pub mod groups;
mod hear;
mod limiter;
mod member;
mod memory;
mod mix;
mod pairs;
mod pan;
mod partial;
pub mod presets;
mod room;
mod said;
mod say;
mod table;
pub mod talkers;
#[cfg(test)]
mod tests;
mod words;
mod zone;

pub use change::{Change, ChangeError};
pub use config::{RoomConfig, RoomError};
pub use hear::{Heard, Mix};
pub use limiter::Limiter;
pub use member::{Channels, Member, MemberSpec};
pub use partial::Partial;
pub use room::Room;
pub use table::MemberId;
pub use zone::MAX_RATES;
