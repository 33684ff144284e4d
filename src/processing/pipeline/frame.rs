//! What goes into the processing of a frame beside its samples, and what it shows.

use crate::processing::audio::call_progress::Signal;
use crate::processing::audio::dtmf::DtmfFrame;
use crate::processing::audio::vad::VadFrame;

/// What is known of a frame beside its samples.
#[derive(Clone, Copy, Debug, Default)]
pub struct VoiceInput<'a> {
    /// What the party was sent in the tick before, at its own rate.
    pub far: Option<&'a [f32]>,
    /// Concealment invented the frame.
    pub concealed: bool,
    /// All samples are zero.
    pub silent: bool,
}

/// What a frame showed.
#[derive(Clone, Copy, Debug, Default)]
pub struct VoiceFrame {
    /// Digits in it.
    pub digits: DtmfFrame,
    /// A signal in it.
    pub signal: Option<Signal>,
    /// Whether somebody speaks.
    pub voice: Option<VadFrame>,
    /// What leaves is all zero.
    pub silent: bool,
}
