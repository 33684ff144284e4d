//! Whether what plays is a voice, by more than one look at it.
//!
//! Random bits at 1 200 bit/s look like a voice for 30 ms in two looks of a hundred. A voice does so three times in a row.

/// Looks in a row that make a voice out of anything else.
const VOICE: u8 = 3;
/// Looks in a row after which it may be something else: half a second of them.
const OTHER: u8 = 16;

/// What the looks so far say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence {
    voice: bool,
    /// Looks in a row that say otherwise.
    against: u8,
}

impl Evidence {
    /// Takes in a look; returns whether it may be acted on as a voice. Real-time.
    pub fn look(&mut self, voice: bool) -> bool {
        self.against = if voice == self.voice { 0 } else { self.against + 1 };
        if self.against >= if self.voice { OTHER } else { VOICE } {
            (self.voice, self.against) = (voice, 0);
        }
        voice && self.voice
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_look_proves_neither_a_voice_nor_its_end() {
        let mut evidence = Evidence::default();
        let looks = [true, true, false, true, true, true, false, true].map(|voice| evidence.look(voice));
        assert_eq!(looks, [false, false, false, false, false, true, false, true]);
        (0..15).for_each(|_| _ = evidence.look(false));
        assert!(evidence.look(true), "half a second without a voice is a fricative and a plosive");
        (0..16).for_each(|_| _ = evidence.look(false));
        assert!(!evidence.look(true));
    }
}
