//! Events of one stream passed on into another, whose audio is encoded anew: other numbers, another
//! clock, the same reports.

use crate::rtp::RelayPacket;
use crate::rtp::event::{EVENT_BYTES, EventClock, EventReport, MAX_BLOCKS};

/// Ticks after the last report in which the event still counts as on: longer than any interval of reports.
const ON: u32 = 10;
/// As many after a report with the end in it: the copies of it come in 10 or 20 ms.
const ENDING: u32 = 3;
/// Longest segment that a report can tell.
const SEGMENT: u64 = 0xffff;
/// Further ahead than this, a timestamp is one of before.
const FAR: u64 = 1 << 31;

/// Passes events on. All of it is real-time.
#[derive(Clone, Debug)]
pub struct EventForwarder {
    to: EventClock,
    /// The event passed on last.
    event: Option<Passed>,
    /// Ticks for which it still counts as on.
    on: u32,
    payload: [u8; EVENT_BYTES * MAX_BLOCKS],
}

#[derive(Clone, Copy, Debug)]
struct Passed {
    source: u32,
    code: u8,
    /// Start in the stream it comes from, unwrapped only as far as the difference to the next goes.
    from: u64,
    to: u64,
}

/// A packet of events as it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forwarded<'a> {
    /// Start of the event in this stream.
    pub timestamp: u64,
    /// The first packet of an event.
    pub marker: bool,
    /// Reports.
    pub payload: &'a [u8],
}

impl EventForwarder {
    /// Into a stream of these clocks.
    pub fn new(to: EventClock) -> Self {
        Self { to, event: None, on: 0, payload: [0; EVENT_BYTES * MAX_BLOCKS] }
    }

    /// An event is on: the stream carries no audio.
    pub fn is_on(&self) -> bool {
        self.on > 0
    }

    /// Lets a tick pass.
    pub fn tick(&mut self) {
        self.on = self.on.saturating_sub(1);
    }

    /// Passes a packet of a stream of other clocks on, into one that has come to the timestamp `now`. `None` for what is no
    /// payload of events, or belongs to an event before the one passed on last.
    pub fn pass(&mut self, packet: &RelayPacket<'_>, from: EventClock, now: u64) -> Option<Forwarded<'_>> {
        let reports = EventReport::parse(packet.payload)?;
        let (first, last) = (reports.clone().next()?, reports.clone().last()?);
        let (code, source) = (first.code, packet.source);
        let known = self.event.filter(|e| e.source == source);
        let ahead = known.map_or(0, |e| packet.timestamp.wrapping_sub(e.from));
        if ahead >= FAR {
            return None;
        }
        let segment = from.to_timestamp(SEGMENT);
        let (to, marker) = match known {
            Some(e) if ahead == 0 && e.code == code => (e.to, false),
            Some(e) if ahead.abs_diff(segment) <= 1 && e.code == code && !packet.marker && self.is_on() => {
                (e.to + self.to.to_timestamp(from.convert(SEGMENT, self.to)), false)
            }
            _ => (now, true),
        };
        self.event = Some(Passed { source, code, from: packet.timestamp, to });
        self.on = if last.end { ENDING } else { ON };
        let length = packet.payload.len().min(self.payload.len());
        // On a faster clock what was one segment is several.
        let whole = from.convert(first.duration.into(), self.to);
        let before = if reports.len() == 1 { whole.saturating_sub(1) / SEGMENT * SEGMENT } else { 0 };
        for (block, report) in self.payload.as_chunks_mut::<EVENT_BYTES>().0.iter_mut().zip(reports) {
            let units = from.convert(report.duration.into(), self.to).saturating_sub(before).min(SEGMENT) as u16;
            *block = EventReport { duration: units, ..report }.to_bytes();
        }
        let timestamp = to + self.to.to_timestamp(before);
        Some(Forwarded { timestamp, marker, payload: &self.payload[..length] })
    }
}
