//! The coder's frame loop: speech to parameters (G.729 clause 3 and figure 4, Annex A clause A.3).

use super::az_lsp::lpc_to_lsp;
use super::closed_loop::Delays;
use super::delay::{first_index, second_index};
use super::levinson::{Prediction, levinson};
use super::lpc::{Autocorrelation, LAGS, SPAN, autocorrelate};
use super::lsp_quant::search;
use super::open_loop::{WEIGHTED, open_loop_delay};
use super::subframe::Excitation;
use super::weighting::{synthesise, weighted, weighted_speech};
use crate::codec::audio::g729::bits::{SpeechParams, parity};
use crate::codec::audio::g729::dpf::Dpf;
use crate::codec::audio::g729::filters::{remember, residual};
use crate::codec::audio::g729::frame::{EXCITATION_PAST, FRAME, ORDER, SUBFRAME, TAPS};
use crate::codec::audio::g729::highpass::HighPass;
use crate::codec::audio::g729::lpc::interpolate;
use crate::codec::audio::g729::lsf::{lsf_to_lsp, lsp_to_lsf};
use crate::codec::audio::g729::lsp::{LspPredictor, dequantise};
use crate::codec::audio::g729::ops::sub;
use crate::codec::audio::g729::pitch_lag::PitchLag;

/// First sample of the frame in the analysis window: the last 5 ms of the new speech look ahead.
const PRESENT: usize = SPAN - FRAME - SUBFRAME;

/// LSPs at the start, Q15: evenly spread.
const LSP_AT_START: [i16; ORDER] = [30_000, 26_000, 21_000, 15_000, 8000, 0, -8000, -15_000, -21_000, -26_000];

/// The coder. A clone goes on just as the original does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoder {
    high_pass: HighPass,
    /// Filtered speech at half the level: the analysis window.
    pub(in crate::codec::audio::g729) speech: [i16; SPAN],
    /// The last stable prediction.
    pub(in crate::codec::audio::g729) prediction: Prediction,
    /// The last frame's LSPs, Q15, that stand in where roots are not found.
    lsp: [i16; ORDER],
    /// The last frame's quantised LSPs, Q15.
    pub(in crate::codec::audio::g729) quantised_lsp: [i16; ORDER],
    /// The LSP quantiser's memory.
    pub(in crate::codec::audio::g729) lsp_predictor: LspPredictor,
    weighted: [i16; WEIGHTED],
    weighted_memory: [i16; ORDER],
    /// Excitation and the memories of its search.
    pub(in crate::codec::audio::g729) excitation: Excitation,
}

/// What LP analysis found in a frame: all that Annex B's decision needs besides the speech itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analysis {
    /// Autocorrelations before the lag window.
    pub autocorrelation: Autocorrelation,
    /// Those behind it, of lags 0 to 12.
    pub windowed: [Dpf; LAGS],
    /// First and second reflection coefficient, Q15.
    pub reflection: [i16; 2],
    /// LSPs, Q15.
    pub lsp: [i16; ORDER],
}

impl Encoder {
    /// As at the start of a call.
    pub const fn new() -> Self {
        Self {
            high_pass: HighPass::pre_processing(),
            speech: [0; SPAN],
            prediction: Prediction::none(),
            lsp: LSP_AT_START,
            quantised_lsp: LSP_AT_START,
            lsp_predictor: LspPredictor::new(),
            weighted: [0; WEIGHTED],
            weighted_memory: [0; ORDER],
            excitation: Excitation::new(),
        }
    }

    /// Forgets the past. Real-time.
    pub fn reset(&mut self) {
        *self = Self::new();
    }

    /// Codes 10 ms of 16-bit speech; what comes out began 5 ms before the frame. Real-time: no allocation,
    /// the same work for every frame but for its saturating parts, at most some six times as dear.
    pub fn encode_frame(&mut self, pcm: &[i16; FRAME]) -> SpeechParams {
        let analysis = self.analyse(pcm);
        self.encode_speech(&analysis)
    }

    /// Takes in 10 ms and analyses it. [`encode_speech`](Self::encode_speech) or
    /// [`follow_noise`](Self::follow_noise) must end the frame.
    pub(in crate::codec::audio::g729) fn analyse(&mut self, pcm: &[i16; FRAME]) -> Analysis {
        self.speech.copy_within(FRAME.., 0);
        let fresh = &mut self.speech[SPAN - FRAME..];
        fresh.copy_from_slice(pcm);
        self.high_pass.process(fresh);
        let autocorrelation = autocorrelate(&self.speech);
        let windowed = autocorrelation.lag_windowed();
        if let Some(prediction) = levinson(&windowed) {
            self.prediction = prediction;
        }
        let Prediction { filter, reflection, .. } = &self.prediction;
        let lsp = lpc_to_lsp(filter).unwrap_or(self.lsp);
        Analysis { autocorrelation, windowed, reflection: *reflection, lsp }
    }

    /// Ends a frame of speech.
    pub(in crate::codec::audio::g729) fn encode_speech(&mut self, analysis: &Analysis) -> SpeechParams {
        let lsp = search(&self.lsp_predictor, &lsp_to_lsf(&analysis.lsp));
        let quantised = lsf_to_lsp(&dequantise(&mut self.lsp_predictor, &lsp));
        let weighting = self.prepare(analysis, quantised);
        let delays = Delays::around(open_loop_delay(&self.weighted), 3, 6);
        let (first_lag, mut first) = self.excitation.code(0, &weighting[0], delays);
        first.pitch = first_index(first_lag);
        let delays = Delays::around(first_lag.whole, 5, 9);
        let (second_lag, mut second) = self.excitation.code(1, &weighting[1], delays);
        second.pitch = second_index(second_lag, delays.first);
        self.advance();
        SpeechParams { lsp, subframes: [first, second], parity: parity(first.pitch) }
    }

    /// Codes speech by parameters that another coder chose for it; returns the energy of the weighted error.
    pub(in crate::codec::audio::g729) fn follow_speech(&mut self, analysis: &Analysis, params: &SpeechParams) -> i64 {
        let quantised = lsf_to_lsp(&dequantise(&mut self.lsp_predictor, &params.lsp));
        let weighting = self.prepare(analysis, quantised);
        let [first, second] = &params.subframes;
        let lag = PitchLag::first(first.pitch);
        let missed = self.excitation.follow(0, &weighting[0], lag, first);
        let lag = PitchLag::second(second.pitch, lag.whole);
        let missed = missed + self.excitation.follow(1, &weighting[1], lag, second);
        self.advance();
        missed
    }

    /// Whether LSPs, gains and excitation of the past are the same in another coder.
    pub(in crate::codec::audio::g729) fn is_level_with(&self, other: &Self) -> bool {
        self.quantised_lsp == other.quantised_lsp
            && self.lsp_predictor == other.lsp_predictor
            && self.excitation.is_level_with(&other.excitation)
    }

    /// Weighs the frame, and lays its residual where the excitation will stand; returns its subframes' filters.
    fn prepare(&mut self, analysis: &Analysis, quantised: [i16; ORDER]) -> [[i16; TAPS]; 2] {
        let filters = interpolate(&self.quantised_lsp, &quantised);
        (self.lsp, self.quantised_lsp) = (analysis.lsp, quantised);
        let weighting = filters.each_ref().map(weighted);
        for (subframe, (filter, weighting)) in filters.iter().zip(&weighting).enumerate() {
            let residual = self.residual(subframe, filter);
            self.weigh(subframe, weighting, &residual);
            let at = EXCITATION_PAST + subframe * SUBFRAME;
            self.excitation.samples[at..][..SUBFRAME].copy_from_slice(&residual);
        }
        weighting
    }

    /// Ends a frame for which comfort noise stands: its excitation is in `excitation.samples`, and
    /// `filters` are those of its subframes (Annex B, clause B.4).
    pub(in crate::codec::audio::g729) fn follow_noise(&mut self, filters: &[[i16; TAPS]; 2]) {
        for (subframe, filter) in filters.iter().enumerate() {
            let residual = self.residual(subframe, filter);
            let weighting = weighted(filter);
            self.weigh(subframe, &weighting, &residual);
            let noise = &self.excitation.samples[EXCITATION_PAST + subframe * SUBFRAME..];
            let error = std::array::from_fn(|i| sub(residual[i], noise[i]));
            let mut out = [0; SUBFRAME];
            synthesise(&weighting, &error, &self.excitation.weighted_error, &mut out);
            remember(&mut self.excitation.weighted_error, &out);
        }
        self.excitation.soften();
        self.advance();
    }

    /// The LP residual of a subframe.
    fn residual(&self, subframe: usize, filter: &[i16; TAPS]) -> [i16; SUBFRAME] {
        let end = PRESENT + (subframe + 1) * SUBFRAME;
        let mut out = [0; SUBFRAME];
        residual(filter, &self.speech[..end], &mut out);
        out
    }

    /// The weighted speech of a subframe.
    fn weigh(&mut self, subframe: usize, weighting: &[i16; TAPS], residual: &[i16; SUBFRAME]) {
        let mut out = [0; SUBFRAME];
        weighted_speech(weighting, residual, &mut self.weighted_memory, &mut out);
        let at = WEIGHTED - FRAME + subframe * SUBFRAME;
        self.weighted[at..][..SUBFRAME].copy_from_slice(&out);
    }

    /// Makes the present frame part of the past. The speech goes on when new comes.
    fn advance(&mut self) {
        self.weighted.copy_within(FRAME.., 0);
        self.excitation.advance();
    }
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}
