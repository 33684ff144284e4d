//! The decoder of G.729 with Annex A's post-filter (clauses 4 and A.4).

use super::bits::{SidParams, SpeechParams};
use super::cng::{ComfortNoise, ExcitationEnergy, Pause};
use super::excitation::Excitation;
use super::filters::{remember, synthesis};
use super::frame::{FRAME, ORDER, SID_BYTES, SPEECH_BYTES, SUBFRAME, TAPS};
use super::highpass::HighPass;
use super::lpc::interpolate;
use super::lsp_decoder::LspDecoder;
use super::post_filter::PostFilter;

/// What is known of one frame of 10 ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameKind {
    /// Coded speech.
    Speech(SpeechParams),
    /// A silence descriptor (Annex B).
    Sid(SidParams),
    /// The sender pauses: nothing was sent.
    Untransmitted,
    /// Lost on the way. Within a pause that is the same as untransmitted (clause B.4.4).
    Erased,
}

/// The decoder: 8 kHz mono from frames of 10 ms. One plain value; a clone goes on by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoder {
    lsp_decoder: LspDecoder,
    /// LSPs at the end of the last frame, Q15.
    lsp: [i16; ORDER],
    excitation: Excitation,
    /// The last outputs of the synthesis filter.
    memory: [i16; ORDER],
    noise: ComfortNoise,
    energy: ExcitationEnergy,
    /// The last frame was no speech.
    paused: bool,
    post_filter: PostFilter,
    high_pass: HighPass,
}

impl Decoder {
    /// As at the start of a call (clause 4.3).
    pub const fn new() -> Self {
        Self {
            lsp_decoder: LspDecoder::new(),
            lsp: [30_000, 26_000, 21_000, 15_000, 8000, 0, -8000, -15_000, -21_000, -26_000],
            excitation: Excitation::new(),
            memory: [0; ORDER],
            noise: ComfortNoise::new(),
            energy: ExcitationEnergy::new(),
            paused: false,
            post_filter: PostFilter::new(),
            high_pass: HighPass::post_processing(),
        }
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        *self = Self::new();
    }

    /// Decodes ten bytes of speech. All bytes are valid.
    ///
    /// Real-time: about 30 000 instructions for any bytes but those that make the filters saturate.
    pub fn decode_frame(&mut self, bytes: &[u8; SPEECH_BYTES], out: &mut [i16; FRAME]) {
        self.decode(&FrameKind::Speech(SpeechParams::unpack(bytes)), out);
    }

    /// Decodes a silence descriptor of two bytes. Real-time.
    pub fn decode_sid(&mut self, bytes: &[u8; SID_BYTES], out: &mut [i16; FRAME]) {
        self.decode(&FrameKind::Sid(SidParams::unpack(bytes)), out);
    }

    /// Conceals a frame that was lost, or goes on with comfort noise in a pause. Real-time.
    pub fn erase_frame(&mut self, out: &mut [i16; FRAME]) {
        self.decode(&FrameKind::Erased, out);
    }

    /// Whether the last frame was no speech: a silence descriptor, or nothing after one.
    pub const fn paused(&self) -> bool {
        self.paused
    }

    /// What the coder's adaptive codebook has to have as well.
    #[cfg(test)]
    pub fn past_excitation(&self) -> &[i16] {
        self.excitation.past()
    }

    /// Decodes a frame to 16-bit samples. Real-time.
    pub fn decode(&mut self, frame: &FrameKind, out: &mut [i16; FRAME]) {
        let (filters, lags) = match frame {
            FrameKind::Speech(params) => self.speech(Some(params), out),
            FrameKind::Erased if !self.paused => self.speech(None, out),
            FrameKind::Sid(sid) => self.pause(Some(sid), out),
            FrameKind::Untransmitted | FrameKind::Erased => self.pause(None, out),
        };
        self.excitation.advance();
        self.post_filter.process(out, &filters, lags, !self.paused);
        self.high_pass.process(out);
    }

    /// Synthesis of a frame of speech, `None` for an erased one (clauses 4.1 and 4.4).
    fn speech(&mut self, params: Option<&SpeechParams>, out: &mut [i16; FRAME]) -> ([[i16; TAPS]; 2], [i16; 2]) {
        self.paused = false;
        self.noise.interrupt();
        let lsp = match params {
            Some(params) => self.lsp_decoder.decode(&params.lsp),
            None => self.lsp_decoder.conceal(),
        };
        let filters = interpolate(&self.lsp, &lsp);
        self.lsp = lsp;
        let first = match params {
            Some(params) => self.excitation.first_subframe(&params.subframes[0], params.parity_holds()),
            None => self.excitation.erased_subframe(0),
        };
        self.synthesise(0, &filters[0], out);
        let second = match params {
            Some(params) => self.excitation.second_subframe(&params.subframes[1], first),
            None => self.excitation.erased_subframe(1),
        };
        self.synthesise(1, &filters[1], out);
        if params.is_some() {
            self.energy = ExcitationEnergy::of(self.excitation.frame());
        }
        (filters, [first, second])
    }

    /// Synthesis of a frame of comfort noise (clause B.4.4).
    fn pause(&mut self, sid: Option<&SidParams>, out: &mut [i16; FRAME]) -> ([[i16; TAPS]; 2], [i16; 2]) {
        let filters = self.noise.fill(Pause {
            sid,
            after_speech: !self.paused,
            energy: self.energy,
            excitation: self.excitation.samples_mut(),
            lsp: &mut self.lsp,
            predictor: &mut self.lsp_decoder.predictor,
        });
        self.paused = true;
        self.synthesise(0, &filters[0], out);
        self.synthesise(1, &filters[1], out);
        (filters, self.excitation.pause())
    }

    /// The LP synthesis of a subframe. If it saturates, all excitation loses 12 dB first (clause 4.1.6).
    fn synthesise(&mut self, subframe: usize, filter: &[i16; TAPS], out: &mut [i16; FRAME]) {
        let (subframes, _) = out.as_chunks_mut::<SUBFRAME>();
        let out = &mut subframes[subframe];
        if synthesis(filter, self.excitation.subframe(subframe), &self.memory, out) {
            self.excitation.attenuate();
            synthesis(filter, self.excitation.subframe(subframe), &self.memory, out);
        }
        remember(&mut self.memory, out);
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}
