//! Codecs: allocation-free, on buffers of the caller. They know nothing of threads, graphs or RTP.

mod traits;

pub use traits::{AudioDecoder, AudioEncoder, DecodeError, EncodeError, MAX_PACKET_MS};
