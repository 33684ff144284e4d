//! A block that comes and goes without a click.

use crate::processing::dsp::Ramp;

/// Longest frame of 10 ms.
pub(super) const LONGEST: usize = 480;

/// A block, and how much of it is heard: it runs unheard until what it holds back has come out, and then fades in within a
/// tick; at the end it fades out, and rests.
#[derive(Debug)]
pub(super) struct Stage<T> {
    pub block: Box<T>,
    mix: Ramp,
    /// Ticks that it runs unheard before it comes in.
    warm: u32,
    /// As many it takes.
    warmth: u32,
    /// It is to be heard.
    wanted: bool,
}

impl<T> Stage<T> {
    /// A block of that delay in samples at `rate` frames of `per_tick`, unheard. Allocates.
    pub fn new(block: T, latency: usize, per_tick: usize) -> Self {
        let warmth = latency.div_ceil(per_tick.max(1)) as u32 + 1;
        Self { block: Box::new(block), mix: Ramp::new(0.0), warm: warmth, warmth, wanted: true }
    }

    /// Lets it come or go. Real-time.
    pub fn want(&mut self, wanted: bool, samples: usize) {
        if std::mem::replace(&mut self.wanted, wanted) == wanted {
            return;
        }
        if wanted {
            self.warm = self.warmth;
        } else {
            self.mix.set(0.0, samples as u32);
        }
    }

    /// It is heard, or was within this tick.
    pub fn is_heard(&self) -> bool {
        !self.mix.is_silent()
    }

    /// Whether it runs at all.
    pub fn runs(&self) -> bool {
        self.wanted || self.is_heard()
    }

    /// Runs the block over a frame. Real-time: as the block.
    pub fn process(&mut self, frame: &mut [f32], run: impl FnOnce(&mut T, &mut [f32])) {
        if self.mix.is_unity() {
            return run(&mut self.block, frame);
        }
        if !self.runs() {
            return;
        }
        if self.wanted && self.mix.target() != 1.0 {
            match self.warm {
                0 => self.mix.set(1.0, frame.len() as u32),
                _ => self.warm -= 1,
            }
        }
        let mut wet = [0.0; LONGEST];
        let wet = &mut wet[..frame.len().min(LONGEST)];
        wet.copy_from_slice(&frame[..wet.len()]);
        run(&mut self.block, wet);
        wet.iter_mut().zip(&*frame).for_each(|(wet, dry)| *wet -= dry);
        self.mix.apply(wet);
        frame.iter_mut().zip(&*wet).for_each(|(dry, wet)| *dry += wet);
    }
}

/// The place of a block in the order: the one that is there, and the one that it replaced, fading out.
#[derive(Debug)]
pub(super) struct Slot<T> {
    pub now: Option<Stage<T>>,
    leaving: Option<Stage<T>>,
}

impl<T> Slot<T> {
    /// With a block, or empty.
    pub fn new(now: Option<Stage<T>>) -> Self {
        Self { now, leaving: None }
    }

    /// Goes on with the block of `old` if it is the `same`; else that one fades out here. What is not needed stays in `old`.
    /// Real-time.
    pub fn succeed(&mut self, old: &mut Self, same: bool, samples: usize) {
        std::mem::swap(&mut self.leaving, &mut old.leaving);
        if self.now.is_some() && old.now.is_some() && same {
            std::mem::swap(&mut self.now, &mut old.now);
        } else if let Some(gone) = &mut old.now {
            gone.want(false, samples);
            std::mem::swap(&mut self.leaving, &mut old.now);
        }
    }

    /// Lets the block come or go. Real-time.
    pub fn want(&mut self, wanted: bool, samples: usize) {
        if let Some(now) = &mut self.now {
            now.want(wanted, samples);
        }
    }

    /// The block.
    pub fn there(&self) -> Option<&T> {
        self.now.as_ref().map(|stage| &*stage.block)
    }

    /// The block, if it is heard.
    pub fn heard(&self) -> Option<&T> {
        self.now.as_ref().filter(|stage| stage.is_heard()).map(|stage| &*stage.block)
    }

    /// Runs what is there over a frame. Real-time.
    pub fn process(&mut self, frame: &mut [f32], mut run: impl FnMut(&mut T, &mut [f32])) {
        for stage in [&mut self.leaving, &mut self.now].into_iter().flatten() {
            stage.process(frame, &mut run);
        }
    }
}
