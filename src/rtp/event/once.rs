//! One event for each digit, where a party sends both a telephone event and the tones themselves.
//!
//! A telephone event is told as it comes. Tones that are heard wait, where telephone events may come, for the event that
//! they may be; tones behind an event of their code are that event.

use crate::types::{Millis, Tick};

/// Ticks that tones wait: an event is sent when its tones have been recognised, some 40 ms, and the network varies.
const WAIT: u64 = 12;
/// Ticks after which tones are none of an event's: the longest that playout delays them.
const LATEST: u64 = 200;
/// Events remembered.
const EVENTS: usize = 8;
/// Digits that wait.
const DIGITS: usize = 4;

/// What is known of tones now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToneNotice {
    /// They began, and are no telephone event.
    Started {
        /// Which.
        code: u8,
        /// Power in dBm0 with the sign dropped.
        volume: u8,
        /// They were recognised so many ticks ago.
        ago: u32,
    },
    /// They ended; follows each start once.
    Ended {
        /// Which.
        code: u8,
        /// Power in dBm0 with the sign dropped.
        volume: u8,
        /// How long they sounded.
        duration: Millis,
    },
}

#[derive(Clone, Copy, Debug)]
struct Digit {
    code: u8,
    volume: u8,
    since: u64,
    ended: Option<Millis>,
    told: bool,
}

/// Tells tones once. All of it is real-time: O(digits remembered).
#[derive(Clone, Debug, Default)]
pub struct ToneNotices {
    /// Ticks that tones wait.
    wait: u64,
    /// Codes and ticks of events that no tones were of yet.
    events: [Option<(u8, u64)>; EVENTS],
    next: usize,
    digits: [Option<Digit>; DIGITS],
}

impl ToneNotices {
    /// For a stream in which telephone events may come, or not.
    pub fn new(events: bool) -> Self {
        Self { wait: if events { WAIT } else { 0 }, ..Self::default() }
    }

    /// A telephone event began.
    pub fn event(&mut self, code: u8, now: Tick) {
        let own = |d: &&mut Option<Digit>| d.is_some_and(|d| d.code == code && !d.told);
        match self.digits.iter_mut().find(own) {
            Some(digit) => *digit = None,
            None => {
                self.events[self.next] = Some((code, now.0));
                self.next = (self.next + 1) % EVENTS;
            }
        }
    }

    /// Tones are recognised. Beyond four that wait they are left out.
    pub fn started(&mut self, code: u8, volume: u8, now: Tick) {
        let own = |e: &&mut Option<(u8, u64)>| e.is_some_and(|(c, at)| c == code && now.0.saturating_sub(at) <= LATEST);
        if let Some(event) = self.events.iter_mut().find(own) {
            *event = None;
            return;
        }
        if let Some(free) = self.digits.iter_mut().find(|digit| digit.is_none()) {
            *free = Some(Digit { code, volume, since: now.0, ended: None, told: false });
        }
    }

    /// Tones ended.
    pub fn ended(&mut self, code: u8, duration: Millis) {
        let own = |d: &&mut Digit| d.code == code && d.ended.is_none();
        if let Some(digit) = self.digits.iter_mut().flatten().filter(|d| own(d)).min_by_key(|d| d.since) {
            digit.ended = Some(duration);
        }
    }

    /// Tells what is due, oldest first. Once a tick.
    pub fn tick(&mut self, now: Tick, mut notify: impl FnMut(ToneNotice)) {
        for _ in 0..DIGITS {
            let oldest = self.digits.iter_mut().filter(|d| d.is_some()).min_by_key(|d| d.map_or(0, |d| d.since));
            let Some(place) = oldest else { return };
            let Some(digit) = place else { return };
            let ago = now.0.saturating_sub(digit.since);
            if ago < self.wait {
                return;
            }
            let Digit { code, volume, .. } = *digit;
            if !std::mem::replace(&mut digit.told, true) {
                notify(ToneNotice::Started { code, volume, ago: ago as u32 });
            }
            let Some(duration) = digit.ended else { return };
            notify(ToneNotice::Ended { code, volume, duration });
            *place = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(notices: &mut ToneNotices, ticks: std::ops::Range<u64>) -> Vec<(u64, ToneNotice)> {
        let mut all = Vec::new();
        for tick in ticks {
            notices.tick(Tick(tick), |notice| all.push((tick, notice)));
        }
        all
    }

    #[test]
    fn tones_without_events_are_told_at_once_and_once() {
        let mut notices = ToneNotices::new(false);
        notices.started(5, 10, Tick(7));
        assert_eq!(told(&mut notices, 7..9), [(7, ToneNotice::Started { code: 5, volume: 10, ago: 0 })]);
        notices.ended(5, Millis(60));
        let ended = ToneNotice::Ended { code: 5, volume: 10, duration: Millis(60) };
        assert_eq!(told(&mut notices, 9..90), [(9, ended)]);
    }

    #[test]
    fn tones_beside_an_event_are_that_event_whichever_came_first() {
        for (event, tones) in [(10, 14), (14, 10), (10, 10), (10, 150), (19, 10)] {
            let mut notices = ToneNotices::new(true);
            let mut all = Vec::new();
            for tick in 0..300 {
                if tick == event {
                    notices.event(3, Tick(tick));
                }
                if tick == tones {
                    notices.started(3, 10, Tick(tick));
                }
                if tick == tones + 6 {
                    notices.ended(3, Millis(100));
                }
                notices.tick(Tick(tick), |notice| all.push(notice));
            }
            assert_eq!(all, [], "event {event}, tones {tones}");
        }
    }

    #[test]
    fn each_event_stands_for_the_tones_of_one_digit() {
        let mut notices = ToneNotices::new(true);
        notices.event(3, Tick(0));
        for tick in [4, 20] {
            notices.started(3, 10, Tick(tick));
            notices.ended(3, Millis(50));
        }
        assert_eq!(told(&mut notices, 20..60).len(), 2, "a start and an end of the second");
    }
}
