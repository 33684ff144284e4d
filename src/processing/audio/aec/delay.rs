//! Finds where in the last half second of the far end the echo begins.
//!
//! A second, coarse adaptive filter over the whole span at a rate of about 4 kHz, where most of a voice is: the
//! partition in which its coefficients are strong is the delay. Unlike a correlation it takes the voice's own
//! periodicity out, and unlike a binary estimator it sees an echo under near-end speech.

use super::decimator::Decimator;
use super::harm::Harm;
use super::history::{History, Past};
use super::kalman::{KalmanFilter, Learning};
use super::spectrum::Transform;

/// Blocks of 10 ms over which an echo is looked for: 500 ms, and the start of the room behind it.
pub(super) const SPAN: usize = 54;

/// Partitions whose energy is this part of the strongest one's may be where the echo begins.
const ONSET: f32 = 0.2;

/// The strongest partition stands out when it has this many times the energy of a middling one.
const CLEAR: f32 = 12.0;

/// Blocks in a row of the same onset before it is believed.
const PATIENCE: u32 = 5;

/// Mean power of the far end, per sample at the low rate, below which nothing can be learnt.
const AUDIBLE: f32 = 1e-7;

/// The search.
#[derive(Debug)]
pub(super) struct DelaySearch {
    decimators: [Decimator; 2],
    low: [Box<[f32]>; 2],
    echo: Box<[f32]>,
    far: History,
    filter: KalmanFilter,
    transform: Transform,
    harm: Harm,
    energies: Box<[f32]>,
    sorted: Box<[f32]>,
    candidate: usize,
    agreed: u32,
    found: Option<usize>,
}

impl DelaySearch {
    /// For blocks of `samples` at `hz`. Allocates.
    pub fn new(samples: usize, hz: u32) -> Self {
        let wanted = (hz / 4_000).max(1) as usize;
        let factor = (1..=wanted).rev().find(|factor| samples.is_multiple_of(*factor)).unwrap_or(1);
        let size = samples / factor;
        let learning = Learning { forget: 0.02, memory: 0.5, prior: 0.2, decay: 1.0, bent: 0.0 };
        let zeros = |n: usize| -> Box<[f32]> { vec![0.0; n].into() };
        Self {
            decimators: [Decimator::new(factor, samples), Decimator::new(factor, samples)],
            low: [zeros(size), zeros(size)],
            echo: zeros(size),
            far: History::new(size, SPAN),
            filter: KalmanFilter::new(size, [SPAN, 0], learning),
            transform: Transform::new(2 * size),
            harm: Harm::default(),
            energies: zeros(SPAN),
            sorted: zeros(SPAN),
            candidate: 0,
            agreed: 0,
            found: None,
        }
    }

    /// The delay in blocks, once it is known.
    pub fn found(&self) -> Option<usize> {
        self.found
    }

    /// What the search has learnt of the path, from the newest block on.
    pub fn path(&self) -> &KalmanFilter {
        &self.filter
    }

    pub fn clear(&mut self) {
        self.decimators.iter_mut().for_each(Decimator::clear);
        self.far.clear();
        self.filter.reset();
        (self.harm, self.candidate, self.agreed, self.found) = (Harm::default(), 0, 0, None);
    }

    /// Takes a block of both ends.
    pub fn process(&mut self, far: &[f32], mic: &[f32]) {
        let [far_low, mic_low] = &mut self.low;
        self.decimators[0].process(far, far_low);
        self.decimators[1].process(mic, mic_low);
        self.far.push(far_low, &mut self.transform);
        let far = Past { far: &self.far, bent: &self.far, offset: 0 };
        self.filter.predict(far, &mut self.transform, &mut self.echo);
        self.echo.iter_mut().zip(&*mic_low).for_each(|(echo, mic)| *echo = mic - *echo);
        if self.harm.grows(mic_low, &self.echo) {
            self.filter.restart(1.0);
        }
        self.filter.adapt(far, &mut self.transform, &self.echo);
        self.locate();
    }

    fn locate(&mut self) {
        let audible = self.low[0].iter().map(|x| x * x).sum::<f32>() > AUDIBLE * self.low[0].len() as f32;
        if !audible || !self.harm.shrinks() {
            return;
        }
        self.filter.energies(&mut self.energies);
        self.sorted.copy_from_slice(&self.energies);
        let (_, median, _) = self.sorted.select_nth_unstable_by(SPAN / 2, f32::total_cmp);
        let peak = self.energies.iter().fold(0.0f32, |peak, e| peak.max(*e));
        if peak <= CLEAR * *median + 1e-9 {
            self.agreed = 0;
            return;
        }
        let onset = self.energies.iter().position(|e| *e >= ONSET * peak).unwrap_or(0);
        if onset.abs_diff(self.candidate) > 1 {
            self.agreed = 0;
        }
        self.candidate = onset;
        self.agreed = (self.agreed + 1).min(PATIENCE);
        if self.agreed == PATIENCE {
            self.found = Some(onset);
        }
    }
}
