//! Which source a leg listens to, and where its packets lie on one time line that never wraps.
//!
//! A change of SSRC, or a confirmed jump of sequence or timestamp, begins a new *epoch*: sequence
//! numbers and media times go on beyond the old ones, so packets of the old epoch that still wait are played first.

use crate::buffer::announced::{Announced, Arriving};
use crate::buffer::{restart16, restart32, unwrap16, unwrap32};
use crate::types::Ssrc;

/// A loss longer than this is a jump (RFC 3550 appendix A.1, `MAX_DROPOUT`).
const MAX_DROPOUT: i64 = 3_000;
/// A packet older than this is a jump (RFC 3550 appendix A.1, `MAX_MISORDER`).
const MAX_MISORDER: i64 = 100;
/// Media time and arrival may part by this much: far more than any buffering, less than a paused call.
const MAX_SKEW_US: i64 = 3_000_000;
/// Packets of the source before last that are still under way are no switch back.
const OLD_SOURCE_US: u64 = 100_000;

/// Where a packet belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub sequence: u64,
    pub timestamp: u64,
    /// Media time in microseconds, comparable across epochs.
    pub media_us: i64,
    pub epoch: u32,
    /// A packet with a higher sequence number came before.
    pub reordered: bool,
}

/// What a packet is to the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// One of the sequence.
    Continues(Place),
    /// The first of another source.
    Switches(Place),
    /// The first after a confirmed jump.
    Resyncs(Place),
    /// From the source that was left a moment ago.
    Stale,
    /// Far from the sequence, and nothing confirms it yet.
    Wild,
}

/// The numbering of one leg's packets.
#[derive(Clone, Debug)]
pub struct Stream {
    clock_rate: u32,
    ssrc: Option<Ssrc>,
    highest: u64,
    timestamp: u64,
    base_timestamp: u64,
    base_us: i64,
    epoch: u32,
    /// A packet that did not fit in; another one right after it proves a jump.
    wild: Option<(u16, u32)>,
    previous: Option<Ssrc>,
    switched_us: u64,
    /// What the host has said of the next source.
    pub(super) announced: Announced,
}

impl Stream {
    /// A stream whose timestamps count at `clock_rate`.
    pub fn new(clock_rate: u32) -> Self {
        Self {
            clock_rate: clock_rate.max(1),
            ssrc: None,
            highest: 0,
            timestamp: 0,
            base_timestamp: 0,
            base_us: 0,
            epoch: 0,
            wild: None,
            previous: None,
            switched_us: 0,
            announced: Announced::default(),
        }
    }

    /// Places a packet. `floor_us` is the smallest transit of late: a new epoch starts there. Real-time.
    pub fn admit(&mut self, sequence: u16, timestamp: u32, ssrc: Ssrc, arrival_us: u64, floor_us: i64) -> Admission {
        let Some(current) = self.ssrc else {
            return Admission::Continues(self.restart(sequence, timestamp, ssrc, arrival_us, floor_us));
        };
        let fits = self.fits(sequence, timestamp, arrival_us, floor_us).filter(|_| ssrc == current);
        match self.announced.judge(ssrc, current, fits.is_some(), arrival_us) {
            Arriving::Unannounced => {}
            Arriving::Stranger => return Admission::Stale,
            Arriving::Announced => {
                self.previous = (ssrc != current).then_some(current);
                self.switched_us = arrival_us;
                return Admission::Switches(self.restart(sequence, timestamp, ssrc, arrival_us, floor_us));
            }
        }
        if ssrc != current {
            let recent = arrival_us.saturating_sub(self.switched_us) < OLD_SOURCE_US;
            if self.previous == Some(ssrc) && recent {
                return Admission::Stale;
            }
            self.previous = Some(current);
            self.switched_us = arrival_us;
            return Admission::Switches(self.restart(sequence, timestamp, ssrc, arrival_us, floor_us));
        }
        if let Some(place) = fits {
            self.wild = None;
            if place.sequence > self.highest {
                (self.highest, self.timestamp) = (place.sequence, place.timestamp);
            }
            return Admission::Continues(place);
        }
        if self.confirms(sequence, timestamp) {
            return Admission::Resyncs(self.restart(sequence, timestamp, ssrc, arrival_us, floor_us));
        }
        self.wild = Some((sequence, timestamp));
        Admission::Wild
    }

    /// Where a packet of the source lies, if it goes on from those before.
    #[inline]
    fn fits(&self, sequence: u16, timestamp: u32, arrival_us: u64, floor_us: i64) -> Option<Place> {
        let unwrapped = unwrap16(self.highest, sequence);
        let time = unwrap32(self.timestamp, timestamp);
        let media_us = self.media_us(time);
        let step = unwrapped.wrapping_sub(self.highest) as i64;
        let skew = (arrival_us as i64).wrapping_sub(media_us).wrapping_sub(floor_us);
        let near = (-MAX_MISORDER..=MAX_DROPOUT).contains(&step) && (-MAX_SKEW_US..=MAX_SKEW_US).contains(&skew);
        let (epoch, reordered) = (self.epoch, step < 0);
        near.then_some(Place { sequence: unwrapped, timestamp: time, media_us, epoch, reordered })
    }

    /// Places a packet whose timestamp is not that of its sending, as of an event that has lasted for long:
    /// only its number counts. `None` if it is of another source, or far from the sequence. Real-time.
    pub fn beside(&mut self, sequence: u16, timestamp: u32, ssrc: Ssrc) -> Option<Place> {
        if self.ssrc != Some(ssrc) {
            return None;
        }
        let unwrapped = unwrap16(self.highest, sequence);
        let step = unwrapped.wrapping_sub(self.highest) as i64;
        let time = unwrap32(self.timestamp, timestamp);
        let (media_us, epoch, reordered) = (self.media_us(time), self.epoch, step < 0);
        let near = (-MAX_MISORDER..=MAX_DROPOUT).contains(&step);
        self.highest = if near { self.highest.max(unwrapped) } else { self.highest };
        near.then_some(Place { sequence: unwrapped, timestamp: time, media_us, epoch, reordered })
    }

    /// Whether the packet goes on from the wild one before it.
    fn confirms(&self, sequence: u16, timestamp: u32) -> bool {
        let Some((wild_sequence, wild_timestamp)) = self.wild else { return false };
        let steps = sequence.wrapping_sub(wild_sequence);
        let time = timestamp.wrapping_sub(wild_timestamp);
        (1..=4).contains(&steps) && time > 0 && time <= self.clock_rate.saturating_mul(2)
    }

    fn restart(&mut self, sequence: u16, timestamp: u32, ssrc: Ssrc, arrival_us: u64, floor_us: i64) -> Place {
        let last = self.ssrc.map(|_| (self.highest, self.timestamp));
        self.highest = restart16(last.map(|l| l.0), sequence);
        self.timestamp = restart32(last.map(|l| l.1), timestamp);
        self.ssrc = Some(ssrc);
        self.wild = None;
        self.epoch = self.epoch.wrapping_add(1);
        self.base_timestamp = self.timestamp;
        self.base_us = (arrival_us as i64).wrapping_sub(floor_us);
        Place {
            sequence: self.highest,
            timestamp: self.timestamp,
            media_us: self.base_us,
            epoch: self.epoch,
            reordered: false,
        }
    }

    /// Media time of an unwrapped timestamp of the current epoch.
    pub fn time_of(&self, timestamp: u64) -> i64 {
        self.media_us(timestamp)
    }

    fn media_us(&self, timestamp: u64) -> i64 {
        let units = timestamp.wrapping_sub(self.base_timestamp) as i64;
        // Within 2^31 units of the last packet, which is within MAX_SKEW_US of real time: no overflow.
        self.base_us.wrapping_add(units.wrapping_mul(1_000_000) / i64::from(self.clock_rate))
    }
}
