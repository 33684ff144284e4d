//! Copies every frame that passes to a recorder's ring.

use std::any::Any;

use crate::frame::FrameInfo;
use crate::graph::{Io, Node, NodeEventKind, Ports};
use crate::processing::format::Resampler;
use crate::quality::SessionStats;
use crate::rt::{Producer, ring};
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

    /// A frame at the rate that the reader was promised.
    fn at_rate(tick: Tick, mut info: FrameInfo, audio: &[f32], resampler: &mut Option<Box<Resampler>>) -> Self {
        let Some(resampler) = resampler else { return Self::new(tick, info, audio) };
        let (mut converted, to) = ([0.0; 480], resampler.to());
        resampler.process(audio, &mut converted[..to.per_tick()]);
        let time = i128::from(info.media_time as i64) * i128::from(to.hz()) / i128::from(resampler.from().hz());
        (info.media_time, info.silent) = (time as u64, false);
        Self::new(tick, info, &converted[..to.per_tick()])
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
    /// To the reader's rate, where that is another one.
    resampler: Option<Box<Resampler>>,
    overrun: u64,
    /// Frames lost since the last report.
    unreported: u32,
}

impl Tap {
    /// A tap at `rate` that fills `frames`.
    pub(crate) fn new(rate: SampleRate, frames: Producer<TapFrame>) -> Self {
        Self { rate, frames, resampler: None, overrun: 0, unreported: 0 }
    }

    /// For a reader that was promised another rate. Allocates.
    pub(crate) fn read_at(self, reader: SampleRate) -> Self {
        let resampler = (self.rate != reader).then(|| Box::new(Resampler::new(self.rate, reader)));
        Self { resampler, ..self }
    }

    /// A tap at `rate` that is to succeed one whose reader was promised `reader`. Allocates.
    pub(crate) fn after(rate: SampleRate, reader: SampleRate) -> Self {
        // A ring nobody reads, until the old one is taken over.
        let (nobody, _) = ring(1);
        Self::new(rate, nobody).read_at(reader)
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
        let resampler = &mut self.resampler;
        let frame = match io.through() {
            Some((info, samples)) => TapFrame::at_rate(tick, *info, samples, resampler),
            None => {
                let silence = FrameInfo { silent: true, ..FrameInfo::default() };
                TapFrame::at_rate(tick, silence, &[0.0; 480][..length], resampler)
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

    fn succeed(&mut self, old: &mut dyn Node) {
        let Some(old) = (old as &mut dyn Any).downcast_mut::<Self>() else { return };
        std::mem::swap(&mut self.frames, &mut old.frames);
        (self.overrun, self.unreported) = (old.overrun, old.unreported);
    }

    fn report(&self, stats: &mut SessionStats) {
        stats.tap_overrun += self.overrun;
    }
}
