//! Digits as tones in the audio, one after the other.

use crate::processing::dsp::{Ramp, Tone, ToneSpec};
use crate::types::{Decibels, Millis, SampleRate, TICK_MS};

/// Digits that can wait.
pub const DIGITS: usize = 64;
/// Shortest tone, in ticks: Q.24 has receivers take 40 ms.
const SHORTEST: u32 = 6;
/// Least pause of digits that come from elsewhere: so far apart they must be to be two (Q.24), and a little.
const APART: Millis = Millis(60);
/// Within so many milliseconds the audio under a tone goes and comes back, and a tone ends.
const EDGE_MS: u32 = 5;
/// A sine of full scale, in dBm0: that of µ-law (ITU-T G.711).
const FULL_SCALE: f32 = 3.17;

/// A digit that waits or sounds.
#[derive(Clone, Copy, Debug, Default)]
struct Digit {
    code: u8,
    volume: u8,
    /// How long it is to sound, where that is known yet.
    ticks: Option<u32>,
    /// Asked for here: its end is to be told.
    own: bool,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Idle,
    Sounding { digit: Digit, tone: Tone, ticks: u32 },
    Pausing(u32),
}

/// Plays digits in place of audio. All of it but `new` is real-time.
#[derive(Clone, Debug)]
pub struct DigitPlayer {
    rate: SampleRate,
    waiting: [Digit; DIGITS],
    first: usize,
    count: usize,
    state: State,
    gap: Millis,
    /// Of the audio under the tones.
    under: Ramp,
}

impl DigitPlayer {
    /// For audio at `rate`.
    pub fn new(rate: SampleRate) -> Self {
        Self {
            rate,
            waiting: [Digit::default(); DIGITS],
            first: 0,
            count: 0,
            state: State::Idle,
            gap: APART,
            under: Ramp::new(1.0),
        }
    }

    /// The pause behind digits that are asked for.
    pub fn set_gap(&mut self, gap: Millis) {
        self.gap = gap;
    }

    /// Adds a digit that is to sound for so long; `false` if as many wait as can, or it is none.
    pub fn push(&mut self, code: u8, volume: u8, duration: Millis) -> bool {
        self.add(Digit { code, volume, ticks: Some(duration.ticks().max(SHORTEST)), own: true })
    }

    /// A digit of the far party begins; its end comes by [`end`](Self::end).
    pub fn start(&mut self, code: u8, volume: u8) -> bool {
        self.add(Digit { code, volume, ticks: None, own: false })
    }

    /// The oldest digit of the far party of this code has ended, and lasted so long.
    pub fn end(&mut self, code: u8, duration: Millis) {
        let ticks = duration.ticks().max(SHORTEST);
        if let State::Sounding { digit, .. } = &mut self.state
            && digit.ticks.is_none()
            && digit.code == code
        {
            digit.ticks = Some(ticks);
            return;
        }
        for at in 0..self.count {
            let digit = &mut self.waiting[(self.first + at) % DIGITS];
            if digit.ticks.is_none() && digit.code == code {
                digit.ticks = Some(ticks);
                return;
            }
        }
    }

    /// Goes on where `old` is, also at another rate: a digit that sounds begins anew there.
    pub fn succeed(&mut self, old: &Self) {
        (self.waiting, self.first, self.count, self.gap) = (old.waiting, old.first, old.count, old.gap);
        self.state = old.state;
        if self.rate != old.rate {
            if let State::Sounding { digit, tone, .. } = &mut self.state
                && let Some(spec) = spec(digit)
            {
                *tone = Tone::new(&spec, self.rate);
            }
            self.under = old.under.at_rate(old.rate.hz(), self.rate.hz());
        } else {
            self.under = old.under;
        }
    }

    /// Nothing sounds and nothing waits: [`fill`](Self::fill) leaves frames as they are.
    pub fn is_idle(&self) -> bool {
        self.count == 0 && matches!(self.state, State::Idle) && self.under.is_unity()
    }

    /// Puts tones in the place of a tick's audio; tells the digit that was asked for and is over with it.
    pub fn fill(&mut self, frame: &mut [f32]) -> Option<u8> {
        let edge = self.rate.hz() * EDGE_MS / 1_000;
        if let State::Idle = self.state
            && self.count > 0
        {
            self.begin();
        }
        let (mut done, mut over) = (None, None);
        let quiet = match &mut self.state {
            State::Idle => false,
            State::Pausing(left) => {
                *left = left.saturating_sub(1);
                if *left == 0 {
                    over = Some(State::Idle);
                }
                self.count > 0
            }
            State::Sounding { .. } => true,
        };
        let target = if quiet { 0.0 } else { 1.0 };
        if self.under.target() != target {
            self.under.set(target, edge);
        }
        self.under.apply(frame);
        if let State::Sounding { digit, tone, ticks } = &mut self.state {
            let mut tones = [0.0; 480];
            let tones = &mut tones[..frame.len().min(480)];
            tone.fill(tones);
            *ticks += 1;
            if digit.ticks.is_some_and(|end| *ticks >= end) {
                let last = tones.len().saturating_sub(edge as usize);
                let mut release = Ramp::new(1.0);
                release.set(0.0, edge);
                release.apply(&mut tones[last..]);
                done = digit.own.then_some(digit.code);
                let gap = if digit.own { self.gap } else { APART };
                over = Some(State::Pausing(gap.0.div_ceil(TICK_MS)));
            }
            frame.iter_mut().zip(&*tones).for_each(|(sample, tone)| *sample += tone);
        }
        self.state = over.unwrap_or(self.state);
        done
    }

    fn add(&mut self, digit: Digit) -> bool {
        if self.count == DIGITS || spec(&digit).is_none() {
            return false;
        }
        self.waiting[(self.first + self.count) % DIGITS] = digit;
        self.count += 1;
        true
    }

    fn begin(&mut self) {
        let digit = self.waiting[self.first];
        (self.first, self.count) = ((self.first + 1) % DIGITS, self.count - 1);
        if let Some(spec) = spec(&digit) {
            self.state = State::Sounding { digit, tone: Tone::new(&spec, self.rate), ticks: 0 };
        }
    }
}

fn spec(digit: &Digit) -> Option<ToneSpec> {
    ToneSpec::digit(digit.code, Decibels(-f32::from(digit.volume) - FULL_SCALE))
}
