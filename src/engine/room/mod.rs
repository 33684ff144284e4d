//! Rooms: many sessions that hear each other, over any number of workers.
//!
//! Each worker has a part of every room. A member's frame of tick *t* goes onto the part's bus; when the tick has
//! run, workers that share a room exchange what their parts have summed up, and at *t* + 1 every member hears the
//! whole sum without its own frame. Sums are of integers, so what a member hears does not depend on the order of
//! members, on phases, or on which worker runs whom.

mod entry;
mod floor;
mod hall;
mod info;
mod part;
mod prefetch;
mod shape;
mod spec;
mod stats;
mod stock;
mod talk;
mod tenant;

pub(crate) use entry::{RoomEntry, Rooms};
pub use floor::RoomFloor;
pub(crate) use hall::Hall;
pub use info::{MemberInfo, RoomInfo};
pub(crate) use part::{Part, parts, ring_bytes};
pub use shape::RoomChange;
pub(crate) use shape::Shape;
pub use spec::RoomSpec;
pub(crate) use stats::PART_WORDS;
pub use stats::RoomStats;
pub(crate) use stock::Stock;
