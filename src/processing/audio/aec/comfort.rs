//! The background noise of the near end: how loud it is, and noise like it.
//!
//! The floor is the least smoothed power of the last seconds (R. Martin, "Noise power spectral density estimation based
//! on optimal smoothing and minimum statistics", IEEE Trans. SAP 9, 2001), here with fixed smoothing.

/// Weight of the newest block in the smoothed power.
const SMOOTHING: f32 = 0.2;

/// Blocks of a search for the least power; the floor is the least of two searches: up to 3 s without echo.
const SEARCH: u32 = 150;

/// The most that echo may be of a power that tells something of the noise.
const ECHO: f32 = 0.25;

/// Smoothed power over the floor of what is still noise, and weight of the newest block of it in its mean: the floor goes
/// along the lower edge of a noisy line.
const NOISE: (f32, f32) = (10.0, 0.02);

/// Comfort noise is this much below the noise: its steadiness makes it seem louder. −3 dB.
const LEVEL: f32 = 0.5;

/// Floor of a bin over the samples of a block, below which the background is not imitated: −66 dBov of white noise.
const INAUDIBLE: f32 = 1e-7;

/// Mean power of bins over the inaudible one, below which there is no line yet: −101 dBov.
const SILENT: f32 = 1e-3;

/// The floor of each bin, and a source of noise.
#[derive(Debug)]
pub(super) struct Background {
    smooth: Box<[f32]>,
    /// Least power of the running search and of the one before.
    least: [Box<[f32]>; 2],
    floor: Box<[f32]>,
    /// Mean power of the noise.
    mean: Box<[f32]>,
    inaudible: f32,
    /// Whether anything has come yet: before there is a line, there is no background.
    alive: bool,
    /// Blocks that the running search of each bin has seen.
    searched: Box<[u32]>,
    seed: u32,
}

impl Background {
    /// For `row` numbers of spectra of two blocks of `samples`. Allocates.
    pub fn new(row: usize, samples: usize) -> Self {
        let numbers = |value: f32| -> Box<[f32]> { vec![value; row].into() };
        let least = [numbers(f32::MAX), numbers(f32::MAX)];
        let inaudible = INAUDIBLE * samples as f32;
        Self {
            smooth: numbers(0.0),
            least,
            floor: numbers(0.0),
            mean: numbers(0.0),
            inaudible,
            alive: false,
            searched: vec![0; row].into(),
            seed: 1,
        }
    }

    /// Takes in the power of each bin, and the echo that may be in it: where it may be most of it, no search ends.
    pub fn update(&mut self, power: &[f32], echo: &[f32]) {
        self.alive |= power.iter().sum::<f32>() > SILENT * self.inaudible * power.len() as f32;
        if !self.alive {
            return;
        }
        let [running, before] = &mut self.least;
        let rows = self
            .smooth
            .iter_mut()
            .zip(running)
            .zip(before)
            .zip(&mut self.floor)
            .zip(&mut self.searched)
            .zip(&mut self.mean);
        for ((((((smooth, running), before), floor), searched), mean), (power, echo)) in
            rows.zip(power.iter().zip(echo))
        {
            if *smooth == 0.0 {
                *smooth = *power;
            }
            *smooth += SMOOTHING * (power - *smooth) + 1e-20;
            *running = running.min(*smooth);
            *floor = running.min(*before);
            *mean = mean.min(NOISE.0 * *floor);
            if *echo > ECHO * power {
                continue;
            }
            if *smooth < NOISE.0 * *floor {
                *mean = mean.max(*floor);
                *mean += NOISE.1 * (*smooth - *mean);
            }
            *searched += 1;
            if *searched == SEARCH {
                (*before, *running, *searched) = (*running, f32::MAX, 0);
            }
        }
    }

    /// The floor of each bin, below the mean of the noise.
    pub fn floor(&self) -> &[f32] {
        &self.floor
    }

    /// What fills up one bin of which `gain` is left: of the noise's power, in one of four phases. Under a near end that
    /// talks, from 0 to 1, there is less of it.
    pub fn fill(&mut self, bin: usize, gain: f32, near: f32) -> (f32, f32) {
        // Numerical Recipes' generator: two bits of it need no better one.
        self.seed = self.seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if self.floor[bin] < self.inaudible {
            return (0.0, 0.0);
        }
        // Both parts are this large, and a window takes half of their power.
        let part = (LEVEL * (1.0 - near) * self.mean[bin] * (1.0 - gain * gain).max(0.0)).sqrt();
        let sign = |bit: u32| if self.seed >> bit & 1 == 1 { part } else { -part };
        (sign(30), sign(31))
    }

    pub fn clear(&mut self) {
        self.smooth.fill(0.0);
        self.floor.fill(0.0);
        self.least.iter_mut().for_each(|least| least.fill(f32::MAX));
        self.searched.fill(0);
        self.mean.fill(0.0);
        (self.seed, self.alive) = (1, false);
    }
}
