//! Codecs of several channels in a graph of mono frames: the mean of all channels one way, the same
//! audio in each of them the other.

use std::any::Any;

use crate::codec::{
    AudioDecoder, AudioEncoder, DecodeError, EncodeError, Encoded, EncoderParam, MAX_PACKET_MS, Recovered,
};
use crate::types::SampleRate;

/// Gives the mean of a decoder's channels.
pub(super) struct MonoDecoder {
    inner: Box<dyn AudioDecoder>,
    channels: usize,
    interleaved: Vec<f32>,
}

impl MonoDecoder {
    pub fn new(inner: Box<dyn AudioDecoder>) -> Self {
        let channels = inner.channels();
        let interleaved = vec![0.0; longest(inner.rate()) * channels];
        Self { inner, channels, interleaved }
    }

    fn mix(&self, out: &mut [f32]) {
        let part = 1.0 / self.channels as f32;
        for (sample, all) in out.iter_mut().zip(self.interleaved.chunks_exact(self.channels)) {
            *sample = all.iter().sum::<f32>() * part;
        }
    }
}

impl AudioDecoder for MonoDecoder {
    fn rate(&self) -> SampleRate {
        self.inner.rate()
    }

    fn samples(&self, payload: &[u8]) -> Option<usize> {
        self.inner.samples(payload)
    }

    fn decode(&mut self, payload: &[u8], out: &mut [f32]) -> Result<usize, DecodeError> {
        let room = out.len().min(self.interleaved.len() / self.channels);
        let count = self.inner.decode(payload, &mut self.interleaved[..room * self.channels])?.min(room);
        self.mix(&mut out[..count]);
        Ok(count)
    }

    fn conceal(&mut self, out: &mut [f32]) -> bool {
        let Some(all) = self.interleaved.get_mut(..out.len() * self.channels) else { return false };
        self.inner.conceal(all) && {
            self.mix(out);
            true
        }
    }

    fn follows_concealment(&self) -> bool {
        self.inner.follows_concealment()
    }

    fn concealed(&mut self, played: &[f32], count: usize) {
        let frames = played.len().min(self.interleaved.len() / self.channels);
        let played = &played[played.len() - frames..];
        for (all, &sample) in self.interleaved.chunks_exact_mut(self.channels).zip(played) {
            all.fill(sample);
        }
        self.inner.concealed(&self.interleaved[..frames * self.channels], count.min(frames));
    }

    fn recover(&mut self, following: &[u8], out: &mut [f32]) -> bool {
        let Some(all) = self.interleaved.get_mut(..out.len() * self.channels) else { return false };
        self.inner.recover(following, all) && {
            self.mix(out);
            true
        }
    }

    fn redundancy(&mut self, following: &[u8], most: usize) -> usize {
        self.inner.redundancy(following, most)
    }

    fn recover_from(&mut self, following: &[u8], back: usize, out: &mut [f32]) -> Option<Recovered> {
        let all = self.interleaved.get_mut(..out.len() * self.channels)?;
        let recovered = self.inner.recover_from(following, back, all)?;
        self.mix(out.get_mut(..recovered.samples)?);
        Some(recovered)
    }

    fn paused(&self) -> bool {
        self.inner.paused()
    }

    fn is_calm(&self, payload: &[u8]) -> bool {
        self.inner.is_calm(payload)
    }

    fn state_bytes(&self) -> usize {
        size_of::<Self>() + size_of_val(&self.interleaved[..]) + self.inner.state_bytes()
    }

    fn reset(&mut self) {
        self.inner.reset();
    }
}

/// Encodes the same audio in each channel.
pub(super) struct MonoEncoder {
    inner: Box<dyn AudioEncoder>,
    channels: usize,
    interleaved: Vec<f32>,
}

impl MonoEncoder {
    pub fn new(inner: Box<dyn AudioEncoder>) -> Self {
        let channels = inner.channels();
        let interleaved = vec![0.0; longest(inner.rate()) * channels];
        Self { inner, channels, interleaved }
    }
}

impl AudioEncoder for MonoEncoder {
    fn rate(&self) -> SampleRate {
        self.inner.rate()
    }

    fn max_payload(&self, samples: usize) -> usize {
        self.inner.max_payload(samples)
    }

    fn concatenates(&self) -> bool {
        self.inner.concatenates()
    }

    fn encode(&mut self, frame: &[f32], out: &mut [u8]) -> Result<Encoded, EncodeError> {
        let all = spread(&mut self.interleaved, self.channels, frame)?;
        self.inner.encode(all, out)
    }

    fn approaches(&self) -> bool {
        self.inner.approaches()
    }

    fn approach(&mut self, frame: &[f32], other: &[u8], out: &mut [u8]) -> Result<Encoded, EncodeError> {
        let all = spread(&mut self.interleaved, self.channels, frame)?;
        self.inner.approach(all, other, out)
    }

    fn is_level_with(&self, other: &dyn AudioEncoder) -> bool {
        (other as &dyn Any).downcast_ref::<Self>().is_some_and(|other| self.inner.is_level_with(&*other.inner))
    }

    fn set(&mut self, param: EncoderParam, value: i32) -> bool {
        self.inner.set(param, value)
    }

    fn fork(&self) -> Box<dyn AudioEncoder> {
        Box::new(Self::new(self.inner.fork()))
    }

    fn copy_state(&mut self, from: &dyn AudioEncoder) -> bool {
        (from as &dyn Any).downcast_ref::<Self>().is_some_and(|from| self.inner.copy_state(&*from.inner))
    }

    fn state_bytes(&self) -> usize {
        size_of::<Self>() + size_of_val(&self.interleaved[..]) + self.inner.state_bytes()
    }

    fn reset(&mut self) {
        self.inner.reset();
    }
}

/// The same audio in each channel.
fn spread<'a>(room: &'a mut [f32], channels: usize, frame: &[f32]) -> Result<&'a [f32], EncodeError> {
    let got = frame.len();
    let all = room.get_mut(..got * channels).ok_or(EncodeError::FrameLength { got })?;
    for (all, &sample) in all.chunks_exact_mut(channels).zip(frame) {
        all.fill(sample);
    }
    Ok(all)
}

fn longest(rate: SampleRate) -> usize {
    (rate.hz() * MAX_PACKET_MS).div_ceil(1_000) as usize
}
