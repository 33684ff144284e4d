//! Codecs: allocation-free, on buffers of the caller. They know nothing of threads, graphs or RTP.

pub mod audio;
mod description;
mod encoded;
mod error;
mod mono;
pub mod negotiation;
mod registry;
mod spec;
#[cfg(test)]
mod tests;
mod traits;
mod video;

pub use description::{AudioCodec, AudioFormat, ByteTable, CodecCost, CodecDelay, FmtpError, RtpmapError};
pub use encoded::{Encoded, EncoderParam};
pub use error::{DecodeError, EncodeError};
pub use registry::{CodecKind, FormatError};
pub use spec::{CodecParams, CodecSpec};
pub use traits::{AudioDecoder, AudioEncoder, MAX_PACKET_MS, Recovered};
pub use video::{VideoCodec, VideoRtpmapError, common_video};
