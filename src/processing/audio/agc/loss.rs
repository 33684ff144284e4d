//! What compression takes from the loudness of speech, so that the gain can give it back.

/// Share by which it is followed in a tick of speech: 0.5 s while the gain is on its way to a new talker, and then 3 s, as long as
/// loudness is measured.
const FIRST: f32 = 0.02;
const KNOWN: f32 = 0.003_3;

/// Mean K-weighted powers of speech before and after.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loss {
    before: f32,
    after: f32,
    share: f32,
}

impl Loss {
    pub(super) const fn new() -> Self {
        Self { before: 0.0, after: 0.0, share: FIRST }
    }

    /// Takes the powers of a tick of speech of a talker who is `known` or not. Real-time.
    pub(super) fn push(&mut self, before: f32, after: f32, known: bool) {
        self.before += self.share * (before - self.before);
        self.after += self.share * (after - self.after);
        self.share = if known { (self.share / (1.0 + self.share)).max(KNOWN) } else { FIRST };
    }

    /// 0 or more.
    pub(super) fn decibels(&self) -> f32 {
        if self.after > 1e-12 { (10.0 * (self.before / self.after).log10()).clamp(0.0, 20.0) } else { 0.0 }
    }
}
