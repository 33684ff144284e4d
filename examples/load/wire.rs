//! The ways between an I/O thread and the phones.
//!
//! ```text
//! Own     a connected socket per leg; epoll tells which have datagrams. What SIP asks for.
//! Shared  one socket per I/O thread; legs are told apart by SSRC. What WebRTC's bundling allows.
//! Direct  no socket: the thread plays the phones itself, for the engine's own limit.
//! ```

use std::io;
use std::net::{SocketAddrV4, UdpSocket};

use media_core::Micros;
use media_core::rtp::RtpPacket;

use crate::io::Leg;
use crate::phone::{FIRST_SSRC, Phone, Phones};
use crate::sockets::{self, BATCH, Inbox, Outbox, Ready};

/// A leg's way to its phone.
pub enum Line {
    /// Its own socket, connected to the phone.
    Own(UdpSocket),
    /// The phone's address.
    Shared(SocketAddrV4),
    /// The phone itself, until the thread takes it.
    Direct(Option<Phone>),
}

/// Buffers of system calls; they stay on their thread.
pub struct Boxes {
    inbox: Inbox,
    outbox: Outbox,
}

/// Moves an I/O thread's datagrams.
pub trait Wire {
    /// Buffers for the thread.
    fn boxes(&self) -> Boxes {
        Boxes { inbox: Inbox::new(), outbox: Outbox::new() }
    }

    /// Takes in a new leg, the `at`th of the thread.
    fn adopt(&mut self, at: usize, leg: &mut Leg);

    /// Pushes what has arrived into the legs' rings.
    fn receive(&mut self, boxes: &mut Boxes, legs: &mut [Leg], round: u64, now: Micros);

    /// Sends a leg's datagram, now or with the next `flush`.
    fn send(&mut self, boxes: &mut Boxes, leg: &Leg, datagram: &[u8]);

    /// Sends what waits.
    fn flush(&mut self, _boxes: &mut Boxes) {}
}

/// A socket per leg.
pub struct Own(Ready);

/// Datagrams asked for at a socket that has some: one more than one says that there are no more.
const FEW: usize = 4;

impl Own {
    /// No sockets yet.
    pub fn new() -> io::Result<Self> {
        Ok(Self(Ready::new()?))
    }
}

impl Wire for Own {
    fn adopt(&mut self, at: usize, leg: &mut Leg) {
        if let Line::Own(socket) = &leg.line {
            // A socket that is not watched is silent, which the phones count.
            self.0.watch(socket, at).ok();
        }
    }

    fn receive(&mut self, boxes: &mut Boxes, legs: &mut [Leg], _: u64, now: Micros) {
        self.0.poll(|at| {
            let Some(Leg { line: Line::Own(socket), ingress, .. }) = legs.get_mut(at) else { return };
            // A full ring is the engine's to count.
            let mut push = |datagram: &[u8]| {
                let _ = ingress.push(datagram, now);
            };
            while boxes.inbox.receive(socket, FEW, &mut push) == FEW {}
        });
    }

    fn send(&mut self, _: &mut Boxes, leg: &Leg, datagram: &[u8]) {
        if let Line::Own(socket) = &leg.line {
            // A refused datagram is one lost on the way.
            socket.send(datagram).ok();
        }
    }
}

/// One socket for all legs of a thread.
pub struct Shared {
    socket: UdpSocket,
    /// The thread has every `stride`th leg.
    stride: usize,
}

impl Shared {
    /// With its socket.
    pub fn new(stride: usize) -> io::Result<Self> {
        Ok(Self { socket: sockets::deep_socket()?, stride })
    }

    /// Where its legs receive.
    pub fn address(&self) -> io::Result<SocketAddrV4> {
        sockets::address(&self.socket)
    }
}

impl Wire for Shared {
    fn adopt(&mut self, _: usize, _: &mut Leg) {}

    fn receive(&mut self, boxes: &mut Boxes, legs: &mut [Leg], _: u64, now: Micros) {
        let mut push = |datagram: &[u8]| {
            let Ok(packet) = RtpPacket::parse(datagram) else { return };
            let number = packet.header.ssrc.0.wrapping_sub(FIRST_SSRC) as usize;
            if let Some(leg) = legs.get_mut(number / self.stride) {
                leg.ingress.push(datagram, now).ok();
            }
        };
        while boxes.inbox.receive(&self.socket, BATCH, &mut push) == BATCH {}
    }

    fn send(&mut self, boxes: &mut Boxes, leg: &Leg, datagram: &[u8]) {
        let Line::Shared(phone) = leg.line else { return };
        boxes.outbox.push(&self.socket, phone, |out| {
            out[..datagram.len()].copy_from_slice(datagram);
            datagram.len()
        });
    }

    fn flush(&mut self, boxes: &mut Boxes) {
        boxes.outbox.flush(&self.socket);
    }
}

/// No sockets.
pub struct Direct(pub Phones);

impl Wire for Direct {
    fn adopt(&mut self, _: usize, leg: &mut Leg) {
        if let Line::Direct(phone) = &mut leg.line
            && let Some(phone) = phone.take()
        {
            self.0.add(phone);
        }
    }

    fn receive(&mut self, _: &mut Boxes, legs: &mut [Leg], round: u64, now: Micros) {
        let mut datagram = [0; 1_500];
        self.0.speak(round, |at, _, write| {
            let length = write(&mut datagram);
            legs[at].ingress.push(&datagram[..length], now).ok();
        });
    }

    fn send(&mut self, _: &mut Boxes, _: &Leg, datagram: &[u8]) {
        self.0.hear(datagram);
    }
}
