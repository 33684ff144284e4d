//! Signal processing: allocation-free, on buffers of the caller. It knows nothing of threads or graphs.

pub mod audio;
