//! Sockets of media: which of many have something.

use std::io;
use std::net::UdpSocket;
use std::os::fd::AsFd;
use std::time::Duration;

use nix::poll::{PollFd, PollFlags, ppoll};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

/// Tells which of many sockets have datagrams. A socket with several is told again: at a packet every 10 ms or more it seldom has, so
/// that one system call a datagram is the least there can be.
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
        Ok(self.epoll.add(socket, EpollEvent::new(EpollFlags::EPOLLIN, number))?)
    }

    /// The numbers of the sockets where something has arrived, after so long at most.
    pub fn wait(&mut self, most: Duration) -> impl Iterator<Item = u64> + '_ {
        let mut count = self.look();
        if count == 0 {
            // epoll itself waits for whole milliseconds, in which what the engine sends would wait as well.
            let set = PollFd::new(self.epoll.0.as_fd(), PollFlags::POLLIN);
            let _ = ppoll(&mut [set], Some(most.into()), None);
            count = self.look();
        }
        self.events[..count].iter().map(EpollEvent::data)
    }

    fn look(&mut self) -> usize {
        self.epoll.wait(&mut self.events, EpollTimeout::ZERO).unwrap_or(0)
    }
}
