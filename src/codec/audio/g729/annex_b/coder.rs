//! The coder with pauses: speech frames, silence descriptors, or nothing (G.729 Annex B clause B.2).

use super::super::bits::{SidParams, SpeechParams};
use super::super::encoder::{Analysis, Encoder};
#[cfg(test)]
use super::super::frame::EXCITATION_PAST;
use super::super::frame::FRAME;
use super::super::lsf::lsp_to_normalised_lsf;
use super::dtx::{Dtx, Pause};
use super::features::SpectrumView;
use super::vad::Vad;

/// What 10 ms were coded to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodedFrame {
    /// Speech, ten bytes.
    Speech(SpeechParams),
    /// A silence descriptor, two bytes: a pause begins, or its noise changes.
    Sid(SidParams),
    /// Nothing is sent: the noise of the pause goes on.
    Untransmitted,
}

/// What a frame may be coded to, where the packet that it goes into cannot hold everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admitted {
    /// Whatever Annex B decides.
    All,
    /// No second descriptor: if one is due, it waits.
    NoDescriptor,
    /// Speech, whatever the detector says.
    Speech,
}

/// How much more of the target another coder's parameters may miss: 6 dB.
const TOLERANCE: i64 = 4;

/// The coder, with or without pauses. A clone goes on just as the original does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DtxEncoder {
    coder: Encoder,
    vad: Vad,
    dtx: Dtx,
    /// Whether pauses are looked for.
    enabled: bool,
    /// The last frame was of a pause.
    paused: bool,
}

impl DtxEncoder {
    /// As at the start of a call; `dtx` looks for pauses.
    pub const fn new(dtx: bool) -> Self {
        Self { coder: Encoder::new(), vad: Vad::new(), dtx: Dtx::new(), enabled: dtx, paused: false }
    }

    /// Whether pauses are looked for.
    pub const fn dtx(&self) -> bool {
        self.enabled
    }

    /// Looks for pauses, or not, from the next frame on. What was known of the background is forgotten. Real-time.
    pub fn set_dtx(&mut self, enabled: bool) {
        if self.enabled != enabled {
            (self.vad, self.dtx) = (Vad::new(), Dtx::new());
            (self.enabled, self.paused) = (enabled, false);
        }
    }

    /// What the decoder's adaptive codebook has to have as well.
    #[cfg(test)]
    pub fn past_excitation(&self) -> &[i16] {
        &self.coder.excitation.samples[..EXCITATION_PAST]
    }

    /// Codes 10 ms of 16-bit speech; what comes out began 5 ms before the frame.
    ///
    /// Real-time: no allocation; a pause is cheaper than speech.
    pub fn encode_frame(&mut self, pcm: &[i16; FRAME]) -> CodedFrame {
        self.encode_within(pcm, Admitted::All)
    }

    /// As [`encode_frame`](Self::encode_frame), within what is admitted. Real-time.
    pub fn encode_within(&mut self, pcm: &[i16; FRAME], admitted: Admitted) -> CodedFrame {
        let analysis = self.coder.analyse(pcm);
        if !self.enabled {
            return CodedFrame::Speech(self.coder.encode_speech(&analysis));
        }
        let voice = self.detect(&analysis);
        let first = !self.paused;
        self.paused = !voice && admitted != Admitted::Speech;
        if !self.paused {
            self.dtx.speech(&analysis.autocorrelation);
            CodedFrame::Speech(self.coder.encode_speech(&analysis))
        } else {
            self.encode_pause(first, admitted == Admitted::All, &analysis)
        }
    }

    /// Codes 10 ms as speech: by `other`, another coder's parameters of the same audio, if they miss little more than its own
    /// would. So the states of both come together.
    ///
    /// Real-time: three frames' work and copies of the state at most.
    pub fn approach(&mut self, pcm: &[i16; FRAME], other: &SpeechParams) -> SpeechParams {
        let analysis = self.coder.analyse(pcm);
        if self.enabled {
            self.detect(&analysis);
            self.dtx.speech(&analysis.autocorrelation);
        }
        self.paused = false;
        let mut theirs = self.coder.clone();
        let missed = theirs.follow_speech(&analysis, other);
        let mut measured = self.coder.clone();
        let own = self.coder.encode_speech(&analysis);
        if missed > measured.follow_speech(&analysis, &own).saturating_mul(TOLERANCE) {
            return own;
        }
        self.coder = theirs;
        *other
    }

    /// Whether all that a decoder keeps but its filters' ringing is the same in another coder. Real-time.
    pub fn is_level_with(&self, other: &Self) -> bool {
        self.coder.is_level_with(&other.coder)
    }

    fn detect(&mut self, analysis: &Analysis) -> bool {
        self.vad.detect(&SpectrumView {
            autocorrelation: &analysis.windowed,
            exponent: analysis.autocorrelation.exponent,
            lsf: &lsp_to_normalised_lsf(&analysis.lsp),
            second_reflection: analysis.reflection[1],
            window: &self.coder.speech,
        })
    }

    fn encode_pause(&mut self, first: bool, may_describe: bool, analysis: &Analysis) -> CodedFrame {
        let coder = &mut self.coder;
        let pause = Pause {
            prediction: &mut coder.prediction,
            predictor: &mut coder.lsp_predictor,
            lsp: &mut coder.quantised_lsp,
            excitation: &mut coder.excitation.samples,
        };
        let (sid, noise) = self.dtx.pause(first, may_describe, &analysis.autocorrelation, pause);
        for echo in noise.echoes {
            coder.excitation.error_bounds.push(echo.gain, echo.lag);
        }
        coder.follow_noise(&noise.filters);
        sid.map_or(CodedFrame::Untransmitted, CodedFrame::Sid)
    }
}
