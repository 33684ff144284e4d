//! A datagram that found no room.

use thiserror::Error;

/// Why a datagram did not enter the ring. It was counted, and the ring is as before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PushError {
    /// The reader is behind; later datagrams may fit.
    #[error("ring full: no room for a datagram of {0} bytes")]
    Full(usize),
    /// A datagram of this size never fits.
    #[error("datagram of {got} bytes, the ring takes at most {limit}")]
    TooLarge {
        /// Bytes of the datagram.
        got: usize,
        /// A quarter of the ring.
        limit: usize,
    },
}
