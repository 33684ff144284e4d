//! A program listens.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crate::frame::FrameInfo;
use crate::graph::nodes::TapFrame;
use crate::graph::{Io, Node, NodeEventKind, Ports};
use crate::quality::SessionStats;
use crate::rt::Producer;
use crate::types::{Decibels, SampleRate};

/// Hands every tick to a program: what the leg hears, silence as well. A slow program loses frames, never the call.
pub struct PcmOut {
    rate: SampleRate,
    frames: Producer<TapFrame>,
    /// Told when the party speaks, and from which mean square on.
    interrupts: Option<(Arc<AtomicBool>, f32)>,
    overrun: u64,
    unreported: u32,
}

impl PcmOut {
    pub(crate) fn new(rate: SampleRate, frames: Producer<TapFrame>) -> Self {
        Self { rate, frames, interrupts: None, overrun: 0, unreported: 0 }
    }

    /// Tells when what is heard is louder than `level` (RMS against full scale).
    pub(crate) fn interrupting(mut self, flag: Option<(Arc<AtomicBool>, Decibels)>) -> Self {
        self.interrupts = flag.map(|(flag, level)| (flag, level.linear().powi(2)));
        self
    }
}

impl Node for PcmOut {
    fn kind(&self) -> &'static str {
        "pcm_out"
    }

    fn ports(&self) -> Ports {
        Ports::sink(self.rate)
    }

    fn cost(&self) -> u32 {
        60
    }

    fn process(&mut self, io: &mut Io<'_>) {
        let tick = io.tick();
        let silence = FrameInfo { silent: true, ..FrameInfo::default() };
        let frame = match io.input(0) {
            Some((info, samples)) => TapFrame::new(tick, *info, &samples[..self.rate.per_tick()]),
            None => TapFrame::new(tick, silence, &[0.0; 480][..self.rate.per_tick()]),
        };
        if let Some((flag, level)) = &self.interrupts {
            let power = frame.samples().iter().map(|sample| sample * sample).sum::<f32>();
            if power > level * frame.samples().len() as f32 {
                flag.store(true, Relaxed);
            }
        }
        if !self.frames.is_abandoned() && self.frames.push(frame).is_err() {
            self.overrun += 1;
            self.unreported += 1;
        } else if self.unreported > 0 {
            io.emit(NodeEventKind::TapOverrun { frames: std::mem::take(&mut self.unreported) });
        }
    }

    fn report(&self, stats: &mut SessionStats) {
        stats.tap_overrun += self.overrun;
    }
}
