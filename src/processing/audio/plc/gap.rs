//! One gap: what the signal was like before it, and how that goes on.

use crate::processing::audio::plc::cycle::Cycle;
use crate::processing::audio::plc::gain::Fade;
use crate::processing::audio::plc::noise::Noise;
use crate::processing::audio::plc::synthesis::Synthesis;
use crate::processing::audio::plc::{Predictor, dot, find_pitch, past_length};
use crate::types::SampleRate;

/// Stretch whose likeness to the past tells the pitch: the latest cycle or so, since what counts
/// is what comes next, not what was.
const RECENT_MS: usize = 7;
/// Stretch whose spectrum goes on.
const SPECTRUM_MS: usize = 20;
/// Below this correlation nothing is voiced, above the other one all is.
const VOICED: (f32, f32) = (0.2, 0.6);
/// One cycle is repeated for so long, then two take turns, as in ITU-T G.711 Appendix I.
const ONE_CYCLE_MS: usize = 10;

/// The signal before a gap, taken apart into excitation and filter.
#[derive(Debug)]
pub struct Gap {
    rate: SampleRate,
    per_ms: usize,
    /// The residual of the past; before what repetition reads, the past itself.
    residual: Box<[f32]>,
    cycle: Cycle,
    synthesis: Synthesis,
    /// Shares of the two excitations.
    periodic: f32,
    noisy: f32,
    /// Highest level of late: concealment does not exceed it.
    peak: f32,
    fade: Fade,
    noise: Noise,
    generated: usize,
}

impl Gap {
    /// Allocates.
    pub fn new(rate: SampleRate) -> Self {
        Self {
            rate,
            per_ms: (rate.hz() / 1_000) as usize,
            residual: vec![0.0; past_length(rate)].into_boxed_slice(),
            cycle: Cycle::default(),
            synthesis: Synthesis::silent(),
            periodic: 0.0,
            noisy: 0.0,
            peak: 0.0,
            fade: Fade::default(),
            noise: Noise::new(),
            generated: 0,
        }
    }

    /// Samples made since the gap opened.
    pub fn generated(&self) -> usize {
        self.generated
    }

    /// Whether the speech has faded away.
    pub fn faded(&self) -> bool {
        self.fade.over()
    }

    /// Takes the past apart. What is missing of it, or is not a number, counts as silence.
    pub fn open(&mut self, past: &[f32]) {
        let (per_ms, length) = (self.per_ms, self.residual.len());
        let past = &past[past.len().saturating_sub(length)..];
        let (unknown, known) = self.residual.split_at_mut(length - past.len());
        unknown.fill(0.0);
        for (to, from) in known.iter_mut().zip(past) {
            *to = if from.is_finite() { from.clamp(-1.0, 1.0) } else { 0.0 };
        }
        let past = &mut self.residual[..];

        let found = find_pitch(past, RECENT_MS * per_ms, self.rate);
        let (period, correlation) = found.map_or((10 * per_ms, 0.0), |p| (p.period, p.correlation));
        let voiced = ((correlation - VOICED.0) / (VOICED.1 - VOICED.0)).clamp(0.0, 1.0);
        self.peak = past[length - SPECTRUM_MS * per_ms..].iter().fold(0.0, |peak, s| s.abs().max(peak));
        self.fade = Fade::new(past, period, voiced, per_ms);
        self.cycle = Cycle::new(length, period, ONE_CYCLE_MS * per_ms);

        let predictor = Predictor::analyse(&past[length - SPECTRUM_MS * per_ms..], Predictor::order_for(self.rate));
        self.synthesis = Synthesis::new(predictor, past);
        let level = period.max(10 * per_ms);
        predictor.whiten(past, length - self.cycle.reach().max(level));
        let excitation = &past[length - level..];
        self.periodic = voiced;
        // Both shares together have the power of one.
        self.noisy = ((1.0 - voiced * voiced) * dot(excitation, excitation) / level as f32).sqrt();
        self.noise = Noise::new();
        self.generated = 0;
    }

    /// Makes the next samples, at most [`LONGEST`](super::synthesis::LONGEST), and tells the gain of each.
    pub fn fill(&mut self, out: &mut [f32], gains: &mut [f32]) {
        let Self { cycle, residual, synthesis, periodic, noisy, noise, .. } = self;
        let piece = synthesis.run(out.len(), || {
            let mut excitation = 0.0;
            if *periodic > 0.0 {
                excitation += *periodic * cycle.next(residual);
            }
            if *noisy > 0.0 {
                excitation += *noisy * noise.next();
            }
            excitation
        });
        for ((out, gain), sample) in out.iter_mut().zip(gains).zip(piece.samples()) {
            *gain = self.fade.next();
            *out = (*gain * sample).clamp(-self.peak, self.peak);
        }
        self.generated += out.len();
    }
}
