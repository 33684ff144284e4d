//! From where a session's datagrams are taken.

use std::net::SocketAddr;

/// From where datagrams are taken, and thereby where answers go.
///
/// A media port is open to the world: whoever guesses it can inject audio, and with a policy that
/// learns too easily also receive the call (RTP bleed). So the default follows a NAT's port, not its address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SourcePolicy {
    /// Only from the address and port that signalling stated.
    Exact,
    /// From the stated address; the port is that of the first datagram, which is also where answers go
    /// (symmetric RTP, RFC 4961). The default.
    #[default]
    SameHost,
    /// From wherever the first datagram comes, and from there alone afterwards: for phones behind a NAT that state an
    /// address of their own network. Whoever is first is heard until signalling redirects the session.
    Learn,
}

impl SourcePolicy {
    /// Whether a first datagram may come `from` there, where signalling stated `stated`.
    pub(super) fn admits(self, stated: SocketAddr, from: SocketAddr) -> bool {
        match self {
            Self::Exact => from == stated,
            Self::SameHost => from.ip() == stated.ip(),
            Self::Learn => true,
        }
    }
}
