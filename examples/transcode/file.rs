//! Reads and writes audio and payloads.

use std::error::Error;
use std::path::Path;

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use media_core::codec::AudioDecoder;
use media_core::codec::audio::opus::OpusDecoder;
use media_core::{CodecSpec, Millis, SampleRate, sample};

use crate::format::Format;

/// What a file holds.
pub enum Content {
    /// Samples.
    Audio(Audio),
    /// Payloads; `None` where one is missing.
    Frames(Vec<Option<Vec<u8>>>),
}

/// Interleaved samples.
#[derive(Clone)]
pub struct Audio {
    pub samples: Vec<f32>,
    pub rate: u32,
    pub channels: usize,
}

impl Content {
    pub fn frames(self) -> Result<Vec<Option<Vec<u8>>>, String> {
        match self {
            Self::Frames(frames) => Ok(frames),
            Self::Audio(_) => Err("the input holds samples, not payloads".into()),
        }
    }

    pub fn audio(self) -> Result<Audio, String> {
        match self {
            Self::Audio(audio) => Ok(audio),
            Self::Frames(_) => Err("the input holds payloads, not samples".into()),
        }
    }
}

pub fn read(
    path: &Path,
    format: Option<Format>,
    codec: &CodecSpec,
    ptime: Millis,
    rate: Option<u32>,
) -> Result<Content, Box<dyn Error>> {
    let format = Format::of(path, format, codec, false)?;
    if format == Format::Wav {
        return Ok(Content::Audio(wav(path)?));
    }
    let bytes = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let words = || bytes.as_chunks::<2>().0.iter().map(|&w| u16::from_le_bytes(w));
    Ok(match format {
        Format::Wav | Format::Pcm => {
            let samples = words().map(|w| sample::dequantize(w as i16)).collect();
            let channels = usize::from(codec.channels);
            Content::Audio(Audio { samples, rate: rate.unwrap_or(codec.rate.hz()), channels })
        }
        Format::Payload => Content::Frames(packets(&bytes, codec, ptime)),
        Format::Words => Content::Frames(packets(&words().map(|w| w as u8).collect::<Vec<_>>(), codec, ptime)),
        Format::Serial => Content::Frames(serial(&words().collect::<Vec<_>>())?),
        Format::Packets => {
            let (frames, ranges) = prefixed(&bytes)?;
            let known = ranges.iter().zip(final_ranges(&frames)?).filter(|(range, _)| **range != 0);
            let equal = known.clone().filter(|(told, found)| **told == *found).count();
            println!("{equal} of {} final ranges are as the file says", known.count());
            Content::Frames(frames)
        }
    })
}

pub fn write(path: &Path, format: Option<Format>, codec: &CodecSpec, content: &Content) -> Result<(), Box<dyn Error>> {
    let format = Format::of(path, format, codec, true)?;
    let bytes: Vec<u8> = match (content, format) {
        (Content::Audio(audio), Format::Wav) => return Ok(save(path, audio)?),
        (Content::Audio(audio), Format::Pcm) => {
            audio.samples.iter().flat_map(|&s| sample::quantize(s).to_le_bytes()).collect()
        }
        (Content::Frames(frames), Format::Payload) => frames.iter().flatten().flatten().copied().collect(),
        (Content::Frames(frames), Format::Words) => frames.iter().flatten().flatten().flat_map(|&b| [b, 0]).collect(),
        (Content::Frames(frames), Format::Serial) => frames.iter().flat_map(|f| bits(f.as_deref())).collect(),
        (Content::Frames(frames), Format::Packets) => {
            let packet = |(f, range): (&Option<Vec<u8>>, u32)| {
                let payload = f.as_deref().unwrap_or_default();
                [&(payload.len() as u32).to_be_bytes()[..], &range.to_be_bytes(), payload].concat()
            };
            frames.iter().zip(final_ranges(frames)?).flat_map(packet).collect()
        }
        (Content::Audio(_), _) => return Err(format!("{format:?} holds payloads, there are samples").into()),
        (Content::Frames(_), _) => return Err(format!("{format:?} holds samples, there are payloads").into()),
    };
    Ok(std::fs::write(path, bytes)?)
}

/// Payload bytes in pieces of the packet time.
fn packets(bytes: &[u8], codec: &CodecSpec, ptime: Millis) -> Vec<Option<Vec<u8>>> {
    let samples = codec.rate.hz() as usize * ptime.0 as usize / 1_000;
    bytes.chunks(codec.payload_bytes(samples).max(1)).map(|c| Some(c.to_vec())).collect()
}

/// Frames of 16-bit words for bits; one with a word that is neither bit is missing.
fn serial(words: &[u16]) -> Result<Vec<Option<Vec<u8>>>, String> {
    let mut frames = Vec::new();
    let mut rest = words;
    while let [sync, length, tail @ ..] = rest {
        let known = matches!(sync, 0x6b20 | 0x6b21) && usize::from(*length) <= tail.len();
        let (bits, next) = tail
            .split_at_checked(usize::from(*length))
            .filter(|_| known)
            .ok_or_else(|| format!("frame {}: no sync word, or the file ends in it", frames.len()))?;
        let whole = *sync == 0x6b21 && bits.iter().all(|b| matches!(b, 0x7f | 0x81));
        let octet = |bits: &[u16]| {
            bits.iter().enumerate().fold(0u8, |octet, (n, &bit)| octet | u8::from(bit == 0x81) << (7 - n))
        };
        frames.push(whole.then(|| bits.chunks(8).map(octet).collect()));
        rest = next;
    }
    Ok(frames)
}

/// A frame's bits as words. Nothing to send is a frame without bits; a missing one has none that is known.
fn bits(frame: Option<&[u8]>) -> Vec<u8> {
    let words: Vec<u16> = match frame {
        None => [0x6b20, 80].into_iter().chain([0; 80]).collect(),
        Some(payload) => {
            // A silence descriptor has 15 bits, and one to fill the octet.
            let count = payload.len() as u16 * 8;
            let bit = |at: u16| if payload[usize::from(at / 8)] << (at % 8) & 0x80 != 0 { 0x81 } else { 0x7f };
            [0x6b21, count].into_iter().chain((0..count).map(bit)).collect()
        }
    };
    words.into_iter().flat_map(u16::to_le_bytes).collect()
}

/// Packets behind length and final range; a length of 0 is a lost packet.
#[expect(clippy::type_complexity, reason = "packets, and a number for each")]
fn prefixed(bytes: &[u8]) -> Result<(Vec<Option<Vec<u8>>>, Vec<u32>), String> {
    let (mut frames, mut ranges) = (Vec::new(), Vec::new());
    let mut rest = bytes;
    while let Some((head, tail)) = rest.split_first_chunk::<8>() {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let (packet, next) = tail.split_at_checked(length).ok_or(format!("packet {} is cut short", frames.len()))?;
        frames.push((length > 0).then(|| packet.to_vec()));
        ranges.push(u32::from_be_bytes([head[4], head[5], head[6], head[7]]));
        rest = next;
    }
    Ok((frames, ranges))
}

/// The state of the range coder behind each packet, by which decoder and encoder prove that they agree
/// (RFC 6716 §6); 0 where there is none.
fn final_ranges(frames: &[Option<Vec<u8>>]) -> Result<Vec<u32>, Box<dyn Error>> {
    let mut decoder = OpusDecoder::new(SampleRate::HZ_48000, 2)?;
    let mut audio = vec![0.0; 2 * 5_760];
    Ok(frames
        .iter()
        .map(|frame| {
            frame
                .as_deref()
                .map_or(0, |payload| decoder.decode(payload, &mut audio).map_or(0, |_| decoder.final_range()))
        })
        .collect())
}

fn wav(path: &Path) -> Result<Audio, Box<dyn Error>> {
    let mut reader = WavReader::open(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let WavSpec { channels, sample_rate, bits_per_sample, sample_format } = reader.spec();
    let samples = match sample_format {
        SampleFormat::Float => reader.samples::<f32>().collect::<Result<_, _>>()?,
        SampleFormat::Int => {
            let full_scale = (1u64 << (bits_per_sample - 1)) as f32;
            reader.samples::<i32>().map(|s| s.map(|s| s as f32 / full_scale)).collect::<Result<_, _>>()?
        }
    };
    Ok(Audio { samples, rate: SampleRate::new(sample_rate)?.hz(), channels: usize::from(channels) })
}

fn save(path: &Path, audio: &Audio) -> Result<(), hound::Error> {
    let spec = WavSpec {
        channels: audio.channels as u16,
        sample_rate: audio.rate,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let mut wav = WavWriter::create(path, spec)?;
    for &s in &audio.samples {
        wav.write_sample(sample::quantize(s))?;
    }
    wav.finalize()
}
