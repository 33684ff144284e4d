//! Signal processing on 10 ms of mono audio: pure algorithms, on buffers of the caller.

pub mod audio;
pub mod dsp;
pub mod format;
pub mod pipeline;
