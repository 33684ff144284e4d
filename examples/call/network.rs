//! A bad network between a phone and the engine: loses, delays, reorders and doubles packets.
//!
//! Its decisions depend on the seed and the order of packets alone, never on a clock: a call in real
//! time and a call in virtual time meet the very same network.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use crate::args::{Args, in_millis};
use crate::random::Random;

/// What the network did to one packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Came, in order.
    Delivered,
    /// Never came.
    Lost,
    /// Came after the packet that was sent next.
    Reordered,
    /// Came, and then came again.
    Duplicated,
}

/// One way from a phone to the engine.
pub struct Network {
    conditions: Args,
    random: Random,
    /// In the bad state of the loss model every packet is lost.
    bad: bool,
    /// Packets queue up: none leaves before the one ahead of it, unless it was reordered.
    last_due: Duration,
    in_flight: BinaryHeap<Reverse<(Duration, usize, Vec<u8>)>>,
    fates: Vec<(Duration, Fate)>,
    /// Packets up to the last one that arrived.
    arrived: usize,
}

impl Network {
    /// A network with these conditions; `stream` tells the ways of one call apart.
    pub fn new(conditions: &Args, stream: u64) -> Self {
        Self {
            conditions: conditions.clone(),
            random: Random::new(conditions.seed, stream),
            bad: false,
            last_due: Duration::ZERO,
            in_flight: BinaryHeap::new(),
            fates: Vec::new(),
            arrived: 0,
        }
    }

    /// Takes a packet that was sent at `at` in the call.
    pub fn send(&mut self, at: Duration, datagram: Vec<u8>) {
        let Args { delay, jitter, reorder, duplicate, .. } = self.conditions;
        // All the dice are thrown for each packet, so that one setting does not change the others' outcome.
        // After the talk nothing is lost, so that the far end has noticed all losses when the call ends.
        let lost = self.loses() && at <= self.conditions.talk();
        let wait = in_millis(delay + self.random.exponential(jitter).min(10.0 * jitter));
        let is_reordered = self.random.uniform() < reorder / 100.0;
        let is_doubled = self.random.uniform() < duplicate / 100.0;
        let order = self.fates.len();
        let due = self.last_due.max(at + wait);
        let fate = match () {
            () if lost => Fate::Lost,
            () if is_reordered => Fate::Reordered,
            () if is_doubled => Fate::Duplicated,
            () => Fate::Delivered,
        };
        self.fates.push((at, fate));
        match fate {
            Fate::Lost => return,
            Fate::Reordered => {
                self.in_flight.push(Reverse((due + HELD_BACK, order, datagram)));
                return;
            }
            Fate::Duplicated => self.in_flight.push(Reverse((due + DOUBLED_AFTER, order, datagram.clone()))),
            Fate::Delivered => {}
        }
        self.last_due = due;
        self.in_flight.push(Reverse((due, order, datagram)));
    }

    /// When the next packet arrives.
    pub fn next_due(&self) -> Option<Duration> {
        self.in_flight.peek().map(|Reverse((due, ..))| *due)
    }

    /// The next packet that has arrived by `now`, with its time of arrival.
    pub fn deliver(&mut self, now: Duration) -> Option<(Duration, Vec<u8>)> {
        if self.next_due()? > now {
            return None;
        }
        let Reverse((due, order, datagram)) = self.in_flight.pop()?;
        self.arrived = self.arrived.max(order + 1);
        Some((due, datagram))
    }

    /// What became of each packet up to the last one that arrived, with its time of sending: of what
    /// was sent later the far end cannot know.
    pub fn into_fates(mut self) -> Vec<(Duration, Fate)> {
        self.fates.truncate(self.arrived);
        self.fates
    }

    /// Two-state Markov chain (Gilbert, Bell Syst. Tech. J. 39, 1960): bursts of the mean length asked
    /// for, and as many of them as the loss asked for needs.
    fn loses(&mut self) -> bool {
        let loss = self.conditions.loss / 100.0;
        let leave = 1.0 / self.conditions.burst;
        let enter = leave * loss / (1.0 - loss);
        let threshold = if self.bad { 1.0 - leave } else { enter };
        self.bad = self.random.uniform() < threshold;
        self.bad
    }
}

/// Longer than the longest packet of either phone, so that the next one does overtake.
const HELD_BACK: Duration = Duration::from_millis(35);
/// How much later the second copy of a packet comes.
const DOUBLED_AFTER: Duration = Duration::from_millis(5);

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn fates(arguments: &[&str], packets: u64) -> Vec<(Duration, Fate)> {
        let mut args = Args::parse_from(["call"].iter().chain(arguments));
        args.seconds = u32::MAX;
        let mut network = Network::new(&args, 0);
        for n in 0..packets {
            network.send(Duration::from_millis(20 * n), Vec::new());
        }
        while network.deliver(Duration::MAX).is_some() {}
        network.into_fates()
    }

    #[test]
    fn loss_and_burst_length_are_those_asked_for() {
        let fates = fates(&["--loss=10", "--burst=3"], 200_000);
        let lost = fates.iter().filter(|(_, fate)| *fate == Fate::Lost).count() as f64;
        let bursts = fates.windows(2).filter(|pair| pair[0].1 != Fate::Lost && pair[1].1 == Fate::Lost).count() as f64;
        assert!((lost / fates.len() as f64 - 0.10).abs() < 0.005, "{lost} lost");
        assert!((lost / bursts - 3.0).abs() < 0.1, "{bursts} bursts");
    }

    #[test]
    fn one_setting_does_not_change_what_another_one_decides() {
        let lost = |arguments: &[&str]| -> Vec<bool> {
            fates(arguments, 1_000).iter().map(|(_, fate)| *fate == Fate::Lost).collect()
        };
        assert_eq!(lost(&["--jitter=8"]), lost(&["--jitter=20", "--duplicate=30", "--reorder=20"]));
        assert_ne!(lost(&["--seed=7"]), lost(&["--seed=8"]));
    }
}
