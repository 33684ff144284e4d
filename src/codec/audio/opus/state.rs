//! The states of libopus in memory of our own, and every call into libopus.
//!
//! Beside `dred` the only file outside `rt/` with unsafe code, for three reasons: audiopus hides the decoder's
//! controls; it gives no way to copy a state; and it has libopus take the memory. Here a state is plain
//! memory, taken once. libopus's states hold offsets, numbers, and pointers to libopus's own constant
//! tables; none points into itself (read in 1.3.1 and 1.6.1; `a_fork_goes_on_like_the_original` and
//! `a_moved_decoder_goes_on_like_the_original` show it). So a copy of the memory is a state of its own.
//!
//! No call allocates: libopus keeps its scratch on the stack (measured: tests/opus_malloc.rs of graph-tests).
#![allow(unsafe_code, reason = "the C interface of libopus")]

use std::ffi::c_int;

use audiopus::ffi;

use crate::codec::audio::opus::config::OpusConfig;
use crate::codec::audio::opus::image::{self, Line};
use crate::types::SampleRate;

/// Controls that take a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub(super) enum Setting {
    Bitrate = ffi::OPUS_SET_BITRATE_REQUEST,
    MaxBandwidth = ffi::OPUS_SET_MAX_BANDWIDTH_REQUEST,
    Vbr = ffi::OPUS_SET_VBR_REQUEST,
    Complexity = ffi::OPUS_SET_COMPLEXITY_REQUEST,
    InbandFec = ffi::OPUS_SET_INBAND_FEC_REQUEST,
    PacketLoss = ffi::OPUS_SET_PACKET_LOSS_PERC_REQUEST,
    Dtx = ffi::OPUS_SET_DTX_REQUEST,
    VbrConstraint = ffi::OPUS_SET_VBR_CONSTRAINT_REQUEST,
    Signal = ffi::OPUS_SET_SIGNAL_REQUEST,
    PredictionDisabled = ffi::OPUS_SET_PREDICTION_DISABLED_REQUEST,
    /// In frames of 10 ms (`OPUS_SET_DRED_DURATION`, libopus 1.5 and later).
    Dred = 4050,
    PhaseInversionDisabled = ffi::OPUS_SET_PHASE_INVERSION_DISABLED_REQUEST,
}

/// Controls that give a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub(super) enum Figure {
    Lookahead = ffi::OPUS_GET_LOOKAHEAD_REQUEST,
    FinalRange = ffi::OPUS_GET_FINAL_RANGE_REQUEST,
}

/// An encoder's state.
#[derive(Clone)]
pub(super) struct EncoderState {
    memory: Box<[Line]>,
    fresh: &'static [Line],
    channels: usize,
}

impl EncoderState {
    /// A started encoder of a form that was checked. Allocates.
    pub(super) fn new(config: &OpusConfig) -> Self {
        let OpusConfig { rate, channels, application, .. } = *config;
        let fresh = image::encoder(rate, channels, application, || {
            // SAFETY: any argument is allowed; 0 comes back for a wrong one.
            let mut memory = image::lines(unsafe { ffi::opus_encoder_get_size(channels as c_int) });
            let (state, rate) = (memory.as_mut_ptr().cast(), rate.hz() as i32);
            // SAFETY: the memory has the size that libopus asked for, and enough alignment.
            let error = unsafe { ffi::opus_encoder_init(state, rate, channels as c_int, application as c_int) };
            assert!(error == ffi::OPUS_OK, "libopus starts an encoder of every form that was checked");
            memory
        });
        Self { memory: fresh.into(), fresh, channels }
    }

    /// Starts afresh, with libopus's own settings.
    pub(super) fn restart(&mut self) {
        self.memory.copy_from_slice(self.fresh);
    }

    pub(super) fn set(&mut self, setting: Setting, value: i32) -> bool {
        // SAFETY: every `Setting` takes one 32-bit number, and `new` started the state.
        unsafe { ffi::opus_encoder_ctl(self.raw(), setting as c_int, value) == ffi::OPUS_OK }
    }

    pub(super) fn figure(&mut self, figure: Figure) -> u32 {
        let mut value = 0u32;
        // SAFETY: every `Figure` writes one 32-bit number to the address that it is given.
        unsafe { ffi::opus_encoder_ctl(self.raw(), figure as c_int, &raw mut value) };
        value
    }

    /// Encodes whole samples of all channels into at most the whole of `out`; libopus's error otherwise.
    pub(super) fn encode(&mut self, frame: &[f32], out: &mut [u8]) -> Result<usize, c_int> {
        let samples = c_int::try_from(frame.len() / self.channels).unwrap_or(c_int::MAX);
        let room = i32::try_from(out.len()).unwrap_or(i32::MAX);
        // SAFETY: libopus reads `samples` times the channels from `frame` and writes up to `room` bytes to `out`.
        let written = unsafe { ffi::opus_encode_float(self.raw(), frame.as_ptr(), samples, out.as_mut_ptr(), room) };
        usize::try_from(written).map_err(|_| written)
    }

    /// Takes over another's state, if it is of the same rate, channels and application.
    pub(super) fn copy_from(&mut self, other: &Self) -> bool {
        let same = std::ptr::eq(self.fresh, other.fresh);
        if same {
            self.memory.copy_from_slice(&other.memory);
        }
        same
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.memory)
    }

    fn raw(&mut self) -> *mut ffi::OpusEncoder {
        self.memory.as_mut_ptr().cast()
    }
}

/// A decoder's state.
#[derive(Clone)]
pub(super) struct DecoderState {
    memory: Box<[Line]>,
    fresh: &'static [Line],
    channels: usize,
}

impl DecoderState {
    /// A started decoder of a form that was checked. Allocates.
    pub(super) fn new(rate: SampleRate, channels: usize) -> Self {
        let fresh = image::decoder(rate, channels, || {
            // SAFETY: any argument is allowed; 0 comes back for a wrong one.
            let mut memory = image::lines(unsafe { ffi::opus_decoder_get_size(channels as c_int) });
            let (state, rate) = (memory.as_mut_ptr().cast(), rate.hz() as i32);
            // SAFETY: the memory has the size that libopus asked for, and enough alignment.
            let error = unsafe { ffi::opus_decoder_init(state, rate, channels as c_int) };
            assert!(error == ffi::OPUS_OK, "libopus starts a decoder of every form that was checked");
            memory
        });
        Self { memory: fresh.into(), fresh, channels }
    }

    /// Starts afresh, with libopus's own settings.
    pub(super) fn restart(&mut self) {
        self.memory.copy_from_slice(self.fresh);
    }

    pub(super) fn set(&mut self, setting: Setting, value: i32) -> bool {
        // SAFETY: every `Setting` takes one 32-bit number, or is unknown to a decoder, which says so.
        unsafe { ffi::opus_decoder_ctl(self.raw(), setting as c_int, value) == ffi::OPUS_OK }
    }

    pub(super) fn final_range(&mut self) -> u32 {
        let mut value = 0u32;
        // SAFETY: this control writes one 32-bit number to the address that it is given.
        unsafe { ffi::opus_decoder_ctl(self.raw(), Figure::FinalRange as c_int, &raw mut value) };
        value
    }

    /// Decodes a payload, or conceals all of `out` without one; samples per channel, or libopus's error.
    /// With `redundancy`, decodes what the payload's first frame says of the audio before it.
    pub(super) fn decode(&mut self, payload: Option<&[u8]>, out: &mut [f32], redundancy: bool) -> Result<usize, c_int> {
        let (data, bytes) = payload.map_or((std::ptr::null(), 0), |payload| (payload.as_ptr(), payload.len()));
        let bytes = i32::try_from(bytes).unwrap_or(i32::MAX);
        let room = c_int::try_from(out.len() / self.channels).unwrap_or(c_int::MAX);
        // SAFETY: libopus reads at most `bytes` from `data` and writes at most `room` times the channels to `out`.
        let samples =
            unsafe { ffi::opus_decode_float(self.raw(), data, bytes, out.as_mut_ptr(), room, c_int::from(redundancy)) };
        usize::try_from(samples).map_err(|_| samples)
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.memory)
    }

    pub(super) fn raw(&mut self) -> *mut ffi::OpusDecoder {
        self.memory.as_mut_ptr().cast()
    }
}

/// Bends peaks beyond ±1 back, with a curve that goes on over the border between calls.
pub(super) fn soft_clip(pcm: &mut [f32], channels: usize, memory: &mut [f32; 2]) {
    let channels = channels.clamp(1, 2);
    let samples = c_int::try_from(pcm.len() / channels).unwrap_or(c_int::MAX);
    // SAFETY: libopus works on `samples` times the channels of `pcm`, and keeps one number for each channel.
    unsafe { ffi::opus_pcm_soft_clip(pcm.as_mut_ptr(), samples, channels as c_int, memory.as_mut_ptr()) };
}

/// Frames of a packet as libopus sees it; `None` if it refuses the framing.
#[cfg(test)]
pub(super) fn libopus_frames(payload: &[u8]) -> Option<usize> {
    let (mut sizes, mut toc, mut offset) = ([0i16; 48], 0u8, 0);
    let frames = std::ptr::null_mut();
    let bytes = payload.len() as i32;
    // SAFETY: libopus reads `bytes` from the payload, and writes at most 48 sizes; it takes no frames' addresses.
    let count = unsafe {
        ffi::opus_packet_parse(payload.as_ptr(), bytes, &raw mut toc, frames, sizes.as_mut_ptr(), &raw mut offset)
    };
    usize::try_from(count).ok().filter(|count| *count > 0)
}
