//! Reports become events: one start and one end each, whatever was lost, doubled or late.
//!
//! An event is known by its source, its code and the timestamp of its start, which all of its reports
//! repeat; a segment of a long event, by where the segment before ended. What has ended is remembered,
//! so that a late report of it is no event.

use crate::rtp::event::{EventClock, EventPacket, EventReport};
use crate::types::{Micros, Millis, Ssrc};

/// Events that are remembered.
const REMEMBERED: usize = 32;
/// With no report for so long an event has ended, its last reports lost: three intervals of 50 ms, and some jitter.
const TIMEOUT_US: u64 = 200_000;
/// After so long an event is forgotten: the timestamp may mean another one.
const FORGOTTEN_US: u64 = 120_000_000;
/// Segments in a row that may be lost entirely.
const LOST_SEGMENTS: u64 = 8;
/// Events that can be open at once: of so many sources.
const MOST_OPEN: u32 = 4;
/// Longest segment that a report can tell.
const SEGMENT: u64 = 0xffff;

/// What is known now of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventNotice {
    /// It began.
    Started {
        /// Which.
        code: u8,
        /// Power in dBm0 with the sign dropped.
        volume: u8,
    },
    /// It ended. Comes once for every start.
    Ended {
        /// Which.
        code: u8,
        /// Power in dBm0 with the sign dropped.
        volume: u8,
        /// How long it lasted, as far as is known.
        duration: Millis,
        /// The sender said so; otherwise its reports ceased, or another event began.
        complete: bool,
    },
}

/// Receives the events of one session. All of it is real-time: O(events remembered).
#[derive(Debug)]
pub struct EventReceiver {
    clock: EventClock,
    heard: Box<[Heard]>,
    /// Where the next event is remembered.
    next: usize,
    open: u32,
}

#[derive(Clone, Copy, Debug)]
struct Heard {
    ssrc: Ssrc,
    code: u8,
    volume: u8,
    state: State,
    /// Start of the newest segment.
    segment: u32,
    /// Length of it so far.
    duration: u16,
    /// Units of the segments before.
    before: u64,
    /// When the last report came.
    last_us: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Never,
    Open,
    /// Ended since nothing came; more of it may still come.
    Ceased,
    Ended,
}

const NOTHING: Heard =
    Heard { ssrc: Ssrc(0), code: 0, volume: 0, state: State::Never, segment: 0, duration: 0, before: 0, last_us: 0 };

impl EventReceiver {
    /// A receiver that has heard nothing. Allocates.
    pub fn new(clock: EventClock) -> Self {
        Self { clock, heard: vec![NOTHING; REMEMBERED].into_boxed_slice(), next: 0, open: 0 }
    }

    /// Takes a packet in; `false` for one that holds no events, of which nothing was taken.
    pub fn accept(&mut self, packet: &EventPacket<'_>, now: Micros, mut notify: impl FnMut(EventNotice)) -> bool {
        let Some(reports) = EventReport::parse(packet.payload) else { return false };
        let (mut start, mut marker, last) = (packet.timestamp, packet.marker, reports.len() - 1);
        for (at, mut report) in reports.enumerate() {
            // Packed events are consecutive: one that another one follows has ended, unless that is its next segment.
            report.end |= at < last && u64::from(report.duration) < SEGMENT;
            self.report(&report, (packet.ssrc, start, marker), now, &mut notify);
            start = start.wrapping_add(self.clock.to_timestamp(report.duration.into()) as u32);
            marker = false;
        }
        true
    }

    /// Ends events of which nothing has come for 200 ms. To be called once a tick.
    pub fn expire(&mut self, now: Micros, mut notify: impl FnMut(EventNotice)) {
        if self.open == 0 {
            return;
        }
        let clock = self.clock;
        for event in self.heard.iter_mut().filter(|event| event.state == State::Open) {
            if now.0.saturating_sub(event.last_us) >= TIMEOUT_US {
                event.state = State::Ceased;
                self.open -= 1;
                notify(event.ended(clock, false));
            }
        }
    }

    /// Events that have begun and not ended.
    pub fn open(&self) -> u32 {
        self.open
    }

    fn report(
        &mut self,
        report: &EventReport,
        (ssrc, start, marker): (Ssrc, u32, bool),
        now: Micros,
        notify: &mut impl FnMut(EventNotice),
    ) {
        let clock = self.clock;
        let known = self.heard.iter_mut().find(|e| e.is_of(ssrc, report.code, now) && e.covers(start, marker, clock));
        if let Some(event) = known {
            event.go_on(report, start, clock);
            event.last_us = now.0;
            if event.state == State::Open && report.end {
                event.state = State::Ended;
                self.open -= 1;
                notify(event.ended(clock, true));
            }
            return;
        }
        // Events do not overlap: this one tells that those before it have ended.
        for event in self.heard.iter_mut().filter(|e| e.state == State::Open && e.ssrc == ssrc) {
            if (start.wrapping_sub(event.segment) as i32) > 0 {
                event.state = State::Ended;
                self.open -= 1;
                notify(event.ended(clock, false));
            }
        }
        if self.open >= MOST_OPEN
            && let Some(oldest) =
                self.heard.iter_mut().filter(|e| e.state == State::Open).min_by_key(|event| event.last_us)
        {
            oldest.state = State::Ceased;
            self.open -= 1;
            notify(oldest.ended(clock, false));
        }
        let place = &mut self.heard[self.next % REMEMBERED];
        self.next = (self.next + 1) % REMEMBERED;
        if place.state == State::Open {
            self.open -= 1;
            notify(place.ended(clock, false));
        }
        let EventReport { code, volume, duration, end } = *report;
        let state = if end { State::Ended } else { State::Open };
        *place = Heard { ssrc, code, volume, state, segment: start, duration, before: 0, last_us: now.0 };
        notify(EventNotice::Started { code, volume });
        if end {
            notify(place.ended(clock, true));
        } else {
            self.open += 1;
        }
    }
}

impl Heard {
    fn is_of(&self, ssrc: Ssrc, code: u8, now: Micros) -> bool {
        self.state != State::Never
            && (self.ssrc, self.code) == (ssrc, code)
            && now.0.saturating_sub(self.last_us) < FORGOTTEN_US
    }

    /// Whether a report with this start is one of the event's.
    fn covers(&self, start: u32, marker: bool, clock: EventClock) -> bool {
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

    fn go_on(&mut self, report: &EventReport, start: u32, clock: EventClock) {
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

    fn ended(&self, clock: EventClock, complete: bool) -> EventNotice {
        let units = self.before.saturating_add(self.duration.into());
        EventNotice::Ended { code: self.code, volume: self.volume, duration: Millis(clock.to_ms(units)), complete }
    }
}
