//! A packet comes in.

use crate::buffer::playout::{Arrival, Inserted, Placed, Playout};
use crate::buffer::stream::{Admission, Place};
use crate::buffer::{Entry, Held, Stored};
use crate::codec::MAX_PACKET_MS;
use crate::types::Ssrc;

impl Playout {
    /// Takes a packet in. Real-time: copies the payload, no decoding.
    pub fn insert(&mut self, packet: &Arrival<'_>) -> Inserted {
        // Before anything else: what is no audio must not move the stream.
        let outcome = match self.samples_of(packet.payload) {
            None | Some(0) => Inserted::Malformed,
            Some(samples) if samples > self.longest() => Inserted::TooLarge,
            Some(samples) => self.place(packet, samples as u16, Held::Audio),
        };
        self.count(outcome, packet.payload.len())
    }

    /// Samples of the longest packet.
    pub(super) fn longest(&self) -> usize {
        self.rate.per_tick() * MAX_PACKET_MS as usize / 10
    }

    pub(super) fn count(&mut self, outcome: Inserted, bytes: usize) -> Inserted {
        let account = &mut self.account;
        match outcome {
            Inserted::Accepted(_) => {}
            Inserted::Reordered(_) => account.reordered += 1,
            Inserted::SourceSwitched(_) => account.source_switches += 1,
            Inserted::Resynced(_) => account.resyncs += 1,
            Inserted::Duplicate => account.duplicate += 1,
            Inserted::Late => account.late += 1,
            Inserted::TooLarge | Inserted::Overflow => account.overflow += 1,
            Inserted::Malformed | Inserted::Wild => account.malformed += 1,
        }
        if outcome.placed().is_some() {
            account.accepted += 1;
            account.accepted_bytes += bytes as u64;
        }
        outcome
    }

    pub(super) fn place(&mut self, packet: &Arrival<'_>, samples: u16, held: Held) -> Inserted {
        if packet.payload.len() > usize::from(self.config.max_payload) {
            return Inserted::TooLarge;
        }
        let arrival_us = packet.arrival.0.min(i64::MAX as u64 / 4);
        let floor = self.delay.floor_us();
        let admission = self.stream.admit(packet.sequence, packet.timestamp, packet.ssrc, arrival_us, floor);
        let place = match admission {
            Admission::Continues(place) | Admission::Switches(place) | Admission::Resyncs(place) => place,
            Admission::Stale => return Inserted::Late,
            Admission::Wild => return Inserted::Wild,
        };
        let lag = self.packets.newest().map_or(self.next, |newest| newest.sequence).saturating_sub(place.sequence);
        if let Some(refused) = self.behind(&place) {
            if refused == Inserted::Late {
                // How late it came is what the target has to learn.
                self.observe(arrival_us, &place, samples, true);
            } else {
                self.copies.again(place.sequence, lag);
            }
            return refused;
        }
        let entry = Entry::new(place.sequence, place.timestamp, place.media_us, arrival_us, place.epoch, samples);
        let entry = Entry { line: self.arriving, calm: self.arriving_calm, ..entry.holding(held) };
        if self.packets.is_full() && self.packets.newest().is_some_and(|newest| newest.sequence < place.sequence) {
            // After an outage more comes at once than can wait; the end of it is nearer to now than its start.
            self.discard();
        }
        match self.packets.insert(entry, packet.payload) {
            Stored::Added if place.reordered => {
                self.account.copies += u64::from(self.copies.stands_in(place.sequence, lag));
            }
            Stored::Added => {}
            Stored::Replaced => self.unrepair(),
            Stored::Duplicate => {
                self.copies.again(place.sequence, lag);
                return Inserted::Duplicate;
            }
            Stored::TooLarge => return Inserted::TooLarge,
            Stored::Full => return self.refuse(admission),
        }
        let (capacity, hz) = (u64::from(self.config.capacity), u64::from(self.rate.hz()));
        self.delay.hold(samples, || ((capacity - capacity / 8) * u64::from(samples) * 1_000_000 / hz) as i64);
        if matches!(admission, Admission::Switches(_)) {
            self.drift.reset();
        }
        self.observe(arrival_us, &place, samples, place.reordered);
        let placed = Placed { sequence: place.sequence, timestamp: place.timestamp, epoch: place.epoch };
        match admission {
            Admission::Switches(_) => Inserted::SourceSwitched(placed),
            Admission::Resyncs(_) => Inserted::Resynced(placed),
            _ if place.reordered => Inserted::Reordered(placed),
            _ => Inserted::Accepted(placed),
        }
    }

    /// Another source is about to take the stream over; its first packet needs no second one to prove it. Real-time.
    pub fn expect_source(&mut self, ssrc: Option<Ssrc>) {
        self.stream.announced.announce(ssrc);
    }

    /// The packet accepted last, which was out of order, came since the host had been told that it was missing.
    pub fn retransmitted(&mut self) {
        self.account.retransmitted += 1;
        self.account.copies -= u64::from(self.copies.take_counted());
    }

    /// A switch is a switch even where its first packet finds no room.
    fn refuse(&mut self, admission: Admission) -> Inserted {
        match admission {
            Admission::Switches(_) => self.account.source_switches += 1,
            Admission::Resyncs(_) => self.account.resyncs += 1,
            _ => {}
        }
        Inserted::Overflow
    }

    /// Whether playout has passed the packet's place, and what that makes of it.
    pub(super) fn behind(&mut self, place: &Place) -> Option<Inserted> {
        if place.epoch != self.epoch || place.sequence >= self.next {
            return None;
        }
        if place.sequence < self.first {
            return Some(Inserted::Late);
        }
        let back = self.next - 1 - place.sequence;
        let bit = 1u128.checked_shl(back as u32).unwrap_or(0);
        if self.rebuilt & bit != 0 {
            self.rebuilt &= !bit;
            return Some(Inserted::Late);
        }
        if self.missing & bit == 0 {
            return Some(Inserted::Duplicate);
        }
        self.missing &= !bit;
        self.account.lost -= 1;
        self.account.late_of_lost += 1;
        Some(Inserted::Late)
    }
}
