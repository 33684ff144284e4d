//! Subtracts what a linear path explains of the echo.
//!
//! Two filters over the same part of the past: one that is slow to believe that the path moves and so reaches deep,
//! and a quick one that takes over where the path did move (the two-path idea of K. Ochiai et al., IEEE Trans. COM-25,
//! 1977). Which one is heard, and which one learns from which, is decided by what they leave.

use super::delay::SPAN;
use super::drift::Drift;
use super::harm::{Harm, energy};
use super::history::{History, Past};
use super::kalman::{KalmanFilter, Learning};
use super::magnitude::Magnitude;
use super::spectrum::Transform;

/// Partitions of the filters, 10 ms each.
const PARTITIONS: usize = 20;

/// Blocks by which the echo may begin later than the filters before they are moved.
const SLACK: usize = 4;

/// Weight of the newest block in the powers by which the filters are compared.
const SMOOTHING: f32 = 0.15;

/// How much less a filter must leave before the other one learns from it: 1.5 dB.
const BETTER: f32 = 0.7;

/// What filters that are of use leave of the power: −6 dB.
const HELPFUL: f32 = 0.25;

/// The most blocks by which filters that are of use are moved: their clocks drift, all else is a mistake of the search.
const NEARBY: usize = 8;

/// What is thought of the path when the filters start afresh, as a share of the first uncertainty.
const RESTART: f32 = 0.3;

/// Partitions of the far end's magnitude.
const MAGNITUDE: usize = 10;

/// Believes that a path stays for seconds.
const DEEP: Learning = Learning { forget: 0.001, memory: 0.8, prior: 0.1, decay: 0.88, bent: 0.1 };

/// Believes that a path stays for a fifth of a second, and may be as loud as the far end.
const QUICK: Learning = Learning { forget: 0.05, memory: 0.5, prior: 0.4, decay: 0.88, bent: 0.02 };

/// The two filters and the past they look at.
#[derive(Debug)]
pub(super) struct LinearCanceller {
    far: History,
    bent: Magnitude,
    deep: KalmanFilter,
    quick: KalmanFilter,
    offset: usize,
    echoes: [Box<[f32]>; 2],
    errors: [Box<[f32]>; 2],
    power: f32,
    powers: [f32; 2],
    harm: Harm,
    heard: usize,
    restarts: u32,
    drift: Drift,
}

impl LinearCanceller {
    /// For blocks of `samples`. Allocates.
    pub fn new(samples: usize) -> Self {
        let block = || -> Box<[f32]> { vec![0.0; samples].into() };
        Self {
            far: History::new(samples, SPAN + PARTITIONS),
            bent: Magnitude::new(samples, SPAN + MAGNITUDE),
            deep: KalmanFilter::new(samples, [PARTITIONS, MAGNITUDE], DEEP),
            quick: KalmanFilter::new(samples, [PARTITIONS, MAGNITUDE], QUICK),
            offset: 0,
            echoes: [block(), block()],
            errors: [block(), block()],
            power: 0.0,
            powers: [0.0; 2],
            harm: Harm::default(),
            heard: 0,
            restarts: 0,
            drift: Drift::new(samples),
        }
    }

    /// Takes a block of both ends; `transform` is of two blocks. What is left is in [`error`](Self::error).
    pub fn process(&mut self, far: &[f32], mic: &[f32], coarse: &KalmanFilter, transform: &mut Transform) {
        self.far.push(far, transform);
        self.bent.push(far, transform);
        let past = Past { far: &self.far, bent: &self.bent.history, offset: self.offset };
        self.deep.predict(past, transform, &mut self.echoes[0]);
        self.quick.predict(past, transform, &mut self.echoes[1]);
        for ((error, echo), power) in self.errors.iter_mut().zip(&self.echoes).zip(&mut self.powers) {
            for ((error, mic), echo) in error.iter_mut().zip(mic).zip(echo) {
                *error = mic - echo;
            }
            *power += SMOOTHING * (energy(error) - *power);
        }
        self.deep.adapt(past, transform, &self.errors[0]);
        self.quick.adapt(past, transform, &self.errors[1]);
        self.power += SMOOTHING * (energy(mic) - self.power);
        self.compare(mic, coarse);
        self.follow();
    }

    /// Moves the filters as the echo's delay drifts.
    fn follow(&mut self) {
        let heard = self.heard;
        if self.helps() {
            self.drift.update(&self.echoes[heard], &self.errors[heard]);
        }
        if let Some((turn, nearing)) = self.drift.turn() {
            self.deep.rotate(turn, nearing);
            self.quick.rotate(turn, nearing);
        }
    }

    /// Looks from now on at the part of the past where an echo begins that is `delay` blocks old.
    ///
    /// What `coarse` has learnt of the path from the newest block on is where the filters begin, unless they are of use.
    pub fn align(&mut self, delay: usize, coarse: &KalmanFilter) {
        if (self.offset..=self.offset + SLACK).contains(&delay) {
            return;
        }
        let offset = delay.saturating_sub(1).min(SPAN);
        let later = offset as isize - self.offset as isize;
        if !self.helps() {
            self.offset = offset;
            self.seed(coarse, 1.0);
        } else if later.unsigned_abs() <= NEARBY {
            self.offset = offset;
            for filter in [&mut self.deep, &mut self.quick] {
                filter.shift(later);
                filter.doubt(1.0);
            }
        }
    }

    /// Whether the filters take most of the echo away where they are.
    pub fn helps(&self) -> bool {
        self.powers[self.heard] < HELPFUL * self.power
    }

    fn seed(&mut self, coarse: &KalmanFilter, share: f32) {
        for filter in [&mut self.deep, &mut self.quick] {
            filter.seed(coarse, self.offset, share);
        }
        (self.powers, self.harm) = ([self.power; 2], Harm::default());
    }

    fn compare(&mut self, mic: &[f32], coarse: &KalmanFilter) {
        let [deep, quick] = self.powers;
        self.heard = usize::from(quick < BETTER * deep);
        if quick < BETTER * BETTER * deep {
            self.deep.copy(&self.quick);
            self.powers[0] = quick;
        } else if deep < BETTER * BETTER * quick {
            self.quick.copy(&self.deep);
            self.powers[1] = deep;
        }
        if self.harm.grows(mic, &self.errors[self.heard]) {
            self.seed(coarse, RESTART);
            self.restarts += 1;
        }
    }

    /// What is left of the microphone's block.
    pub fn error(&self) -> &[f32] {
        &self.errors[self.heard]
    }

    /// Energy of the block of the far end of which the echo begins now.
    pub fn played(&self) -> f32 {
        // Of the bins of two blocks half are stored; a transform of so many samples makes energies as many times larger.
        let power = self.far.block(self.offset).weight.iter().sum::<f32>();
        power / (2 * self.errors[0].len()) as f32
    }

    /// The block of echo that was subtracted.
    pub fn echo(&self) -> &[f32] {
        &self.echoes[self.heard]
    }

    /// Power of the echo that the heard filter thinks it leaves, for each bin, of two blocks.
    pub fn residual(&self) -> &[f32] {
        if self.heard == 0 { &self.deep.residual } else { &self.quick.residual }
    }

    pub fn restarts(&self) -> u32 {
        self.restarts
    }

    pub fn clear(&mut self) {
        self.far.clear();
        self.bent.clear();
        self.drift.clear();
        self.deep.reset();
        self.quick.reset();
        (self.offset, self.power, self.powers, self.heard, self.harm, self.restarts) =
            (0, 0.0, [0.0; 2], 0, Harm::default(), 0);
    }
}
