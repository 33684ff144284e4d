//! RTCP (RFC 3550 §6, RFC 3611): what the two ends of a stream tell each other about it.
//!
//! `read` takes a compound packet apart without allocating, `Link` keeps what one session has to remember between two of
//! them, `write` makes one. The wire is the crate rtcp-types'; what it lacks, the VoIP metrics block, is `voip`. For the
//! control side: nothing of it runs on a worker.

mod link;
mod ntp;
mod read;
#[cfg(test)]
mod tests;
mod voip;
mod write;

pub use link::{Link, RemoteReport};
pub use ntp::{NtpTime, to_duration};
pub use read::{Block, Item, RtcpError, Unread, read};
pub use voip::VoipBlock;
pub use write::{Report, SentStream, write};
