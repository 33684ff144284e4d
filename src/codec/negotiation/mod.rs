//! Offer and answer: which codec a session sends, which it receives, under which payload types.
//!
//! SDP's text is the signalling's; here stand the values of `a=rtpmap`, `a=fmtp`, `a=ptime` and
//! `a=maxptime` (RFC 8866) of one media section, and the rules of RFC 3264 for them. Control side.
//!
//! ```
//! use media_core::CodecSpec;
//! use media_core::codec::negotiation::{Capabilities, MediaFormats, Preference};
//! use media_core::types::{Millis, PayloadType};
//!
//! let dynamic = |value| PayloadType::new(value).expect("below 128");
//! let ours = Capabilities::new()
//!     .codec(CodecSpec::pcma())
//!     .codec(CodecSpec::pcmu())
//!     .telephone_event(dynamic(101), 8_000);
//! // m=audio 5004 RTP/AVP 0 8 96, a=rtpmap:96 telephone-event/8000, a=ptime:30
//! let offer = MediaFormats::new()
//!     .format(dynamic(0), "", "")
//!     .format(dynamic(8), "", "")
//!     .format(dynamic(96), "telephone-event/8000", "0-15")
//!     .ptime(Millis(30));
//! let (answer, agreed) = ours.answer(&offer, Preference::Theirs)?;
//! assert_eq!(agreed.send.name(), "PCMU");
//! assert_eq!(agreed.ptime, Millis(30));
//! assert_eq!(agreed.telephone_event.map(|e| e.send), Some(dynamic(96)));
//! assert_eq!(answer.formats[0].rtpmap, "PCMU/8000");
//! # Ok::<(), media_core::codec::negotiation::NegotiationError>(())
//! ```

mod agree;
mod auxiliary;
mod capabilities;
mod fmtp;
mod formats;
#[cfg(test)]
mod tests;

pub use agree::{Negotiated, NegotiationError, Preference};
pub use auxiliary::Auxiliary;
pub use capabilities::Capabilities;
pub use fmtp::FmtpFields;
pub use formats::{MediaFormat, MediaFormats};
