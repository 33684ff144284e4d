//! Pairs of media ports: RTP on the even one, RTCP on the next.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering::Relaxed};

/// The two sockets of a leg.
pub struct Sockets {
    /// For RTP.
    pub rtp: UdpSocket,
    /// For RTCP.
    pub rtcp: UdpSocket,
    /// Datagrams that came from the party.
    pub heard: Arc<AtomicU64>,
}

/// A range of ports, taken in turn, so that a port rests before it is used again.
pub struct Ports {
    address: IpAddr,
    first: u16,
    last: u16,
    next: AtomicU16,
}

impl Ports {
    /// The range from an even port on.
    pub fn new(address: IpAddr, (first, last): (u16, u16)) -> Self {
        Self { address, first, last, next: AtomicU16::new(first) }
    }

    /// The next pair that is free.
    pub fn take(&self) -> io::Result<(SocketAddr, Sockets)> {
        let pairs = usize::from((self.last - self.first).div_ceil(2));
        for _ in 0..pairs {
            let step = |port: u16| Some(if port + 3 > self.last { self.first } else { port + 2 });
            let port = self.next.fetch_update(Relaxed, Relaxed, step).unwrap_or(self.first);
            let bind = |port| UdpSocket::bind(SocketAddr::new(self.address, port));
            if let (Ok(rtp), Ok(rtcp)) = (bind(port), bind(port + 1)) {
                rtp.set_nonblocking(true)?;
                rtcp.set_nonblocking(true)?;
                return Ok((SocketAddr::new(self.address, port), Sockets { rtp, rtcp, heard: Arc::default() }));
            }
        }
        Err(io::Error::new(io::ErrorKind::AddrInUse, "all media ports are in use"))
    }
}
