//! The buses of one zone: one for each rate in use and each plane, converted into each other.
//!
//! Members add at their own rate. Resampling is linear, so instead of each voice the *sum* of a rate is converted: R rates
//! take R·(R−1) resamplers, however many talk and listen. Members of one rate hear each other without a filter
//! between them, and nobody's coming or going starts a filter anew.

use super::bus::{Bus, Heard};
use super::limiter::Limiter;
use super::words;
use crate::processing::format::Resampler;
use crate::types::SampleRate;

/// Ticks for which a resampler still rings after the last voice; its filter is shorter than one.
const TAIL: u8 = 2;

/// Samples of the longest frame.
pub(super) const LONGEST: usize = SampleRate::HZ_48000.per_tick();

/// One channel of a zone: a bus for each rate.
#[derive(Debug)]
pub(super) struct Plane {
    buses: Box<[Bus]>,
    paths: Box<[Path]>,
}

#[derive(Debug)]
struct Path {
    from: usize,
    to: usize,
    resampler: Resampler,
    tail: u8,
}

impl Plane {
    /// Allocates.
    pub fn new(rates: &[SampleRate]) -> Self {
        let all = || rates.iter().copied().enumerate();
        let pairs = all().flat_map(|from| all().map(move |to| (from, to))).filter(|((from, _), (to, _))| from != to);
        let path = |((from, low), (to, high))| Path { from, to, resampler: Resampler::new(low, high), tail: 0 };
        Self { buses: rates.iter().map(|rate| Bus::new(rate.per_tick())).collect(), paths: pairs.map(path).collect() }
    }

    pub fn bus(&mut self, rate: usize) -> &mut Bus {
        &mut self.buses[rate]
    }

    pub fn heard(&self, rate: usize) -> Heard<'_> {
        self.buses[rate].heard()
    }

    /// Ends the tick: what was added at one rate is heard at all of them. Real-time.
    pub fn turn(&mut self) {
        if !self.paths.is_empty() {
            self.convert();
        }
        self.buses.iter_mut().for_each(Bus::turn);
    }

    fn convert(&mut self) {
        // All sums are taken before anything converted is added to them.
        let mut sums = [[0.0f32; LONGEST]; MAX_RATES];
        let mut present = [false; MAX_RATES];
        for ((bus, sum), present) in self.buses.iter_mut().zip(&mut sums).zip(&mut present) {
            let Some(words) = bus.sum() else { continue };
            *present = true;
            for (sample, &word) in sum.iter_mut().zip(words) {
                *sample = word as f32 / words::FULL_SCALE;
            }
        }
        for Path { from, to, resampler, tail } in &mut self.paths {
            if present[*from] {
                *tail = TAIL;
            } else if *tail == 0 {
                continue;
            } else {
                *tail -= 1;
            }
            let (mut converted, mut sum) = ([0.0f32; LONGEST], [0i64; LONGEST]);
            resampler.process(&sums[*from], &mut converted);
            for (sum, sample) in sum.iter_mut().zip(converted) {
                *sum = (sample * words::FULL_SCALE).round_ties_even() as i64;
            }
            self.buses[*to].add_sum(&sum);
        }
    }

    pub fn heap_bytes(&self) -> usize {
        self.buses.iter().map(|bus| size_of::<Bus>() + bus.heap_bytes()).sum::<usize>()
            + self.paths.len() * (size_of::<Path>() + 2 * LONGEST * size_of::<f32>())
    }
}

/// Most rates of one room.
pub const MAX_RATES: usize = 4;

/// A mix that many hear: a zone at one rate, limited once.
#[derive(Debug)]
pub(super) struct Shared {
    /// One frame, or left and right one behind the other.
    pub samples: Box<[f32]>,
    pub silent: bool,
    /// Before this tick: what a listener takes along who hears a mix of his own from this tick on.
    pub before: Limiter,
    pub limiter: Limiter,
}

impl Shared {
    /// Allocates.
    pub fn new(samples: usize, sides: usize) -> Self {
        let limiter = Limiter::new();
        Self { samples: vec![0.0; samples * sides].into(), silent: true, before: limiter, limiter }
    }

    /// Takes over the new tick's bus. Real-time.
    pub fn turn(&mut self, sides: [Option<Heard<'_>>; 2]) {
        self.before = self.limiter;
        let silent = sides.iter().flatten().all(|side| side.silent);
        if silent && self.silent && self.limiter.is_resting() {
            return;
        }
        self.silent = silent;
        let length = self.samples.len() / sides.iter().flatten().count().max(1);
        let mut peak = 0.0f32;
        for (out, side) in self.samples.chunks_mut(length).zip(sides.into_iter().flatten()) {
            peak = peak.max(words::to_samples(side.words, side.shift, out));
        }
        let (left, right) = self.samples.split_at_mut(length);
        self.limiter.process_peak(peak, left, right);
    }
}
