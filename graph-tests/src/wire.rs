//! What one call is sent goes over a network into another call.

use crate::{Network, Scene};

/// A wire from one call of a scene to another.
pub struct Wire {
    from: usize,
    to: usize,
    network: Network,
    taken: usize,
}

impl Wire {
    /// What `from` is sent arrives at `to`.
    pub fn new(from: usize, to: usize, network: Network) -> Self {
        Self { from, to, network, taken: 0 }
    }

    /// Leaves out what was sent so far.
    pub fn skip(&mut self, scene: &Scene) {
        self.taken = scene.calls[self.from].sent.len();
    }

    /// Runs the scene for `ticks` ticks.
    pub fn run(&mut self, scene: &mut Scene, ticks: u64) {
        for _ in 0..ticks {
            scene.tick();
            self.carry(scene);
        }
    }

    /// Takes what was sent in the last tick, and gives what has arrived by now.
    pub fn carry(&mut self, scene: &mut Scene) {
        let now = scene.next_tick() * 10_000;
        for packet in &scene.calls[self.from].sent[self.taken..] {
            self.network.send(now, packet.datagram.clone());
        }
        self.taken = scene.calls[self.from].sent.len();
        while let Some((arrival, datagram)) = self.network.arrive(now) {
            // A session that has gone takes nothing.
            let _ = scene.calls[self.to].ingress.push(&datagram, media_core::Micros(arrival));
        }
    }
}
