//! Whether an echo must be expected of which nothing is known yet.
//!
//! Until the filters have found the echo, and again when its path has changed, nothing tells it from a voice. For about
//! a second of the far end's speech what comes back is then taken for an echo; after that there is none.

use super::harm::energy;

/// Blocks of an audible far end for which an echo is expected.
const EXPECTED: u32 = 100;

/// Power of a sample of the far end from which on an echo of it is expected: −50 dBov.
const AUDIBLE: f32 = 1e-5;

/// What remains of the loudest far end from block to block: echoes come up to half a second later.
const FADING: f32 = 0.98;

/// An echo is hardly louder than this many times its far end: +6 dB.
const LOUDEST: f32 = 4.0;

/// A near end talks at this much over its background, and at least at −50 dBov.
const VOICE: f32 = 30.0;

/// What the background rises by from block to block when nothing lowers it: 9 dB a second.
const RISING: f32 = 1.02;

/// Blocks for which a voice goes on that was there before the far end: between syllables.
const HANGOVER: u32 = 30;

/// How long an echo has been expected in vain.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Blind {
    loudest: f32,
    waited: u32,
    /// Whether the filters have helped since it was last expected: a path that was never known has not changed.
    helped: bool,
    restarts: u32,
    background: f32,
    /// Blocks for which a near end may still talk that did when there was no far end.
    talks: u32,
}

impl Blind {
    /// Takes in a block of both ends, whether the filters help, and how often they started afresh. True where what came
    /// must be an echo.
    pub fn update(&mut self, far: &[f32], mic: &[f32], helps: bool, restarts: u32) -> bool {
        self.loudest = energy(far).max(FADING * self.loudest);
        if restarts != self.restarts && self.helped {
            (self.waited, self.helped) = (0, false);
        }
        self.restarts = restarts;
        if helps {
            (self.waited, self.helped) = (EXPECTED, true);
        }
        let least = AUDIBLE * far.len() as f32;
        let (audible, heard) = (self.loudest > least, energy(mic));
        // A line that was silent before says nothing of its background.
        let floor = least / VOICE;
        self.background = heard.max(floor).min(RISING * self.background.max(floor));
        let voice = heard > VOICE * self.background;
        self.talks = match (voice, audible) {
            (true, false) => HANGOVER,
            (true, true) if self.talks > 0 => HANGOVER,
            _ => self.talks.saturating_sub(1),
        };
        let expected = audible && self.waited < EXPECTED;
        self.waited += u32::from(expected);
        expected && self.talks == 0 && heard < LOUDEST * self.loudest
    }
}
