//! UDP many datagrams at a time, and which of many sockets have some: system calls that std lacks.
#![allow(unsafe_code)]

use std::io;
use std::net::{Ipv4Addr, SocketAddrV4, UdpSocket};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::{mem, ptr};

/// Datagrams that one system call moves at most.
pub const BATCH: usize = 64;
/// Bytes kept for each.
const SLOT: usize = 1_536;
/// Receive buffer of a socket that serves many legs: the kernel counts about 1 KiB for a short datagram.
const RECEIVE_BYTES: libc::c_int = 8 << 20;

/// A socket on loopback that does not block.
pub fn socket() -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// As [`socket`], with a receive buffer for many legs: as large as the system allows.
pub fn deep_socket() -> io::Result<UdpSocket> {
    let socket = socket()?;
    // The first is above the limit of ordinary users and for root alone, the second is cut to that limit.
    for option in [libc::SO_RCVBUF, libc::SO_RCVBUFFORCE] {
        let (value, size) = (ptr::from_ref(&RECEIVE_BYTES).cast(), size_of::<libc::c_int>() as libc::socklen_t);
        // SAFETY: `value` points to an int that outlives the call.
        unsafe { libc::setsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, option, value, size) };
    }
    Ok(socket)
}

/// The address of a socket made here.
pub fn address(socket: &UdpSocket) -> io::Result<SocketAddrV4> {
    Ok(SocketAddrV4::new(Ipv4Addr::LOCALHOST, socket.local_addr()?.port()))
}

/// Lets the process open as many files as the system allows, and says how many.
pub fn raise_file_limit() -> usize {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is a valid place.
    unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) };
    limit.rlim_cur = limit.rlim_max;
    // SAFETY: `limit` is a valid value; a refusal leaves the limit as it was.
    unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) };
    // SAFETY: as the first call.
    unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) };
    usize::try_from(limit.rlim_cur).unwrap_or(usize::MAX)
}

/// Receives datagrams in batches.
pub struct Inbox {
    bytes: Vec<u8>,
    headers: Vec<libc::mmsghdr>,
    /// What the headers point to.
    _slices: Vec<libc::iovec>,
}

impl Inbox {
    /// Room for one batch.
    pub fn new() -> Self {
        let (bytes, slices, headers) = batch();
        Self { bytes, headers, _slices: slices }
    }

    /// Passes up to `most` datagrams, no more than a batch, to `each`; returns how many there were.
    pub fn receive(&mut self, socket: &UdpSocket, most: usize, mut each: impl FnMut(&[u8])) -> usize {
        let most = most.min(BATCH) as libc::c_uint;
        let (headers, flags) = (self.headers.as_mut_ptr(), libc::MSG_DONTWAIT);
        // SAFETY: there are BATCH headers, each points to a slice of `bytes`; the heap blocks of both never move.
        let got = unsafe { libc::recvmmsg(socket.as_raw_fd(), headers, most, flags, ptr::null_mut()) };
        let got = usize::try_from(got).unwrap_or(0);
        for (slot, header) in self.bytes.chunks_exact(SLOT).zip(&self.headers).take(got) {
            each(&slot[..(header.msg_len as usize).min(SLOT)]);
        }
        got
    }
}

/// Sends datagrams to different addresses in batches.
pub struct Outbox {
    bytes: Vec<u8>,
    headers: Vec<libc::mmsghdr>,
    slices: Vec<libc::iovec>,
    names: Vec<libc::sockaddr_in>,
    filled: usize,
}

impl Outbox {
    /// Room for one batch.
    pub fn new() -> Self {
        let (bytes, slices, mut headers) = batch();
        // SAFETY: an all-zero address is a valid value.
        let mut names = vec![unsafe { mem::zeroed::<libc::sockaddr_in>() }; BATCH];
        for (header, name) in headers.iter_mut().zip(&mut names) {
            header.msg_hdr.msg_name = ptr::from_mut(name).cast();
            header.msg_hdr.msg_namelen = size_of::<libc::sockaddr_in>() as libc::socklen_t;
        }
        Self { bytes, headers, slices, names, filled: 0 }
    }

    /// Adds a datagram for `to`; `write` fills it and says its length. A full batch is sent at once.
    pub fn push(&mut self, socket: &UdpSocket, to: SocketAddrV4, write: impl FnOnce(&mut [u8]) -> usize) {
        let at = self.filled;
        self.slices[at].iov_len = write(&mut self.bytes[at * SLOT..(at + 1) * SLOT]).min(SLOT);
        let name = &mut self.names[at];
        name.sin_family = libc::AF_INET as libc::sa_family_t;
        name.sin_port = to.port().to_be();
        name.sin_addr.s_addr = u32::from(*to.ip()).to_be();
        self.filled += 1;
        if self.filled == BATCH {
            self.flush(socket);
        }
    }

    /// Sends what was added. What the system does not take is lost, as on any network.
    pub fn flush(&mut self, socket: &UdpSocket) {
        let mut from = 0;
        while from < self.filled {
            let (headers, count) = (self.headers[from..].as_mut_ptr(), (self.filled - from) as libc::c_uint);
            // SAFETY: `count` headers follow, each with a slice and a name that live as long as the box.
            let sent = unsafe { libc::sendmmsg(socket.as_raw_fd(), headers, count, libc::MSG_DONTWAIT) };
            // The first one failed: the others have their turn.
            from += usize::try_from(sent).unwrap_or(1).max(1);
        }
        self.filled = 0;
    }
}

fn batch() -> (Vec<u8>, Vec<libc::iovec>, Vec<libc::mmsghdr>) {
    let mut bytes = vec![0u8; BATCH * SLOT];
    let mut slices: Vec<libc::iovec> = bytes
        .chunks_exact_mut(SLOT)
        .map(|slot| libc::iovec { iov_base: slot.as_mut_ptr().cast(), iov_len: SLOT })
        .collect();
    let headers = slices.iter_mut().map(|slice| {
        // SAFETY: an all-zero header is a valid value: no name, no slices, no control data.
        let mut header: libc::mmsghdr = unsafe { mem::zeroed() };
        (header.msg_hdr.msg_iov, header.msg_hdr.msg_iovlen) = (slice, 1);
        header
    });
    let headers = headers.collect();
    (bytes, slices, headers)
}

/// Tells which of many sockets have datagrams, each time that some arrive (edge-triggered epoll).
pub struct Ready {
    queue: OwnedFd,
    events: Vec<libc::epoll_event>,
}

impl Ready {
    /// Watches nothing yet.
    pub fn new() -> io::Result<Self> {
        // SAFETY: takes flags only.
        let fd = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: `fd` was just made and nobody else has it.
        let queue = unsafe { OwnedFd::from_raw_fd(fd) };
        Ok(Self { queue, events: vec![libc::epoll_event { events: 0, u64: 0 }; 1_024] })
    }

    /// Watches a socket under a number. It is forgotten when it is closed.
    pub fn watch(&self, socket: &UdpSocket, number: usize) -> io::Result<()> {
        let mut event = libc::epoll_event { events: (libc::EPOLLIN | libc::EPOLLET) as u32, u64: number as u64 };
        // SAFETY: `event` outlives the call.
        let failed =
            unsafe { libc::epoll_ctl(self.queue.as_raw_fd(), libc::EPOLL_CTL_ADD, socket.as_raw_fd(), &mut event) };
        if failed == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
    }

    /// The numbers of the sockets where something has arrived since the last time; does not wait.
    pub fn poll(&mut self, mut each: impl FnMut(usize)) {
        loop {
            let room = self.events.len();
            let (queue, events) = (self.queue.as_raw_fd(), self.events.as_mut_ptr());
            // SAFETY: `events` has `room` places.
            let got = unsafe { libc::epoll_wait(queue, events, room as libc::c_int, 0) };
            let got = usize::try_from(got).unwrap_or(0);
            self.events.iter().take(got).for_each(|event| each(event.u64 as usize));
            if got < room {
                return;
            }
        }
    }
}
