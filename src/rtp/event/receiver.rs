//! Reports become events: one start and one end each, whatever was lost, doubled or late.
//!
//! An event is known by its source, its code and the timestamp of its start, which all of its reports
//! repeat; a segment of a long event, by where the segment before ended. What has ended is remembered,
//! so that a late report of it is no event.

use crate::rtp::event::heard::{Heard, NOTHING, SEGMENT, State};
use crate::rtp::event::{EventClock, EventPacket, EventReport};
use crate::types::{Micros, Millis, Ssrc};

/// Events that are remembered.
const REMEMBERED: usize = 32;
/// With no report for so long an event has ended, its last reports lost: three intervals of 50 ms, and some jitter.
const TIMEOUT_US: u64 = 200_000;
/// Events that can be open at once: of so many sources.
const MOST_OPEN: u32 = 4;

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

impl EventReceiver {
    /// A receiver that has heard nothing. Allocates.
    pub fn new(clock: EventClock) -> Self {
        Self { clock, heard: vec![NOTHING; REMEMBERED].into_boxed_slice(), next: 0, open: 0 }
    }

    /// Goes on with a stream of other clocks. Real-time.
    pub fn count_by(&mut self, clock: EventClock) {
        self.clock = clock;
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
