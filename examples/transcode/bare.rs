//! One codec alone, without the engine.

use std::borrow::Cow;
use std::error::Error;
use std::time::{Duration, Instant};

use media_core::codec::MAX_PACKET_MS;
use media_core::processing::format::resample;
use media_core::{CodecSpec, Millis, SampleRate};

use crate::file::Audio;

/// Decodes payloads, and tells what it came to.
pub fn decode(codec: &CodecSpec, frames: &[Option<Vec<u8>>]) -> Result<Audio, Box<dyn Error>> {
    let start = Instant::now();
    let audio = samples(codec, frames)?;
    let bytes = frames.iter().flatten().map(Vec::len).sum();
    tell("decoded", codec, frames.len(), bytes, start.elapsed());
    let missing = frames.iter().filter(|f| f.is_none()).count();
    if missing > 0 {
        println!("{missing} of them were missing");
    }
    Ok(audio)
}

/// Encodes audio in packets of `ptime`, and tells what it came to.
pub fn encode(codec: &CodecSpec, audio: &Audio, ptime: Millis) -> Result<Vec<Option<Vec<u8>>>, Box<dyn Error>> {
    let start = Instant::now();
    let frames = frames(codec, audio, ptime)?;
    let bytes = frames.iter().flatten().map(Vec::len).sum();
    tell("encoded", codec, frames.len(), bytes, start.elapsed());
    Ok(frames)
}

/// Decodes payloads; where one is missing the codec conceals it as long as the one before was.
pub fn samples(codec: &CodecSpec, frames: &[Option<Vec<u8>>]) -> Result<Audio, Box<dyn Error>> {
    let mut decoder = codec.decoder();
    let (rate, channels) = (decoder.rate().hz(), decoder.channels());
    let mut samples = Vec::new();
    let mut out = vec![0.0; (rate * MAX_PACKET_MS / 1_000) as usize * channels];
    let shortest = frames.iter().flatten().filter_map(|f| decoder.samples(f)).filter(|&n| n > 0).min();
    let mut length = shortest.unwrap_or(rate as usize / 50);
    for (number, frame) in frames.iter().enumerate() {
        // Nothing sent is like a missing packet: the decoder knows whether it was told of a pause.
        if let Some(payload) = frame.as_deref().filter(|payload| !payload.is_empty()) {
            length = decoder.decode(payload, &mut out).map_err(|e| format!("frame {number}: {e}"))?;
        } else if !decoder.conceal(&mut out[..length * channels]) {
            out[..length * channels].fill(0.0);
        }
        samples.extend_from_slice(&out[..length * channels]);
    }
    Ok(Audio { samples, rate, channels })
}

/// Encodes audio in packets of `ptime`.
pub fn frames(codec: &CodecSpec, audio: &Audio, ptime: Millis) -> Result<Vec<Option<Vec<u8>>>, Box<dyn Error>> {
    let mut encoder = codec.encoder();
    let channels = encoder.channels();
    let samples = &fit(audio, encoder.rate(), channels)?.samples;
    let length = encoder.rate().hz() as usize * ptime.0 as usize / 1_000;
    let mut payload = vec![0; encoder.max_payload(length)];
    let mut frames = Vec::new();
    for frame in samples.chunks(length * channels) {
        match encoder.encode(frame, &mut payload) {
            Ok(encoded) => frames.push(Some(payload[..encoded.bytes].to_vec())),
            // The rest of the audio is no whole frame of such a codec.
            Err(_) if frame.len() < length * channels => break,
            Err(e) => return Err(e.into()),
        }
    }
    Ok(frames)
}

/// The audio at a codec's rate and channels.
pub fn fit(audio: &Audio, rate: SampleRate, channels: usize) -> Result<Cow<'_, Audio>, Box<dyn Error>> {
    if audio.rate == rate.hz() && audio.channels == channels {
        return Ok(Cow::Borrowed(audio));
    }
    let mono: Vec<f32> =
        audio.samples.chunks_exact(audio.channels).map(|c| c.iter().sum::<f32>() / c.len() as f32).collect();
    let mono = if audio.rate == rate.hz() { mono } else { resample(&mono, SampleRate::new(audio.rate)?, rate) };
    let samples = mono.into_iter().flat_map(|s| std::iter::repeat_n(s, channels)).collect();
    Ok(Cow::Owned(Audio { samples, rate: rate.hz(), channels }))
}

fn tell(what: &str, codec: &CodecSpec, frames: usize, bytes: usize, spent: Duration) {
    let each = spent.as_secs_f64() * 1e6 / frames.max(1) as f64;
    println!("{}: {what} {frames} frames, {bytes} bytes, {each:.2} µs a frame", codec.name());
}
