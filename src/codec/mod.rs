//! Codecs: allocation-free, on buffers of the caller. They know nothing of threads, graphs or RTP.

pub mod audio;
mod registry;
mod spec;
mod traits;

pub use registry::{CodecKind, RtpmapError};
pub use spec::CodecSpec;
pub use traits::{AudioDecoder, AudioEncoder, DecodeError, EncodeError, MAX_PACKET_MS};
