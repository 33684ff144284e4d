//! The load: a thread of phones, with a few deep sockets of its own.

use std::io;
use std::net::{SocketAddrV4, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use crate::phone::{Phone, Phones, Totals};
use crate::rounds::Rounds;
use crate::sockets::{self, BATCH, Inbox, Outbox};

/// Sockets of a thread: each holds what arrives while the thread does not run.
const SOCKETS: usize = 8;

/// A running thread of phones.
pub struct Generator {
    /// By socket.
    addresses: Vec<SocketAddrV4>,
    entrance: Sender<Phone>,
    added: usize,
    thread: JoinHandle<()>,
}

impl Generator {
    /// Starts a thread without phones.
    pub fn start(index: usize, phones: Phones, totals: Arc<Totals>, stop: Arc<AtomicBool>) -> io::Result<Self> {
        let sockets = (0..SOCKETS).map(|_| sockets::deep_socket()).collect::<io::Result<Vec<_>>>()?;
        let addresses = sockets.iter().map(sockets::address).collect::<io::Result<_>>()?;
        let (entrance, arrivals) = channel();
        let rounds = move || Rounds::new(&format!("load-phone-{index}"));
        let run = move || run(rounds(), phones, &sockets, &arrivals, &totals, &stop);
        let thread = thread::Builder::new().spawn(run)?;
        Ok(Self { addresses, entrance, added: 0, thread })
    }

    /// The address that the next phone will have.
    pub fn next_address(&self) -> SocketAddrV4 {
        self.addresses[self.added % SOCKETS]
    }

    /// Adds a phone.
    pub fn add(&mut self, phone: Phone) {
        self.added += 1;
        // The thread only ends when it is told to.
        self.entrance.send(phone).ok();
    }

    /// Waits for the thread's end.
    pub fn join(self) {
        self.thread.join().ok();
    }
}

fn run(
    mut rounds: Rounds,
    mut phones: Phones,
    sockets: &[UdpSocket],
    arrivals: &Receiver<Phone>,
    totals: &Totals,
    stop: &AtomicBool,
) {
    let mut inbox = Inbox::new();
    let mut outboxes: Vec<Outbox> = sockets.iter().map(|_| Outbox::new()).collect();
    while !stop.load(Relaxed) {
        let (round, left_out) = rounds.wait();
        totals.left_out.fetch_add(left_out, Relaxed);
        arrivals.try_iter().for_each(|phone| phones.add(phone));
        phones.speak(round, |at, to, write| {
            let socket = at % SOCKETS;
            outboxes[socket].push(&sockets[socket], to, write);
        });
        for (outbox, socket) in outboxes.iter_mut().zip(sockets) {
            outbox.flush(socket);
        }
        for socket in sockets {
            while inbox.receive(socket, BATCH, |datagram| phones.hear(datagram)) == BATCH {}
        }
    }
}
