//! Deep redundancy (DRED): up to a second of speech, coarsely, in the padding of later packets.
//!
//! libopus's two states for it lie in memory of our own, as those of `state` do: the model, which only
//! points to constant tables, and what was read off the last packet.
#![allow(unsafe_code, reason = "the C interface of libopus")]

use std::ffi::c_int;

use audiopus::ffi;

use crate::codec::audio::opus::image::{self, Line};
use crate::codec::audio::opus::state::DecoderState;
use crate::types::SampleRate;

/// What packets carry of the audio before them.
#[derive(Clone)]
pub(super) struct DeepRedundancy {
    model: Box<[Line]>,
    read: Box<[Line]>,
    ready: bool,
}

impl DeepRedundancy {
    /// Nothing read. Allocates.
    pub(super) fn new() -> Self {
        // SAFETY: these calls only tell sizes.
        let sizes = unsafe { [ffi::opus_dred_decoder_get_size(), ffi::opus_dred_get_size()] };
        let [mut model, read] = sizes.map(image::lines);
        // SAFETY: the memory has the size that libopus asked for, and enough alignment.
        let error = unsafe { ffi::opus_dred_decoder_init(model.as_mut_ptr().cast()) };
        assert!(error == ffi::OPUS_OK, "libopus was compiled with the model");
        Self { model, read, ready: false }
    }

    /// Reads what a packet carries of the last `most` samples before it; how many samples before the packet that
    /// reaches. Real-time: some 40 to 100 µs, by `most`.
    pub(super) fn read(&mut self, payload: &[u8], most: usize, rate: SampleRate) -> usize {
        let bytes = i32::try_from(payload.len()).unwrap_or(i32::MAX);
        let hz = rate.hz() as i32;
        // It comes in blocks of 40 ms, of which the newest may reach into the packet itself.
        let most = c_int::try_from(most).unwrap_or(c_int::MAX).min(hz) + hz / 20;
        let mut silence: c_int = 0;
        let (model, read) = (self.model.as_mut_ptr().cast(), self.read.as_mut_ptr().cast());
        // SAFETY: `new` started the model; libopus reads `bytes` from the payload, and writes what it reads off it into
        // memory of the size that it asked for.
        let samples =
            unsafe { ffi::opus_dred_parse(model, read, payload.as_ptr(), bytes, most, hz, &raw mut silence, 0) };
        self.ready = samples > 0;
        usize::try_from(samples).unwrap_or(0)
    }

    /// Goes on in `state` with the audio that begins `back` samples before the packet read last; samples of each channel.
    pub(super) fn decode(
        &self,
        state: &mut DecoderState,
        back: usize,
        out: &mut [f32],
        channels: usize,
    ) -> Option<usize> {
        if !self.ready {
            return None;
        }
        let samples = i32::try_from(out.len() / channels).ok()?;
        let read = self.read.as_ptr().cast();
        // SAFETY: `read` was filled by `opus_dred_parse`; libopus writes `samples` times the channels to `out`.
        let made = unsafe {
            ffi::opus_decoder_dred_decode_float(state.raw(), read, i32::try_from(back).ok()?, out.as_mut_ptr(), samples)
        };
        usize::try_from(made).ok()
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.model) + size_of_val(&*self.read)
    }
}
