//! Kernels in use, so that all resamplers of one kind share one: a design takes milliseconds, a kernel up to 90 KiB.

#![allow(clippy::disallowed_types, reason = "resamplers are made on ordinary threads only")]

use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::kernel::Kernel;
use super::quality::Quality;
use crate::types::SampleRate;

/// What tells one kernel from another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Key {
    pub(super) from: SampleRate,
    pub(super) to: SampleRate,
    pub(super) quality: Quality,
    /// Of which the taps are a multiple.
    pub(super) multiple: usize,
    pub(super) fractional: bool,
}

static KERNELS: Mutex<Vec<(Key, Weak<Kernel>)>> = Mutex::new(Vec::new());

/// The kernel, designed unless a resampler has it. Locks and allocates: not real-time.
pub(super) fn kernel(key: Key) -> Arc<Kernel> {
    let mut kernels = KERNELS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(kernel) = kernels.iter().find(|(k, _)| *k == key).and_then(|(_, kernel)| kernel.upgrade()) {
        return kernel;
    }
    let Key { from, to, quality, multiple, fractional } = key;
    let design = if fractional { Kernel::fractional } else { Kernel::new };
    let kernel = Arc::new(design(from, to, quality, multiple));
    kernels.retain(|(_, kernel)| kernel.strong_count() > 0);
    kernels.push((key, Arc::downgrade(&kernel)));
    kernel
}
