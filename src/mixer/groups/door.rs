//! When a group lets a listener in whose decoder has heard something else.
//!
//! What is wrong after that is left over from before: it is least beside what is far louder. So the best packet is the first of a
//! talk spurt, and the worst a quiet one.

/// Mean power of a packet that is no pause: −40 dBov.
const LOUD: f32 = 1e-4;

/// How much louder than the three packets before it the first of a talk spurt is (10 dB), and one of speech that rises (3 dB).
const ONSET: f32 = 10.0;
const RISE: f32 = 2.0;

/// Packets for which a group waits for a talk spurt to begin, and for speech to rise: 2 s and 5 s of 20 ms. Then any will do.
const PATIENCE: [u32; 2] = [100, 250];

/// Whom a packet lets in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Opening {
    /// Nobody.
    #[default]
    Nobody,
    /// Those who have hardly heard anything yet.
    Newcomers,
    /// Everybody.
    All,
}

/// The way into a group.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Door {
    /// A newcomer wants in.
    newcomer: bool,
    /// Somebody wants in, since so many packets.
    wanted: u32,
    /// Mean powers of the last packets, the newest first.
    before: [f32; 3],
}

impl Door {
    /// Somebody wants in.
    pub fn knock(&mut self, newcomer: bool) {
        self.newcomer |= newcomer;
        self.wanted = self.wanted.max(u32::from(!newcomer));
    }

    /// Whom a packet lets in. Real-time.
    pub fn opens(&mut self, frame: &[f32]) -> Opening {
        let newcomer = std::mem::take(&mut self.newcomer);
        match self.suits(frame) {
            true => Opening::All,
            false if newcomer => Opening::Newcomers,
            false => Opening::Nobody,
        }
    }

    /// Whether little of what was before is heard in a packet.
    fn suits(&mut self, frame: &[f32]) -> bool {
        if self.wanted == 0 {
            return false;
        }
        let power = frame.iter().map(|x| x * x).sum::<f32>() / frame.len().max(1) as f32;
        let [last, second, third] = self.before;
        self.before = [power, last, second];
        self.wanted = self.wanted.saturating_add(1);
        let rises = |by: f32, over: f32| power >= LOUD && power >= by * over;
        match self.wanted {
            // Nothing is known yet of what was before.
            0..=4 => false,
            wanted if wanted > PATIENCE[1] => true,
            wanted if wanted > PATIENCE[0] => rises(RISE, last),
            _ => rises(ONSET, last.max(second).max(third)),
        }
    }
}
