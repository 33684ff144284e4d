//! Files that play while they are read: by an ordinary thread, ahead of time, never whole in memory.
//!
//! A [`FileSource`] is a file that was looked into: its format, its rate and its first half second. Whatever plays it gets a
//! [`Reading`] of its own, which keeps a ring of ticks filled; all of an engine's stand in one [`Readers`].

mod decode;
#[cfg(feature = "opus")]
mod opus;
#[cfg(feature = "opus")]
mod packets;
mod reader;
mod reading;
mod source;
mod tape;
#[cfg(all(test, feature = "opus"))]
mod tests;
mod wav;

#[cfg(feature = "opus")]
pub(super) use packets::delimit;
pub(crate) use reader::Readers;
pub(crate) use reading::Reading;
pub use source::FileSource;
pub(super) use wav::read_mono;
