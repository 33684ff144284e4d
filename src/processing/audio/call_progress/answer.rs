//! The answering tone of faxes and modems: 2 100 Hz, whose phase may be turned every 450 ms (ITU-T V.8, V.25).

use std::f32::consts::{PI, TAU};

use super::ear::{HOP, Heard, STEP};
use super::signal::Signal;
use crate::processing::dsp::Complex32;

/// Hertz, ± 15 by V.25 and a little for the measurement.
const TONE: (f32, f32) = (2_080.0, 2_120.0);
/// The component nearest to it.
const BIN: usize = (2_100.0 / STEP) as usize;
/// Windows after which it is told: the first turn of the phase is at 450 ms.
const TOLD: u32 = 30;
/// Windows that a turn of the phase may spoil.
const SPOILT: u32 = 5;

/// Follows the answering tone.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Answer {
    /// Windows since it began.
    windows: u32,
    /// Windows without it since the last one with it.
    missed: u32,
    phase: f32,
    /// Turn of the phase from one window to the next.
    turn: f32,
    turns: u32,
    told: bool,
}

impl Answer {
    /// Takes a window; tells the tone once. Real-time.
    pub fn take(&mut self, heard: &Heard, spectrum: &[Complex32]) -> Option<Signal> {
        let tone = matches!(heard, Heard::One(hz) if (TONE.0..=TONE.1).contains(hz));
        if !tone {
            self.missed += 1;
            if self.missed > SPOILT {
                *self = Self::default();
            } else if self.windows > 0 {
                self.windows += 1;
            }
            return None;
        }
        let phase = spectrum.get(BIN).map_or(0.0, |bin| bin.im.atan2(bin.re));
        let passed = self.missed + 1;
        let off = wrap(phase - self.phase - self.turn * passed as f32);
        match self.windows {
            0 => {}
            // What the tone turns by between two windows is within half a turn of what 2 100 Hz does.
            1 => self.turn = nominal() + wrap(phase - self.phase - nominal()),
            _ if off.abs() > 2.0 => self.turns += 1,
            _ if passed == 1 => self.turn += 0.25 * off,
            _ => {}
        }
        (self.phase, self.missed) = (phase, 0);
        self.windows += 1;
        let tell = self.windows >= TOLD && !self.told;
        self.told |= tell;
        tell.then_some(Signal::FaxAnswer { reversals: self.turns > 0 })
    }
}

fn nominal() -> f32 {
    wrap(TAU * (2_100.0 * HOP as f32 / 8_000.0).fract())
}

fn wrap(phase: f32) -> f32 {
    phase - TAU * ((phase + PI) / TAU).floor()
}
