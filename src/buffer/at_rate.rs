//! A decoder at another rate: what a leg needs whose party may send codecs of several rates.

use std::any::Any;

use crate::codec::{AudioDecoder, DecodeError, MAX_PACKET_MS, Recovered};
use crate::processing::format::Resampler;
use crate::types::{SampleRate, TICK_MS};

/// Ticks that are converted for a decoder which follows concealment: the one before those that count fills the filter.
const LOOK_BACK: usize = 3;

/// Converts what a decoder makes, 10 ms at a time; packets of other lengths are not taken.
pub struct AtRate {
    inner: Box<dyn AudioDecoder>,
    resampler: Resampler,
    /// For what was played, on its way to the decoder.
    back: Resampler,
    decoded: Box<[f32]>,
    /// The filter has heard audio.
    primed: bool,
}

impl AtRate {
    fn new(from: SampleRate, to: SampleRate, inner: Box<dyn AudioDecoder>) -> Self {
        let decoded = vec![0.0; from.per_tick() * (MAX_PACKET_MS / TICK_MS) as usize].into_boxed_slice();
        let (resampler, back) = (Resampler::new(from, to), Resampler::new(to, from));
        Self { inner, resampler, back, decoded, primed: false }
    }

    /// The decoder at `to`: itself where that is its rate. Allocates.
    pub fn of(decoder: Box<dyn AudioDecoder>, to: SampleRate) -> Box<dyn AudioDecoder> {
        match decoder.rate() {
            from if from == to => decoder,
            from => Box::new(Self::new(from, to, decoder)),
        }
    }

    /// Room for a decoder at `from` that comes later; until then no payload is known. Allocates.
    pub fn empty(from: SampleRate, to: SampleRate) -> Box<dyn AudioDecoder> {
        // `Nothing` is of no size, so this box is no memory.
        Box::new(Self::new(from, to, Box::new(Nothing)))
    }

    /// Takes the decoder out of `from`, if there is none here yet; `false`: nothing was changed. Real-time.
    pub(super) fn take_from(&mut self, from: &mut Box<dyn AudioDecoder>) -> bool {
        let empty = (&*self.inner as &dyn Any).is::<Nothing>();
        if empty {
            self.inner = std::mem::replace(from, Box::new(Nothing));
        }
        empty
    }

    fn to_here(&self, samples: usize) -> Option<usize> {
        let (from, to) = (self.resampler.from().per_tick(), self.resampler.to().per_tick());
        samples.is_multiple_of(from).then(|| samples / from * to)
    }

    fn to_inner(&self, samples: usize) -> Option<usize> {
        let (from, to) = (self.resampler.from().per_tick(), self.resampler.to().per_tick());
        let inner = samples.is_multiple_of(to).then(|| samples / to * from)?;
        (inner <= self.decoded.len()).then_some(inner)
    }

    fn convert(&mut self, samples: usize, out: &mut [f32]) {
        let (from, to) = (self.resampler.from().per_tick(), self.resampler.to().per_tick());
        if !std::mem::replace(&mut self.primed, true) {
            self.resampler.prime(&self.decoded[..samples.min(from)]);
        }
        for (block, out) in self.decoded[..samples].chunks(from).zip(out.chunks_mut(to)) {
            self.resampler.process(block, out);
        }
    }
}

impl AudioDecoder for AtRate {
    fn rate(&self) -> SampleRate {
        self.resampler.to()
    }

    fn samples(&self, payload: &[u8]) -> Option<usize> {
        self.to_here(self.inner.samples(payload)?)
    }

    fn decode(&mut self, payload: &[u8], out: &mut [f32]) -> Result<usize, DecodeError> {
        let expected = self.inner.samples(payload).ok_or(DecodeError::Length { got: payload.len() })?;
        let samples = self.inner.decode(payload, &mut self.decoded)?.min(self.decoded.len()).min(expected);
        let count = self.to_here(samples).ok_or(DecodeError::Length { got: payload.len() })?;
        let room = out.len();
        let out = out.get_mut(..count).ok_or(DecodeError::TooLong { samples: count, room })?;
        self.convert(samples, out);
        Ok(count)
    }

    fn conceal(&mut self, out: &mut [f32]) -> bool {
        let Some(samples) = self.to_inner(out.len()) else { return false };
        let concealed = self.inner.conceal(&mut self.decoded[..samples]);
        if concealed {
            self.convert(samples, out);
        }
        concealed
    }

    fn follows_concealment(&self) -> bool {
        self.inner.follows_concealment()
    }

    fn concealed(&mut self, played: &[f32], count: usize) {
        if !self.follows_concealment() {
            return;
        }
        let (from, to) = (self.resampler.from().per_tick(), self.resampler.to().per_tick());
        let ticks = (played.len() / to).min(LOOK_BACK);
        self.back.reset();
        for (block, out) in played[played.len() - ticks * to..].chunks(to).zip(self.decoded.chunks_mut(from)) {
            self.back.process(block, out);
        }
        self.inner.concealed(&self.decoded[..ticks * from], (count * from / to).min(ticks * from));
    }

    fn recover(&mut self, following: &[u8], out: &mut [f32]) -> bool {
        let Some(samples) = self.to_inner(out.len()) else { return false };
        let recovered = self.inner.recover(following, &mut self.decoded[..samples]);
        if recovered {
            self.convert(samples, out);
        }
        recovered
    }

    fn redundancy(&mut self, following: &[u8], most: usize) -> usize {
        let (from, to) = (self.resampler.from().per_tick(), self.resampler.to().per_tick());
        self.inner.redundancy(following, most.div_ceil(to) * from) / from * to
    }

    fn recover_from(&mut self, following: &[u8], back: usize, out: &mut [f32]) -> Option<Recovered> {
        let (from, to) = (self.resampler.from().per_tick(), self.resampler.to().per_tick());
        let room = (out.len() / to * from).min(self.decoded.len());
        let back = back.is_multiple_of(to).then(|| back / to * from)?;
        let recovered = self.inner.recover_from(following, back, &mut self.decoded[..room])?;
        // A part of 10 ms is not converted: what is left of it is concealed.
        let samples = recovered.samples / from * from;
        self.convert(samples, out);
        Some(Recovered { samples: samples / from * to, ..recovered }).filter(|recovered| recovered.samples > 0)
    }

    fn paused(&self) -> bool {
        self.inner.paused()
    }

    fn is_calm(&self, payload: &[u8]) -> bool {
        self.inner.is_calm(payload)
    }

    fn state_bytes(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.decoded) + self.inner.state_bytes()
    }

    fn reset(&mut self) {
        self.resampler.reset();
        self.primed = false;
        self.inner.reset();
    }
}

/// A decoder that is not there. It takes no memory.
struct Nothing;

impl AudioDecoder for Nothing {
    fn rate(&self) -> SampleRate {
        SampleRate::HZ_8000
    }

    fn samples(&self, _: &[u8]) -> Option<usize> {
        None
    }

    fn decode(&mut self, _: &[u8], _: &mut [f32]) -> Result<usize, DecodeError> {
        Err(DecodeError::Corrupt)
    }

    fn state_bytes(&self) -> usize {
        0
    }

    fn reset(&mut self) {}
}
