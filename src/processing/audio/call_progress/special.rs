//! Special information tones: three rising tones of 276 or 380 ms (ITU-T E.180; North America's variants).

/// Hertz of the three, in both variants.
const TONES: [[f32; 2]; 3] = [[913.8, 985.2], [1_370.6, 1_428.5], [1_776.7, 1_776.7]];
/// They may be off by so much (E.180: 50 Hz).
const OFF: f32 = 50.0;
/// Longest pause between two of them in milliseconds.
const PAUSE: u32 = 120;

/// How far a row of tones has come.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Special {
    /// Tones of the row that were heard.
    heard: usize,
}

impl Special {
    /// A tone begins, so many milliseconds after the one before; whether it is the third.
    pub fn begin(&mut self, hz: f32, pause: u32) -> bool {
        let is = |place: usize| TONES[place].iter().any(|tone| (hz - tone).abs() <= OFF);
        self.heard = match self.heard {
            at @ 1..=2 if pause <= PAUSE && is(at) => at + 1,
            _ if is(0) => 1,
            _ => 0,
        };
        self.heard == 3
    }

    /// A tone ends after so many milliseconds.
    pub fn end(&mut self, on: u32) {
        if !(180..=480).contains(&on) {
            self.heard = 0;
        }
    }

    /// The present tone is one of a row, or was its last.
    pub fn is_on(&self) -> bool {
        self.heard >= 2
    }
}
