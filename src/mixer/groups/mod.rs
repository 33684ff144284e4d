//! Encode groups: who hears the same gets the same bytes, from one encoder.
//!
//! A [`Group`] is one mix in one codec with one packet time and phase ([`GroupKey`]); a [`Listener`] is in it as long as he hears
//! that mix. When his mix parts, he *forks*: his own encoder takes over the group's state as it was before this packet,
//! so his packets are those of an encoder that was his from the start. When he hears the mix of all again he *rejoins*:
//! at once if nobody else keeps the group's encoder going (it takes over his state), or when both have made the same
//! bytes, or been in the same state, for a while. After a hang-over his encoder leans towards the group's, if its codec has a
//! way ([`AudioEncoder::approach`](crate::codec::AudioEncoder::approach)); other codecs let him in at the first packet of a talk
//! spurt, which the group encodes without prediction if they can.

mod bond;
mod door;
mod group;
mod key;
mod listener;
mod set;
#[cfg(test)]
mod tests;

pub(crate) use bond::{Bond, HANG_OVER};
pub use group::{Counters, Group};
pub use key::GroupKey;
pub use listener::{Listener, Packet};
pub(crate) use set::Lent;
pub use set::{GroupId, Groups};
