//! Packets that never came, out of the redundancy of later ones (RFC 2198).

use crate::buffer::playout::{Arrival, Placed, Playout};
use crate::buffer::{Entry, Held, Stored};

/// Packets that a repetition lies behind its carrier at most.
const FURTHEST: u64 = 64;

/// A payload that a packet carries again.
#[derive(Clone, Copy, Debug)]
pub struct Repetition<'a> {
    /// How far its timestamp lies before its carrier's.
    pub offset: u32,
    /// Its place among the repetitions, counted from the carrier's own payload: 1 is the latest.
    pub back: u64,
    /// Its bytes.
    pub payload: &'a [u8],
}

impl Playout {
    /// Takes in what an accepted packet, now at `carrier`, repeats, if that is missing and can still be played.
    /// `span` is the duration of the carrier's own payload in timestamp units: repetitions do not tell
    /// their sequence numbers, so these follow from the timestamps. Real-time: as [`Playout::insert`].
    pub fn repair(&mut self, carrier: Placed, packet: &Arrival<'_>, span: u64, of: &Repetition<'_>) -> Option<Placed> {
        let samples = self.samples_of(of.payload).filter(|s| (1..=self.longest()).contains(s))? as u16;
        let offset = u64::from(of.offset);
        let whole = span > 0 && offset.is_multiple_of(span);
        let back = if whole { offset / span } else { of.back };
        if offset == 0 || !(1..=FURTHEST).contains(&back) {
            return None;
        }
        let (sequence, timestamp) = (carrier.sequence.wrapping_sub(back), carrier.timestamp.wrapping_sub(offset));
        let epoch = carrier.epoch;
        let media_us = self.stream.time_of(timestamp);
        if epoch == self.epoch && (sequence < self.next || (timestamp.wrapping_sub(self.cursor) as i64) < 0) {
            let passed = 1u128.checked_shl(self.next.wrapping_sub(sequence).wrapping_sub(1) as u32).unwrap_or(0);
            if self.missing & passed != 0 {
                // Too late to be played; what it takes to be in time is worth knowing.
                self.repeated(sequence, packet.arrival.0, media_us, self.to_us(samples.into()));
            }
            return None;
        }
        let entry =
            Entry::new(sequence, timestamp, media_us, packet.arrival.0.min(i64::MAX as u64 / 4), epoch, samples);
        let entry = Entry { line: self.arriving, ..entry.holding(Held::Repaired) };
        if !self.packets.has_place_for(&entry) || self.packets.insert(entry, of.payload) != Stored::Added {
            return None;
        }
        self.account.accepted += 1;
        self.account.repaired += 1;
        Some(Placed { sequence, timestamp, epoch })
    }

    /// Units of the RTP clock that a payload of the codec lasts.
    pub fn span_of(&self, payload: &[u8]) -> u64 {
        self.to_units(self.samples_of(payload).unwrap_or(0) as u64)
    }

    /// What had been rebuilt has come after all, in time.
    pub(super) fn unrepair(&mut self) {
        // The caller counts it as accepted, which what was rebuilt of it has been.
        self.account.accepted -= 1;
        self.account.repaired -= 1;
    }
}
