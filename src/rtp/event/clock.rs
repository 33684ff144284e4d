//! The clock that durations of events count in, beside the one that timestamps count in.

/// The two clocks of an event stream.
///
/// They are the same where the stream follows RFC 4733 §2.1, which wants the events' clock to be the
/// audio's. Where signalling agreed on another one (`opus/48000` with `telephone-event/8000`), timestamps
/// stay on the audio's line, which packets of both kinds share, and durations count in the events' units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventClock {
    /// Units of a duration field per second.
    pub(super) events: u32,
    /// Units of the RTP timestamp per second.
    pub(super) timestamps: u32,
}

impl EventClock {
    /// Durations at `events` Hz in a stream whose timestamps count at `timestamps` Hz; 0 is taken as 1.
    pub fn new(events: u32, timestamps: u32) -> Self {
        Self { events: events.max(1), timestamps: timestamps.max(1) }
    }

    /// Both clocks at `hz`.
    pub fn same(hz: u32) -> Self {
        Self::new(hz, hz)
    }

    /// Units of a duration as units of the timestamp.
    pub(super) fn to_timestamp(self, units: u64) -> u64 {
        scale(units, self.events, self.timestamps)
    }

    /// Units of a duration in `ms` milliseconds.
    pub fn units_in(self, ms: u32) -> u64 {
        u64::from(ms) * u64::from(self.events) / 1_000
    }

    /// Units of a duration as whole milliseconds, to the nearest.
    pub(super) fn to_ms(self, units: u64) -> u32 {
        let events = u64::from(self.events);
        ((units.min(1 << 40) * 1_000 + events / 2) / events).min(u64::from(u32::MAX)) as u32
    }

    /// The same span of time in the duration units of another clock.
    pub(super) fn convert(self, units: u64, to: Self) -> u64 {
        scale(units, self.events, to.events)
    }
}

fn scale(units: u64, from: u32, to: u32) -> u64 {
    if from == to { units } else { units.min(1 << 31) * u64::from(to) / u64::from(from) }
}
