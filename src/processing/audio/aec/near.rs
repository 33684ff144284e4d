//! Whether the near end talks.

/// Share of the error's power that no echo explains, from which on a voice may be there, and where it surely is.
const UNEXPLAINED: [f32; 2] = [0.2, 0.5];

/// Blocks for which a voice is still there after it was last heard: between syllables. 200 ms.
const HANGOVER: u32 = 20;

/// How sure it is that the near end talks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NearEnd {
    level: f32,
    held: u32,
}

impl NearEnd {
    /// From 0, silent, to 1, talking.
    pub fn level(&self) -> f32 {
        self.level
    }

    /// Takes in the `share` of the newest block that no echo explains. Quick to believe in a voice, slow to drop it.
    pub fn update(&mut self, share: f32) {
        let level = ((share - UNEXPLAINED[0]) / (UNEXPLAINED[1] - UNEXPLAINED[0])).clamp(0.0, 1.0);
        if level >= self.level {
            self.level += 0.7 * (level - self.level);
            self.held = HANGOVER;
        } else if self.held > 0 {
            self.held -= 1;
        } else {
            self.level += 0.15 * (level - self.level);
        }
    }
}
