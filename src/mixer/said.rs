//! What members said: the words of two ticks, and those of exceptions at other rates.

use super::member::{Member, PLANES};
use super::words;
use super::zone::LONGEST;
use crate::processing::dsp::Ramp;
use crate::processing::format::Resampler;

/// What a member said in one tick.
#[derive(Debug)]
pub(super) struct Said {
    /// The room's turns in that tick; 0: nothing yet.
    pub stamp: u64,
    pub silent: bool,
    /// His planes: one for mono, three for stereo.
    pub words: Box<[i32]>,
}

/// A zone that a voice was added to, with the gains before the frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub zone: u8,
    pub to: [Ramp; PLANES],
}

/// A voice at another rate.
#[derive(Debug)]
pub(super) struct Converted {
    /// Exceptions that want it.
    pub wanted: u32,
    /// The filter knows the frame before.
    pub warm: bool,
    /// The tick whose voice it holds.
    pub stamp: u64,
    pub resamplers: Box<[Resampler]>,
    pub words: Box<[i32]>,
}

impl Converted {
    /// Bytes of the filters and the words.
    pub fn bytes(&self) -> usize {
        // A resampler keeps its past and a block.
        size_of::<Self>() + self.resamplers.len() * (size_of::<Resampler>() + 2_048) + size_of_val(&*self.words)
    }
}

impl Member {
    /// Brings his voice of the tick before `tick` to the rates that exceptions want. Real-time.
    pub(super) fn convert(&mut self, tick: u64) {
        let samples = self.samples();
        let Self { said, converted, .. } = self;
        let of = |stamp: u64| said.iter().find(|said| said.stamp == stamp && stamp > 0 && !said.silent);
        // Asked for by every exception, but a filter takes each frame once.
        for way in converted.iter_mut().filter(|way| way.wanted > 0 && way.stamp != tick) {
            way.stamp = tick;
            // The filter is shorter than a frame: with one frame more it is as if it had always run.
            let frames = if way.warm { 1 } else { 2 };
            way.warm = true;
            for back in (0..frames).rev() {
                let length = way.words.len() / way.resamplers.len().max(1);
                for (n, (resampler, out)) in
                    way.resamplers.iter_mut().zip(way.words.chunks_mut(length.max(1))).enumerate()
                {
                    let (mut voice, mut converted) = ([0.0f32; LONGEST], [0.0f32; LONGEST]);
                    if let Some(said) = of(tick.wrapping_sub(back)) {
                        words::to_samples(&said.words[n * samples..][..samples], 0, &mut voice);
                    }
                    resampler.process(&voice[..samples], &mut converted);
                    words::quantise(&converted, out);
                }
            }
        }
    }
}
