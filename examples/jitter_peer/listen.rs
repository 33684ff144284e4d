//! A node that hands on what passes to the bench, which is on the same thread between two ticks.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI16, Ordering::Relaxed};

use media_core::SampleRate;
use media_core::frame::FrameInfo;
use media_core::graph::{Io, Node, Ports};

/// The last 10 ms that passed.
pub struct Heard {
    samples: Box<[AtomicI16]>,
    info: Mutex<FrameInfo>,
}

impl Heard {
    /// Room for 10 ms at a rate.
    pub fn new(rate: SampleRate) -> Arc<Self> {
        let samples = (0..rate.per_tick()).map(|_| AtomicI16::new(0)).collect();
        Arc::new(Self { samples, info: Mutex::new(FrameInfo { silent: true, ..FrameInfo::default() }) })
    }

    /// Copies it, and tells what it was.
    pub fn copy_to(&self, out: &mut [i16]) -> FrameInfo {
        for (to, from) in out.iter_mut().zip(&self.samples) {
            *to = from.load(Relaxed);
        }
        self.info.lock().map_or(FrameInfo::default(), |info| *info)
    }
}

/// Listens at one place of a graph.
pub struct Listen {
    pub rate: SampleRate,
    pub heard: Arc<Heard>,
}

impl Node for Listen {
    fn kind(&self) -> &'static str {
        "listen"
    }

    fn ports(&self) -> Ports {
        Ports::filter(self.rate)
    }

    fn process(&mut self, io: &mut Io<'_>) {
        if let Some((info, samples)) = io.through() {
            if let Ok(mut last) = self.heard.info.try_lock() {
                *last = *info;
            }
            for (to, from) in self.heard.samples.iter().zip(samples.iter()) {
                let scaled = from * 32_768.0;
                // Rounds and saturates.
                to.store((scaled + 0.5f32.copysign(scaled)) as i16, Relaxed);
            }
        }
    }
}
