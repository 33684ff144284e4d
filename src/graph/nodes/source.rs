//! Nodes that make audio: a tone, and PCM held in memory.

use std::any::Any;
use std::sync::Arc;

use crate::frame::Provenance;
use crate::graph::{Io, Node, NodeEventKind, Ports};
use crate::processing::dsp::{Tone, ToneSpec};
use crate::types::SampleRate;

/// Plays a generated tone until it is removed.
pub struct ToneSource {
    rate: SampleRate,
    generator: Tone,
}

impl ToneSource {
    /// A source of `tone` at `rate`.
    pub fn new(tone: &ToneSpec, rate: SampleRate) -> Self {
        Self { rate, generator: Tone::new(tone, rate) }
    }
}

impl Node for ToneSource {
    fn kind(&self) -> &'static str {
        "tone"
    }

    fn ports(&self) -> Ports {
        Ports::source(self.rate)
    }

    fn cost(&self) -> u32 {
        500
    }

    fn succeed(&mut self, old: &mut dyn Node) {
        if let Some(old) = (old as &mut dyn Any).downcast_mut::<Self>() {
            self.generator.go_on_from(&old.generator, old.rate.hz(), self.rate.hz());
        }
    }

    fn process(&mut self, io: &mut Io<'_>) {
        let Some((info, out)) = io.output(0) else { return };
        info.silent = !self.generator.fill(out);
        info.provenance = Provenance::Played;
    }
}

/// Plays samples from memory, once or again and again. After the end it sends nothing.
pub struct PcmSource {
    rate: SampleRate,
    /// Freed with the node, off the worker.
    samples: Arc<[f32]>,
    repeat: bool,
    position: usize,
    done: bool,
}

impl PcmSource {
    /// A source of `samples` at `rate`, in −1.0..=1.0.
    pub fn new(samples: Arc<[f32]>, rate: SampleRate, repeat: bool) -> Self {
        let done = samples.is_empty();
        Self { rate, samples, repeat, position: 0, done }
    }
}

impl Node for PcmSource {
    fn kind(&self) -> &'static str {
        "pcm"
    }

    fn ports(&self) -> Ports {
        Ports::source(self.rate)
    }

    fn succeed(&mut self, old: &mut dyn Node) {
        let Some(old) = (old as &mut dyn Any).downcast_mut::<Self>() else { return };
        let position = old.position as u64 * u64::from(self.rate.hz()) / u64::from(old.rate.hz());
        self.position = (position as usize).min(self.samples.len().saturating_sub(1));
        self.done = old.done;
    }

    fn process(&mut self, io: &mut Io<'_>) {
        if self.done {
            return;
        }
        let media_time = self.position as u64;
        let Some((info, out)) = io.output(0) else { return };
        let mut filled = 0;
        while filled < out.len() {
            let take = (out.len() - filled).min(self.samples.len() - self.position);
            out[filled..filled + take].copy_from_slice(&self.samples[self.position..self.position + take]);
            filled += take;
            self.position += take;
            if self.position < self.samples.len() {
                break;
            }
            if !self.repeat {
                self.done = true;
                out[filled..].fill(0.0);
                break;
            }
            self.position = 0;
        }
        info.provenance = Provenance::Played;
        info.silent = false;
        info.media_time = media_time;
        if self.done {
            io.emit(NodeEventKind::PlayDone { samples: self.samples.len() as u64 });
        }
    }
}
