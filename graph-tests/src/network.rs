//! What a network does to a stream of datagrams: delay, jitter, loss, repetition. Seeded.

use std::collections::BTreeMap;

use crate::Random;

/// A path through a network, with the datagrams that are on it.
#[derive(Clone, Debug)]
pub struct Network {
    random: Random,
    delay_us: u64,
    jitter_us: u64,
    loss_per_mille: u64,
    repeat_per_mille: u64,
    sent: u64,
    /// By time of arrival and order of sending.
    on_the_way: BTreeMap<(u64, u64), Vec<u8>>,
}

impl Network {
    /// 20 ms, always.
    pub fn clean() -> Self {
        Self::new(0, 0, 0, 0)
    }

    /// 20 ms and up to 60 ms more, in any order; 5 % lost, 2 % twice.
    pub fn bad(seed: u64) -> Self {
        Self::new(seed, 60_000, 50, 20)
    }

    /// 20 ms and up to 15 ms more; nothing lost.
    pub fn jittery(seed: u64) -> Self {
        Self::new(seed, 15_000, 0, 0)
    }

    /// 20 ms and up to `jitter_us` more, in any order; so many of a thousand are lost, and so many come twice.
    pub fn new(seed: u64, jitter_us: u64, loss_per_mille: u64, repeat_per_mille: u64) -> Self {
        let random = Random::new(seed);
        Self {
            random,
            delay_us: 20_000,
            jitter_us,
            loss_per_mille,
            repeat_per_mille,
            sent: 0,
            on_the_way: BTreeMap::new(),
        }
    }

    /// Takes a datagram that is sent at `now`.
    pub fn send(&mut self, now: u64, datagram: Vec<u8>) {
        if self.random.below(1_000) < self.loss_per_mille {
            return;
        }
        let copies = if self.random.below(1_000) < self.repeat_per_mille { 2 } else { 1 };
        for _ in 0..copies {
            self.sent += 1;
            let arrival = now + self.delay_us + self.random.below(self.jitter_us);
            self.on_the_way.insert((arrival, self.sent), datagram.clone());
        }
    }

    /// The next datagram that has arrived by `now`, with its time of arrival.
    pub fn arrive(&mut self, now: u64) -> Option<(u64, Vec<u8>)> {
        let entry = self.on_the_way.first_entry().filter(|e| e.key().0 <= now)?;
        let ((arrival, _), datagram) = entry.remove_entry();
        Some((arrival, datagram))
    }
}
