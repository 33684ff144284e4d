//! Copies every frame that passes to a recorder's ring.

use crate::frame::FrameInfo;
use crate::graph::{Io, Node, NodeEventKind, Ports};
use crate::quality::SessionStats;
use crate::rt::Producer;
use crate::types::{SampleRate, Tick};

/// One frame as it was at the tap.
#[derive(Clone, Debug)]
pub struct TapFrame {
    /// The engine's tick of this frame. A gap in the ticks is audio that the reader was too slow for.
    pub tick: Tick,
    /// Where the audio came from.
    pub info: FrameInfo,
    length: u16,
    samples: [f32; 480],
}

impl TapFrame {
    pub(crate) fn new(tick: Tick, info: FrameInfo, audio: &[f32]) -> Self {
        let mut samples = [0.0; 480];
        let length = audio.len().min(samples.len());
        samples[..length].copy_from_slice(&audio[..length]);
        Self { tick, info, length: length as u16, samples }
    }

    /// 10 ms of mono audio in −1.0..=1.0 at the tap's rate.
    pub fn samples(&self) -> &[f32] {
        &self.samples[..usize::from(self.length)]
    }
}

/// Passes its input on and offers a copy to a reader; a slow reader loses frames, never the call.
pub struct Tap {
    rate: SampleRate,
    frames: Producer<TapFrame>,
    overrun: u64,
    /// Frames lost since the last report.
    unreported: u32,
}

impl Tap {
    /// A tap at `rate` that fills `frames`.
    pub(crate) fn new(rate: SampleRate, frames: Producer<TapFrame>) -> Self {
        Self { rate, frames, overrun: 0, unreported: 0 }
    }
}

impl Node for Tap {
    fn kind(&self) -> &'static str {
        "tap"
    }

    fn ports(&self) -> Ports {
        Ports::filter(self.rate)
    }

    fn cost(&self) -> u32 {
        60
    }

    fn process(&mut self, io: &mut Io<'_>) {
        let tick = io.tick();
        let length = self.rate.per_tick();
        let frame = match io.through() {
            Some((info, samples)) => TapFrame::new(tick, *info, samples),
            None => {
                let silence = FrameInfo { silent: true, ..FrameInfo::default() };
                TapFrame::new(tick, silence, &[0.0; 480][..length])
            }
        };
        let lost = !self.frames.is_abandoned() && self.frames.push(frame).is_err();
        if lost {
            self.overrun += 1;
            self.unreported += 1;
        } else if self.unreported > 0 {
            // Once for each gap, when it has ended and its length is known.
            io.emit(NodeEventKind::TapOverrun { frames: std::mem::take(&mut self.unreported) });
        }
    }

    fn report(&self, stats: &mut SessionStats) {
        stats.tap_overrun += self.overrun;
    }
}
