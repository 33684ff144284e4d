//! What every codec costs, and every pair of codecs through the engine.

use std::borrow::Cow;
use std::error::Error;
use std::time::Instant;

use media_core::{CodecSpec, Millis};

use crate::file::Audio;
use crate::through::Party;
use crate::{bare, name, through};

/// The codecs of the table.
const NAMES: &[&str] =
    &["pcmu", "pcma", "l16:rate=16000", "g722", "g726-32", "g729", "opus:rate=16000,bitrate=24000,complexity=5"];

/// Times that each figure is taken; the best is told, as what disturbs only ever adds.
const ROUNDS: usize = 5;

/// Prints microseconds per 20 ms: each codec alone, then calls between each (rows) and each (columns).
pub fn table() -> Result<(), Box<dyn Error>> {
    let clip = hound::WavReader::new(&include_bytes!("../clips/alice.wav")[..])?;
    let rate = clip.spec().sample_rate;
    let samples =
        clip.into_samples::<i16>().map(|s| Ok(f32::from(s?) / 32_768.0)).collect::<Result<_, hound::Error>>()?;
    let clip = Audio { samples, rate, channels: 1 };
    let codecs: Vec<CodecSpec> = NAMES.iter().map(|name| name::parse(name)).collect::<Result<_, _>>()?;
    println!("µs per 20 ms   encode  decode");
    let mut voices = Vec::new();
    for (codec, name) in codecs.iter().zip(NAMES) {
        let audio = bare::fit(&clip, codec.rate, usize::from(codec.channels))?;
        let voice = Voice { codec, frames: bare::frames(codec, &audio, Millis(20))?, audio };
        let [mut encode, mut decode] = [f64::MAX; 2];
        for _ in 0..ROUNDS {
            encode = encode.min(voice.encode()?);
            decode = decode.min(voice.decode()?);
        }
        println!("{:<12}{encode:>9.2}{decode:>8.2}", name::short(name));
        voices.push(voice);
    }
    println!("\nboth ways through the engine, and what that adds to encoding and decoding both ways");
    for (near, name) in voices.iter().zip(NAMES) {
        print!("{:<12}", name::short(name));
        for far in &voices {
            let [mut through, mut alone] = [f64::MAX; 2];
            for _ in 0..ROUNDS {
                through = through.min(through::run([near.party(), far.party()])?.micros / near.frames.len() as f64);
                alone = alone.min(near.encode()? + near.decode()? + far.encode()? + far.decode()?);
            }
            print!("{through:>9.2} {:<+7.2}", through - alone);
        }
        println!();
    }
    Ok(())
}

/// The clip as one codec's packets.
struct Voice<'a> {
    codec: &'a CodecSpec,
    audio: Cow<'a, Audio>,
    frames: Vec<Option<Vec<u8>>>,
}

impl Voice<'_> {
    fn party(&self) -> Party<'_> {
        Party { codec: self.codec, frames: &self.frames, ptime: Millis(20) }
    }

    /// Microseconds a frame.
    fn encode(&self) -> Result<f64, Box<dyn Error>> {
        let start = Instant::now();
        bare::frames(self.codec, &self.audio, Millis(20))?;
        Ok(start.elapsed().as_secs_f64() * 1e6 / self.frames.len() as f64)
    }

    /// Microseconds a frame.
    fn decode(&self) -> Result<f64, Box<dyn Error>> {
        let start = Instant::now();
        bare::samples(self.codec, &self.frames)?;
        Ok(start.elapsed().as_secs_f64() * 1e6 / self.frames.len() as f64)
    }
}
