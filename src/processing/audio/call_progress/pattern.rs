//! Cadences: which tone, how long on, how long off.

use super::ear::Heard;
use super::signal::Signal;
use super::special::Special;

/// Milliseconds from one window to the next.
const STEP: u32 = 20;
/// Windows that a change must last: the edges of a tone look like nothing.
const FIRM: u32 = 3;
/// Longest tone and pause that are counted.
const LONG: u32 = 60_000;

/// One tone and what followed it.
#[derive(Clone, Copy, Debug, Default)]
struct Burst {
    tone: Heard,
    on: u32,
    off: u32,
}

/// Follows tones and pauses.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pattern {
    now: Burst,
    before: Burst,
    /// A tone is on.
    on: bool,
    /// Something that is no tone came behind the last one.
    spoilt: bool,
    /// What may be next, and for how many windows.
    next: Heard,
    firm: u32,
    special: Special,
    /// Told of the cadence that goes on.
    told: Option<Signal>,
}

impl Pattern {
    /// Takes a window; tells each signal once. Real-time.
    pub fn take(&mut self, heard: &Heard) -> Option<Signal> {
        if heard.is_like(&self.next) {
            self.firm = (self.firm + 1).min(FIRM);
        } else {
            (self.next, self.firm) = (*heard, 1);
        }
        if self.on {
            self.now.on = (self.now.on + STEP).min(LONG);
        } else {
            self.now.off = (self.now.off + STEP).min(LONG);
        }
        let tone = matches!(self.next, Heard::One(_) | Heard::Two(..));
        let ended = if self.firm < FIRM {
            None
        } else if tone && !(self.on && self.next.is_like(&self.now.tone)) {
            self.begin()
        } else if !tone && self.on {
            self.end()
        } else {
            self.spoilt |= !self.on && self.next == Heard::Other;
            None
        };
        let found = ended.or_else(|| self.going_on());
        let new = found.filter(|signal| self.told != Some(*signal) || *signal == Signal::Beep);
        self.told = found.or(self.told);
        new
    }

    fn begin(&mut self) -> Option<Signal> {
        if self.on {
            self.end();
            self.now.off = 0;
        }
        if !self.next.is_like(&self.now.tone) {
            self.told = None;
        }
        self.before = self.now;
        self.now = Burst { tone: self.next, on: FIRM * STEP, off: 0 };
        (self.on, self.spoilt) = (true, false);
        let Heard::One(hz) = self.next else { return None };
        self.special.begin(hz, self.before.off).then_some(Signal::SpecialInformation)
    }

    fn end(&mut self) -> Option<Signal> {
        let trailing = FIRM * STEP;
        self.now.on = self.now.on.saturating_sub(trailing);
        (self.now.off, self.on) = (trailing, false);
        self.special.end(self.now.on);
        let calling = matches!(self.now.tone, Heard::One(hz) if (1_062.0..=1_138.0).contains(&hz));
        // ITU-T T.30: 0.5 s ± 15 %, and what windows blur.
        (calling && (400..=620).contains(&self.now.on)).then_some(Signal::FaxCalling)
    }

    /// What the present tone or pause amounts to by now.
    fn going_on(&self) -> Option<Signal> {
        let Burst { tone, on, off } = self.now;
        if !is_progress(&tone) {
            return self.beep();
        }
        if self.on {
            let precise = matches!(tone, Heard::Two(low, high) if near(low, 440.0) && near(high, 480.0));
            return match on {
                // Ringback is on for 2 s at most.
                2_400.. => Some(Signal::Dial),
                300.. if precise => Some(Signal::Ringback),
                300.. if matches!(tone, Heard::Two(low, high) if near(low, 350.0) && near(high, 440.0)) => {
                    Some(Signal::Dial)
                }
                _ => None,
            };
        }
        if self.spoilt {
            return None;
        }
        // Behind a busy tone there is silence, too.
        let over = matches!(self.told, Some(Signal::Busy | Signal::Congestion));
        if off >= 1_500 && (300..=2_200).contains(&on) && !over {
            return Some(Signal::Ringback);
        }
        // The cadence has come round once: two bursts alike, and the pause between them is as long as each.
        let alike =
            self.before.tone.is_like(&tone) && like(self.before.on, on) && like(self.before.off, on) && off >= 100;
        match on {
            130..310 if alike => Some(Signal::Congestion),
            310..800 if alike => Some(Signal::Busy),
            _ => None,
        }
    }

    fn beep(&self) -> Option<Signal> {
        let Heard::One(hz) = self.now.tone else { return None };
        let reserved = (1_062.0..=1_138.0).contains(&hz) || (2_080.0..=2_120.0).contains(&hz);
        let heard = !self.on && !self.spoilt && self.now.off == 160 && (100..=2_000).contains(&self.now.on);
        (heard && !reserved && (350.0..2_600.0).contains(&hz) && !self.special.is_on()).then_some(Signal::Beep)
    }
}

/// Of the frequencies that networks have their tones in (ITU-T E.180 supplement 2).
fn is_progress(tone: &Heard) -> bool {
    match tone {
        Heard::One(hz) => (380.0..=500.0).contains(hz),
        Heard::Two(low, high) => (330.0..=500.0).contains(low) && (380.0..=640.0).contains(high),
        _ => false,
    }
}

fn near(hz: f32, tone: f32) -> bool {
    (hz - tone).abs() < 12.0
}

/// As long, within a quarter and 40 ms.
fn like(a: u32, b: u32) -> bool {
    a.abs_diff(b) <= b / 4 + 40
}
