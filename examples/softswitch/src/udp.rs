//! Sockets of media: which of many have something, and many datagrams in one system call.

use std::io::{self, IoSliceMut};
use std::net::{SocketAddr, SocketAddrV4, UdpSocket};
use std::os::fd::AsRawFd;

use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::socket::{MsgFlags, MultiHeaders, SockaddrIn, recvmmsg};

/// Datagrams that one system call brings at most.
const BATCH: usize = 16;
/// Bytes of the longest one that is taken whole.
const LONGEST: usize = 1_536;

/// Receives datagrams in batches.
pub struct Inbox {
    bytes: Vec<u8>,
    headers: MultiHeaders<SockaddrIn>,
}

impl Inbox {
    /// Room for one batch.
    pub fn new() -> Self {
        Self { bytes: vec![0; BATCH * LONGEST], headers: MultiHeaders::preallocate(BATCH, None) }
    }

    /// Passes what waits at a socket to `each`, with where it came from; returns whether more may be there.
    pub fn receive(&mut self, socket: &UdpSocket, mut each: impl FnMut(SocketAddr, &[u8])) -> bool {
        let mut slices: Vec<[IoSliceMut<'_>; 1]> =
            self.bytes.chunks_exact_mut(LONGEST).map(|slot| [IoSliceMut::new(slot)]).collect();
        let flags = MsgFlags::MSG_DONTWAIT;
        let Ok(results) = recvmmsg(socket.as_raw_fd(), &mut self.headers, &mut slices, flags, None) else {
            return false;
        };
        let mut got = 0;
        for message in results {
            got += 1;
            if let (Some(from), Some(bytes)) = (message.address, message.iovs().next()) {
                let from = SocketAddrV4::new(from.ip(), from.port());
                each(SocketAddr::V4(from), bytes);
            }
        }
        got == BATCH
    }
}

/// Tells which of many sockets have datagrams (edge-triggered epoll).
pub struct Ready {
    epoll: Epoll,
    events: Vec<EpollEvent>,
}

impl Ready {
    /// Watches nothing yet.
    pub fn new() -> io::Result<Self> {
        Ok(Self { epoll: Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?, events: vec![EpollEvent::empty(); 1_024] })
    }

    /// Watches a socket under a number. It is forgotten when it is closed.
    pub fn watch(&self, socket: &UdpSocket, number: u64) -> io::Result<()> {
        let event = EpollEvent::new(EpollFlags::EPOLLIN | EpollFlags::EPOLLET, number);
        Ok(self.epoll.add(socket, event)?)
    }

    /// The numbers of the sockets where something has arrived, after a millisecond at most.
    pub fn wait(&mut self) -> impl Iterator<Item = u64> + '_ {
        let count = self.epoll.wait(&mut self.events, EpollTimeout::from(1u8)).unwrap_or(0);
        self.events[..count].iter().map(EpollEvent::data)
    }
}
