//! Ringback that gives way to the far party: one of the two is heard, never both.

use std::any::Any;

use crate::graph::{Io, Node, NodeEventKind, Ports};
use crate::types::SampleRate;

/// Passes its second input, until something comes on the first one; from then on that alone. The tick of the change begins
/// with the end of the one, which fades out in 5 ms, and ends with the beginning of the other, which fades in as long.
pub struct Ringback {
    rate: SampleRate,
    yielded: bool,
}

impl Ringback {
    /// For audio at `rate`.
    pub fn new(rate: SampleRate) -> Self {
        Self { rate, yielded: false }
    }

    /// The tick in which the far party is heard first.
    fn give_way(&mut self, io: &mut Io<'_>) {
        self.yielded = true;
        io.emit(NodeEventKind::FarMedia);
        let (mut ringback, half) = ([0.0; 480], self.rate.per_tick() / 2);
        if let Some((_, samples)) = io.input(1).filter(|(info, _)| !info.silent) {
            ringback[..half].copy_from_slice(&samples[..half]);
        }
        let Some((_, out)) = io.through() else { return };
        let step = 1.0 / half as f32;
        let (first, second) = out.split_at_mut(half);
        for (at, (sample, ring)) in (1u16..).zip(first.iter_mut().zip(ringback)) {
            *sample = ring * (1.0 - f32::from(at) * step);
        }
        for (at, sample) in (1u16..).zip(second) {
            *sample *= (f32::from(at) * step).min(1.0);
        }
    }
}

impl Node for Ringback {
    fn kind(&self) -> &'static str {
        "ringback"
    }

    fn ports(&self) -> Ports {
        Ports { inputs: vec![self.rate; 2], outputs: vec![self.rate], in_place: true }
    }

    fn succeed(&mut self, old: &mut dyn Node) {
        if let Some(old) = (old as &mut dyn Any).downcast_mut::<Self>() {
            self.yielded = old.yielded;
        }
    }

    fn process(&mut self, io: &mut Io<'_>) {
        let heard = io.input(0).is_some_and(|(info, _)| !info.silent);
        if heard && !self.yielded {
            return self.give_way(io);
        }
        let port = usize::from(!self.yielded);
        if port == 0 && io.through().is_some() {
            return;
        }
        if let Some(((from, samples), (info, out))) = io.pair(port, 0) {
            *info = *from;
            return out.copy_from_slice(&samples[..out.len()]);
        }
        if let Some((info, _)) = io.output(0) {
            info.silent = true;
        }
    }
}
