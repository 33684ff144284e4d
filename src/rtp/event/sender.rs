//! Digits become reports, tick by tick, on the time line of an audio stream. It numbers no packets.

use crate::rtp::event::{EVENT_BYTES, EventClock, EventReport, Tone};
use crate::types::{Millis, TICK_MS};

/// Events that can wait.
pub const QUEUE: usize = 64;
/// The last report of an event, and of each segment of a long one, goes out so often (RFC 4733 §2.5.1.4).
const COPIES: u8 = 3;
/// Longest time between two reports: the one that RFC 4733 §2.5.1.2 recommends where audio has none of its own.
const LONGEST_INTERVAL: u32 = 50 / TICK_MS;
/// Longest event or segment that a report can tell.
const SEGMENT: u64 = 0xffff;

/// What the stream does in one tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It carries audio.
    Audio,
    /// It carries nothing: an event is on, or another one follows at once.
    Nothing,
    /// It carries a report.
    Report {
        /// Start of the event, or of its segment.
        timestamp: u64,
        /// The first report of the event.
        marker: bool,
        /// Its payload.
        payload: [u8; EVENT_BYTES],
        /// The code of the event that is complete with this report, with its last copy.
        done: Option<u8>,
    },
}

/// Sends events one after the other. All of it is real-time.
#[derive(Clone, Debug)]
pub struct EventSender {
    clock: EventClock,
    /// Ticks between two reports.
    interval: u32,
    gap: Millis,
    queue: [Tone; QUEUE],
    first: usize,
    waiting: usize,
    state: State,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Idle,
    Sounding(Sounding),
    /// Ticks until the next event may start.
    Pausing(u32),
}

#[derive(Clone, Copy, Debug)]
struct Sounding {
    tone: Tone,
    /// Start of the segment.
    timestamp: u64,
    /// Units of the segments before.
    before: u64,
    /// Ticks since the event began.
    ticks: u32,
    /// Ticks since the last report.
    silent: u32,
    /// Copies of the segment's last report that were sent.
    copies: u8,
    marker: bool,
}

impl EventSender {
    /// A sender with a report every `packet_ticks` × 10 ms, and at least every 50 ms.
    pub fn new(clock: EventClock, packet_ticks: usize) -> Self {
        let interval = (packet_ticks.max(1) as u32).min(LONGEST_INTERVAL);
        let queue = [Tone::default(); QUEUE];
        Self { clock, interval, gap: Millis(60), queue, first: 0, waiting: 0, state: State::Idle }
    }

    /// Sets the least time between two events.
    pub fn set_gap(&mut self, gap: Millis) {
        self.gap = gap;
    }

    /// Adds an event behind those that wait; `false` when as many wait as can.
    pub fn push(&mut self, tone: Tone) -> bool {
        if self.waiting == QUEUE {
            return false;
        }
        self.queue[(self.first + self.waiting) % QUEUE] = tone;
        self.waiting += 1;
        true
    }

    /// Nothing is sent, and nothing waits.
    pub fn is_idle(&self) -> bool {
        self.waiting == 0 && matches!(self.state, State::Idle)
    }

    /// An event waits, and could start now.
    pub fn is_ready(&self) -> bool {
        self.waiting > 0 && matches!(self.state, State::Idle)
    }

    /// Lets one tick pass whose first sample has the timestamp `now`.
    pub fn tick(&mut self, now: u64) -> Turn {
        if let State::Pausing(left) = self.state {
            self.state = if left > 1 { State::Pausing(left - 1) } else { State::Idle };
            return if self.waiting > 0 { Turn::Nothing } else { Turn::Audio };
        }
        let mut sounding = match self.state {
            State::Sounding(sounding) => sounding,
            _ => match self.next() {
                None => return Turn::Audio,
                Some(tone) => {
                    Sounding { tone, timestamp: now, before: 0, ticks: 0, silent: 0, copies: 0, marker: true }
                }
            },
        };
        let turn = sounding.tick(self.clock, self.interval);
        let over = matches!(turn, Turn::Report { done: Some(_), .. });
        self.state = if over { self.pause_after(&sounding) } else { State::Sounding(sounding) };
        turn
    }

    /// The stream has a hole of `ticks` ticks: what is on goes on behind it.
    pub fn skip(&mut self, ticks: u32) {
        if let State::Sounding(sounding) = &mut self.state {
            sounding.ticks = sounding.ticks.saturating_add(ticks);
        }
    }

    fn next(&mut self) -> Option<Tone> {
        self.waiting = self.waiting.checked_sub(1)?;
        let tone = self.queue[self.first];
        self.first = (self.first + 1) % QUEUE;
        Some(tone)
    }

    /// The gap counts from the end of the event; the copies of its last report lie in it.
    fn pause_after(&self, sounding: &Sounding) -> State {
        let since = sounding.ticks.saturating_sub(sounding.tone.duration.ticks());
        match self.gap.ticks().saturating_sub(since) {
            0 => State::Idle,
            left => State::Pausing(left),
        }
    }
}

impl Sounding {
    fn tick(&mut self, clock: EventClock, interval: u32) -> Turn {
        self.ticks = self.ticks.saturating_add(1);
        self.silent += 1;
        let whole = clock.units_in(self.tone.duration.0).max(1);
        let elapsed = clock.units_in(self.ticks.saturating_mul(TICK_MS)).min(whole);
        let (last, so_far) = (whole - self.before <= SEGMENT, elapsed.saturating_sub(self.before).clamp(1, SEGMENT));
        let complete = if last { elapsed == whole } else { so_far == SEGMENT };
        // The report that completes does not wait for its turn; its copies do.
        let due = self.silent >= interval || (complete && self.copies == 0);
        if !due {
            return Turn::Nothing;
        }
        self.silent = 0;
        self.copies += u8::from(complete);
        let report = EventReport {
            code: self.tone.code,
            end: last && complete,
            volume: self.tone.volume,
            duration: so_far as u16,
        };
        let done = (report.end && self.copies == COPIES).then_some(self.tone.code);
        let (timestamp, marker) = (self.timestamp, std::mem::take(&mut self.marker));
        if complete && !last && self.copies == COPIES {
            self.before += SEGMENT;
            self.timestamp += clock.to_timestamp(SEGMENT);
            self.copies = 0;
        }
        Turn::Report { timestamp, marker, payload: report.to_bytes(), done }
    }
}
