//! An event whose end is not known yet, reported as it goes on: tones that were heard, for the far party.

use crate::types::{Millis, TICK_MS};

/// Ticks from one report to the next.
const INTERVAL: u32 = 2;
/// Times that the last report goes out (RFC 4733 §2.5.1.4).
const COPIES: u8 = 3;
/// Milliseconds that a report can tell at 8 kHz, whole reports' worth; tones that last longer are cut there.
const LONGEST: u32 = 8_000;

/// One report as it leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveReport {
    /// Which event: counts up with each.
    pub number: u64,
    /// The first report of the event.
    pub marker: bool,
    /// Event code.
    pub code: u8,
    /// The event has ended.
    pub end: bool,
    /// Power in dBm0 with the sign dropped.
    pub volume: u8,
    /// How long it has lasted so far.
    pub duration: Millis,
}

#[derive(Clone, Copy, Debug)]
struct Going {
    code: u8,
    volume: u8,
    elapsed: u32,
    ended: bool,
    copies: u8,
    /// Ticks since the last report.
    silent: u32,
    marker: bool,
}

/// Reports one event after the other. All of it is real-time.
#[derive(Clone, Copy, Debug, Default)]
pub struct LiveEvents {
    number: u64,
    on: Option<Going>,
    /// Begins when the end of the one before has been told.
    next: Option<Going>,
}

impl LiveEvents {
    /// An event began so long ago.
    pub fn start(&mut self, code: u8, volume: u8, elapsed: Millis) {
        let going = Going { code, volume, elapsed: elapsed.0, ended: false, copies: 0, silent: INTERVAL, marker: true };
        match &mut self.on {
            Some(on) if on.copies == 0 => {
                on.ended = true;
                self.next = Some(going);
            }
            _ => {
                self.number += 1;
                self.on = Some(going);
            }
        }
    }

    /// The event has ended, and lasted so long.
    pub fn end(&mut self, code: u8, duration: Millis) {
        let own = [&mut self.next, &mut self.on].into_iter().flatten().find(|going| going.code == code && !going.ended);
        if let Some(going) = own {
            (going.ended, going.elapsed, going.silent) = (true, duration.0, INTERVAL);
        }
    }

    /// Lets a tick pass; a report is due or not.
    pub fn tick(&mut self) -> Option<LiveReport> {
        if let Some(next) = &mut self.next
            && !next.ended
        {
            next.elapsed += TICK_MS;
        }
        let on = self.on.as_mut()?;
        on.silent += 1;
        if !on.ended {
            on.elapsed += TICK_MS;
            on.ended = on.elapsed >= LONGEST;
        }
        if on.silent < INTERVAL {
            return None;
        }
        on.silent = 0;
        on.copies += u8::from(on.ended);
        let marker = std::mem::take(&mut on.marker);
        let Going { code, volume, ended: end, .. } = *on;
        let duration = Millis(on.elapsed.min(LONGEST));
        let told = LiveReport { number: self.number, marker, code, end, volume, duration };
        if on.copies >= COPIES || (on.copies > 0 && self.next.is_some()) {
            self.on = self.next.take();
            self.number += u64::from(self.on.is_some());
        }
        Some(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_reported_while_it_lasts_and_its_end_three_times() {
        let mut live = LiveEvents::default();
        live.start(7, 12, Millis(40));
        let mut reports = Vec::new();
        for tick in 0..30 {
            if tick == 6 {
                live.end(7, Millis(95));
            }
            reports.extend(live.tick());
        }
        assert!(reports.iter().all(|r| (r.number, r.code, r.volume) == (1, 7, 12)));
        assert_eq!(reports.iter().filter(|r| r.marker).count(), 1);
        let durations: Vec<_> = reports.iter().map(|r| r.duration.0).collect();
        assert_eq!(durations, [50, 70, 90, 95, 95, 95]);
        assert_eq!(reports.iter().filter(|r| r.end).count(), 3);
    }

    #[test]
    fn an_event_right_behind_another_ends_it_first() {
        let mut live = LiveEvents::default();
        live.start(1, 10, Millis(40));
        live.tick();
        live.start(2, 10, Millis(40));
        live.end(2, Millis(60));
        let ends: Vec<_> = (0..20).filter_map(|_| live.tick()).map(|r| (r.number, r.end)).collect();
        assert_eq!(ends, [(1, true), (2, true), (2, true), (2, true)]);
    }
}
