//! One event that was heard, and which reports are of it.

use crate::rtp::event::{EventClock, EventNotice, EventReport};
use crate::types::{Micros, Millis, Ssrc};

/// After so long an event is forgotten: the timestamp may mean another one.
const FORGOTTEN_US: u64 = 120_000_000;
/// Segments in a row that may be lost entirely.
const LOST_SEGMENTS: u64 = 8;
/// Longest segment that a report can tell.
pub(super) const SEGMENT: u64 = 0xffff;

/// An event, and how far it has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    pub ssrc: Ssrc,
    pub code: u8,
    pub volume: u8,
    pub state: State,
    /// Start of the newest segment.
    pub segment: u32,
    /// Length of it so far.
    pub duration: u16,
    /// Units of the segments before.
    pub before: u64,
    /// When the last report came.
    pub last_us: u64,
}

/// How far an event has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Never,
    Open,
    /// Ended since nothing came; more of it may still come.
    Ceased,
    Ended,
}

/// No event.
pub(super) const NOTHING: Heard =
    Heard { ssrc: Ssrc(0), code: 0, volume: 0, state: State::Never, segment: 0, duration: 0, before: 0, last_us: 0 };

impl Heard {
    pub fn is_of(&self, ssrc: Ssrc, code: u8, now: Micros) -> bool {
        self.state != State::Never
            && (self.ssrc, self.code) == (ssrc, code)
            && now.0.saturating_sub(self.last_us) < FORGOTTEN_US
    }

    /// Whether a report with this start is one of the event's.
    pub fn covers(&self, start: u32, marker: bool, clock: EventClock) -> bool {
        let ahead = u64::from(start.wrapping_sub(self.segment));
        let behind = u64::from(self.segment.wrapping_sub(start));
        // A late report of the first segment, when the second is known; the marker belongs to that one.
        if ahead == 0 || (behind > 0 && behind <= clock.to_timestamp(self.before) + self.before / SEGMENT) {
            return true;
        }
        if marker || self.state == State::Ended {
            return false;
        }
        // Within what has sounded, or right behind it, no other event can start: this is a segment, or the
        // report of a sender that moves the timestamp along.
        ahead <= clock.to_timestamp(self.duration.into()) || self.segments_ahead(ahead, clock).is_some()
    }

    /// How many whole segments lie between the newest known and one that starts `ahead` of it.
    fn segments_ahead(&self, ahead: u64, clock: EventClock) -> Option<u64> {
        let length = clock.to_timestamp(SEGMENT).max(1);
        let count = (ahead + LOST_SEGMENTS) / length;
        ((1..=LOST_SEGMENTS).contains(&count) && ahead.abs_diff(count * length) <= count).then_some(count)
    }

    pub fn go_on(&mut self, report: &EventReport, start: u32, clock: EventClock) {
        let ahead = start.wrapping_sub(self.segment);
        if ahead == 0 {
            self.duration = self.duration.max(report.duration);
        } else if (ahead as i32) > 0 {
            let passed = match self.segments_ahead(ahead.into(), clock) {
                Some(count) => count * SEGMENT,
                None => u64::from(self.duration),
            };
            let contiguous = u64::from(ahead) == clock.to_timestamp(passed) || passed >= SEGMENT;
            if contiguous {
                self.before = self.before.saturating_add(passed);
                (self.segment, self.duration) = (start, report.duration);
            }
        }
    }

    pub fn ended(&self, clock: EventClock, complete: bool) -> EventNotice {
        let units = self.before.saturating_add(self.duration.into());
        EventNotice::Ended { code: self.code, volume: self.volume, duration: Millis(clock.to_ms(units)), complete }
    }
}
