//! Telephone events (RFC 4733): digits and other signals as payloads of their own.
//!
//! `payload` reads and writes the four bytes of a report, `sender` turns digits into reports on a
//! stream's time line, `receiver` turns whatever arrives of them into one start and one end for each
//! event, `forward` passes the events of one stream on into another. `live` reports tones that were heard in the audio,
//! `once` tells them beside events, each digit once.

mod clock;
mod forward;
mod heard;
mod live;
mod once;
mod payload;
#[cfg(test)]
mod random_tests;
mod receiver;
mod sender;
#[cfg(test)]
mod tests;
mod tone;

pub use clock::EventClock;
pub use forward::EventForwarder;
pub use live::{LiveEvents, LiveReport};
pub use once::{ToneNotice, ToneNotices};
pub use payload::{EVENT_BYTES, EventPacket, EventReport, MAX_BLOCKS};
pub use receiver::{EventNotice, EventReceiver};
pub use sender::{EventSender, QUEUE, Turn};
pub use tone::{DigitSource, Digits, DigitsError, Tone};
