//! Discontinuous transmission: when a pause sends a descriptor, and which (G.729 Annex B clause B.4).
//!
//! The first frame of a pause sends one. After that, one is sent when spectrum or level have changed, at the
//! earliest two frames after the one before.

use super::super::bits::SidParams;
use super::super::frame::{EXCITATION, ORDER, TAPS};
use super::super::lsp::LspPredictor;
use super::averages::Scaled;
use super::comfort_noise::{ComfortNoise, NoiseFrame};
use super::filter_change::ReferenceFilter;
use super::sid_gain::{Energy, SidGain, quantise};
use super::sid_lsf_search;
use crate::codec::audio::g729::encoder::{Autocorrelation, Prediction, levinson, lpc_to_lsp, lsf_weights};

/// Distance at which the filter counts as changed while noise goes on, 0.148 (Q15).
const CHANGED: i16 = 4855;

/// Distance at which a descriptor carries the frame's own filter and not the past's mean, 0.0965 (Q15).
const UNSTEADY: i16 = 3161;

/// Frames between descriptors at least.
const SHORTEST_INTERVAL: u8 = 3;

/// Change of level in dB that asks for a new descriptor is more than this.
const LEVEL_STEP: i16 = 2;

/// What the coder's frame of a pause works on.
pub struct Pause<'a> {
    /// Fallback of the recursion for unstable filters, shared with the coding of speech.
    pub prediction: &'a mut Prediction,
    /// Memory of the LSP quantiser.
    pub predictor: &'a mut LspPredictor,
    /// Quantised LSPs of the frame before; those of this frame afterwards.
    pub lsp: &'a mut [i16; ORDER],
    /// Past excitation; this frame's is written behind it.
    pub excitation: &'a mut [i16; EXCITATION],
}

/// The past that the decisions take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dtx {
    /// Autocorrelations of this frame and the one before.
    recent: [Scaled; 2],
    /// Sums over two frames, of the last six frames.
    past: [Scaled; 3],
    /// Whether the pair of frames is whole.
    pair_is_whole: bool,
    /// Residual energies of this frame of the pause and the one before.
    energies: [Energy; 2],
    /// How many of them are of this pause.
    known: usize,
    reference: ReferenceFilter,
    /// Level of the last descriptor in dB.
    level: i16,
    changed: bool,
    /// Frames since the last descriptor.
    interval: u8,
    noise: ComfortNoise,
}

impl Dtx {
    /// As at the start of a call.
    pub const fn new() -> Self {
        Self {
            recent: [Scaled::zero(); 2],
            past: [Scaled::zero(); 3],
            pair_is_whole: true,
            energies: [Energy { mantissa: 0, shift: 40 }; 2],
            known: 0,
            reference: ReferenceFilter::none(),
            level: 0,
            changed: false,
            interval: 0,
            noise: ComfortNoise::new(),
        }
    }

    /// Takes in a frame of speech, its autocorrelation before the lag window. Real-time.
    pub fn speech(&mut self, autocorrelation: &Autocorrelation) {
        self.observe(autocorrelation);
        self.average();
        self.noise.rest();
    }

    /// Codes a frame of a pause: the descriptor if one is to be sent, and the noise that the decoder will make
    /// of it. `first`: the frame before was speech. `may_describe`: a descriptor has room; else one that is due
    /// waits for the next frame, unless the pause begins here.
    ///
    /// Real-time: about 10 000 products with a descriptor, 3000 without.
    pub fn pause(
        &mut self,
        first: bool,
        may_describe: bool,
        autocorrelation: &Autocorrelation,
        coder: Pause<'_>,
    ) -> (Option<SidParams>, NoiseFrame) {
        self.observe(autocorrelation);
        let signal = Scaled::sum(&self.recent);
        let filter = self.measure(&signal, coder.prediction);
        self.known = if first { 1 } else { (self.known + 1).min(2) };
        let gain = quantise(&self.energies[..self.known]);
        let sid = self.is_due(first, may_describe, &signal, gain).then(|| {
            let lpc = self.representative(&signal, filter, coder.prediction);
            let lsp = lpc_to_lsp(&lpc).unwrap_or(*coder.lsp);
            let (mut sid, quantised) = sid_lsf_search::quantise(coder.predictor, &lsp, lsf_weights);
            sid.gain = gain.index;
            self.level = gain.decibels;
            self.noise.aim_at(gain.index);
            self.noise.shape(quantised);
            sid
        });
        let frame = self.noise.generate(first, coder.lsp, coder.excitation);
        self.average();
        (sid, frame)
    }

    fn observe(&mut self, autocorrelation: &Autocorrelation) {
        self.recent = [Scaled::of(autocorrelation), self.recent[0]];
        self.pair_is_whole = !self.pair_is_whole;
    }

    /// Keeps the sum of each second pair of frames, so that pairs do not overlap.
    fn average(&mut self) {
        if self.pair_is_whole {
            self.past = [Scaled::sum(&self.recent), self.past[0], self.past[1]];
        }
    }

    /// The filter of the last two frames; remembers what energy it leaves.
    fn measure(&mut self, signal: &Scaled, prediction: &mut Prediction) -> [i16; TAPS] {
        self.energies[1] = self.energies[0];
        self.energies[0].shift = signal.shift;
        let Some(lags) = signal.to_lags() else {
            self.energies[0].mantissa = 0;
            return Prediction::none().filter;
        };
        if let Some(stable) = levinson(&lags) {
            self.energies[0].mantissa = stable.error;
            *prediction = stable;
        }
        prediction.filter
    }

    /// Whether this frame sends a descriptor (clause B.4.1).
    fn is_due(&mut self, first: bool, may_describe: bool, signal: &Scaled, gain: SidGain) -> bool {
        if !first {
            self.changed |= self.reference.differs(signal, self.energies[0].mantissa, CHANGED)
                || (self.level - gain.decibels).abs() > LEVEL_STEP;
            self.interval = (self.interval + 1).min(SHORTEST_INTERVAL);
        }
        let due = first || (self.changed && self.interval >= SHORTEST_INTERVAL && may_describe);
        if due {
            self.interval = 0;
            self.changed = false;
        }
        due
    }

    /// The filter that a descriptor carries: the past's mean, or the frame's own if that has moved away
    /// (clause B.4.2.2). Comparisons are with it from here on.
    fn representative(&mut self, signal: &Scaled, own: [i16; TAPS], prediction: &mut Prediction) -> [i16; TAPS] {
        let past = match Scaled::sum(&self.past).to_lags() {
            Some(lags) => {
                if let Some(stable) = levinson(&lags) {
                    *prediction = stable;
                }
                prediction.filter
            }
            None => Prediction::none().filter,
        };
        self.reference = ReferenceFilter::of(&past);
        if !self.reference.differs(signal, self.energies[0].mantissa, UNSTEADY) {
            return past;
        }
        self.reference = ReferenceFilter::of(&own);
        own
    }
}

impl Default for Dtx {
    fn default() -> Self {
        Self::new()
    }
}
