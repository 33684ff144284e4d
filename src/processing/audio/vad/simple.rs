//! Energy and zero crossings, beside those of the pauses (L. Rabiner and M. Sambur, 1975).

use super::decibel::bels;

/// Mean square under which there is no speech: −75 dBFS.
const LEAST: f32 = 3e-8;

/// Bels by which the floor rises in a tick: 3 dB a second, and 30 where the level is as steady as no voice's, so that a
/// new noise is speech for a second at most.
const RISE: f32 = 0.003;
const STEADY_RISE: f32 = 0.03;

/// Bels by which the level of a voice changes from tick to tick, in the mean, at least.
const LIVELY: f32 = 0.1;

/// Bels over the floor at which speech and noise are as likely, and what makes e of the odds.
const EVEN: f32 = 0.75;
const SPREAD: f32 = 0.15;

/// Most that other zero crossings than those of the noise count for.
const CROSSINGS: f32 = 0.3;

#[derive(Clone, Debug)]
pub(super) struct Energy {
    floor: Option<f32>,
    /// Share of sample pairs that cross zero in the noise.
    noise_crossings: f32,
    level: f32,
    /// Level of the last tick, and the mean of its changes.
    before: f32,
    change: f32,
    last: f32,
}

impl Energy {
    pub(super) const fn new() -> Self {
        Self { floor: None, noise_crossings: 0.0, level: 0.0, before: 0.0, change: 2.0 * LIVELY, last: 0.0 }
    }

    pub(super) fn judge(&mut self, frame: &[f32]) -> f32 {
        let (mut sum, mut crossings) = (0.0, 0u32);
        for sample in frame {
            let sample = if sample.is_finite() { sample.clamp(-16.0, 16.0) } else { 0.0 };
            sum += sample * sample;
            crossings += u32::from(sample * self.last < 0.0);
            self.last = sample;
        }
        let samples = frame.len().max(1) as f32;
        let (now, crossings) = (bels(LEAST + sum / samples), crossings as f32 / samples);
        // Rises at once, falls by half in 20 ms: the end of a word is quieter than its middle.
        self.level = if self.floor.is_none() || now > self.level { now } else { self.level + 0.3 * (now - self.level) };
        let floor = self.floor.unwrap_or(now);
        let over = self.level - floor;
        if self.floor.is_some() {
            self.change += 0.05 * ((now - self.before).abs().min(1.0) - self.change);
        }
        self.before = now;
        let rise = if self.change > LIVELY { RISE } else { STEADY_RISE };
        self.floor = Some(if now < floor { floor + 0.3 * (now - floor) } else { now.min(floor + rise) });
        if over < 0.3 {
            self.noise_crossings += 0.05 * (crossings - self.noise_crossings);
        }
        let other = (crossings - self.noise_crossings).abs() / (self.noise_crossings + 0.05);
        let score = over + CROSSINGS * other.min(1.0) * (over / EVEN).clamp(0.0, 1.0);
        if now <= bels(LEAST) + 0.3 && over < EVEN {
            return 0.0;
        }
        1.0 / (1.0 + (-(score - EVEN - 0.5 * CROSSINGS) / SPREAD).exp())
    }
}
