//! An I/O thread of the host: moves datagrams between the network and the engine's rings, once a millisecond.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use media_core::{Control, EgressPort, IngressPort, SessionId};

use crate::rounds::Rounds;
use crate::wire::{Line, Wire};

/// A leg as its I/O thread knows it.
pub struct Leg {
    pub session: SessionId,
    pub ingress: IngressPort,
    pub line: Line,
}

/// A running I/O thread.
pub struct IoThread {
    entrance: Sender<Leg>,
    thread: JoinHandle<()>,
}

impl IoThread {
    /// Starts a thread without legs.
    pub fn start(
        index: usize,
        wire: impl Wire + Send + 'static,
        egress: EgressPort,
        control: Control,
        stop: Arc<AtomicBool>,
    ) -> io::Result<Self> {
        let (entrance, arrivals) = channel();
        let run = move || run(Rounds::new(&format!("load-io-{index}")), wire, egress, &control, &arrivals, &stop);
        let thread = thread::Builder::new().spawn(run)?;
        Ok(Self { entrance, thread })
    }

    /// Hands a leg over.
    pub fn add(&self, leg: Leg) {
        // The thread only ends when it is told to.
        self.entrance.send(leg).ok();
    }

    /// Waits for the thread's end.
    pub fn join(self) {
        self.thread.join().ok();
    }
}

fn run(
    mut rounds: Rounds,
    mut wire: impl Wire,
    mut egress: EgressPort,
    control: &Control,
    arrivals: &Receiver<Leg>,
    stop: &AtomicBool,
) {
    let (mut legs, mut by_session) = (Vec::new(), Vec::new());
    let mut boxes = wire.boxes();
    while !stop.load(Relaxed) {
        let (round, _) = rounds.wait();
        for mut leg in arrivals.try_iter() {
            let index = leg.session.index() as usize;
            by_session.resize(by_session.len().max(index + 1), usize::MAX);
            by_session[index] = legs.len();
            wire.adopt(legs.len(), &mut leg);
            legs.push(leg);
        }
        wire.receive(&mut boxes, &mut legs, round, control.now());
        egress.pull(usize::MAX, |session, datagram| {
            let leg = by_session.get(session.index() as usize).and_then(|at| legs.get(*at));
            if let Some(leg) = leg {
                wire.send(&mut boxes, leg, datagram);
            }
        });
        wire.flush(&mut boxes);
    }
}
