//! How loud the speech of a talker is: the gated mean of BS.1770-4 over what was speech, of the last seconds of it.

use crate::processing::audio::loudness::Lufs;

/// Steps of 10 ms in a block, and between blocks.
const BLOCK: u32 = 40;
const HOP: u32 = 10;

/// Steps of speech that make a block count: the pauses within a sentence belong to it, as in integrated loudness.
const SPEECH: u32 = 12;

/// The relative gate of BS.1770-4: 10 LU.
const GATE: f64 = 0.1;

/// Blocks over which the mean is taken once there are so many: 3 s of speech.
const LONG: u32 = 30;

/// Blocks after which a talker counts as known.
const KNOWN: u32 = 20;

/// Blocks in a row that have to be quieter, and their share of the mean, for a new start: somebody else talks,
/// or the same one from farther off. An energy mean would take half a minute to forget the louder one.
const QUIETER: u32 = 15;
const QUIET: f64 = 0.4;

/// Takes K-weighted power by steps of 10 ms.
#[derive(Clone, Debug)]
pub(super) struct SpeechLevel {
    steps: [f32; BLOCK as usize],
    /// Which of them were speech, a bit each, the newest lowest.
    speech: u64,
    at: u32,
    mean: f64,
    blocks: u32,
    /// Blocks in a row that were much quieter, and their sum.
    quieter: u32,
    quiet_sum: f64,
}

impl SpeechLevel {
    pub(super) const fn new() -> Self {
        Self { steps: [0.0; BLOCK as usize], speech: 0, at: 0, mean: 0.0, blocks: 0, quieter: 0, quiet_sum: 0.0 }
    }

    /// Takes the mean square of a step. Real-time.
    pub(super) fn push(&mut self, power: f32, speech: bool) {
        self.steps[self.at as usize] = power;
        self.speech = (self.speech << 1 | u64::from(speech)) & ((1 << BLOCK) - 1);
        self.at = (self.at + 1) % BLOCK;
        if self.at.is_multiple_of(HOP) && self.speech.count_ones() >= SPEECH {
            let sum: f64 = self.steps.iter().map(|&power| f64::from(power)).sum();
            self.take(sum / f64::from(BLOCK));
        }
    }

    fn take(&mut self, block: f64) {
        if block < self.mean * QUIET {
            self.quieter += 1;
            self.quiet_sum += block;
            if self.quieter >= QUIETER {
                (self.mean, self.blocks) = (self.quiet_sum / f64::from(self.quieter), self.quieter);
                (self.quieter, self.quiet_sum) = (0, 0.0);
                return;
            }
        } else {
            (self.quieter, self.quiet_sum) = (0, 0.0);
        }
        if block >= self.mean * GATE {
            self.blocks = (self.blocks + 1).min(LONG);
            self.mean += (block - self.mean) / f64::from(self.blocks);
        }
    }

    /// `None` before the first block of speech.
    pub(super) fn loudness(&self) -> Option<Lufs> {
        (self.blocks > 0).then(|| Lufs::of(self.mean))
    }

    /// Whether enough has been heard to move slowly from now on.
    pub(super) fn is_known(&self) -> bool {
        self.blocks >= KNOWN
    }
}
