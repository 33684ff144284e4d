//! What every codec costs, and every pair of codecs through the engine.

use std::error::Error;
use std::time::Instant;

use media_core::{CodecSpec, Millis};

use crate::file::Audio;
use crate::{bare, name, through};

/// The codecs of the table.
const NAMES: &[&str] =
    &["pcmu", "pcma", "l16:rate=16000", "g722", "g726-32", "opus:rate=16000,bitrate=24000,complexity=5"];

/// Times that each figure is taken; the best is told, as what disturbs only ever adds.
const ROUNDS: usize = 5;

/// Prints microseconds per 20 ms: each codec alone, then from each codec (rows) to each (columns).
pub fn table() -> Result<(), Box<dyn Error>> {
    let clip = hound::WavReader::new(&include_bytes!("../clips/alice.wav")[..])?;
    let rate = clip.spec().sample_rate;
    let samples =
        clip.into_samples::<i16>().map(|s| Ok(f32::from(s?) / 32_768.0)).collect::<Result<_, hound::Error>>()?;
    let clip = Audio { samples, rate, channels: 1 };
    let codecs: Vec<CodecSpec> = NAMES.iter().map(|name| name::parse(name)).collect::<Result<_, _>>()?;
    println!("µs per 20 ms  encode  decode");
    let mut alone = Vec::new();
    let mut speech = Vec::new();
    for (codec, name) in codecs.iter().zip(NAMES) {
        let clip = bare::fit(&clip, codec.rate, usize::from(codec.channels))?;
        let frames = bare::frames(codec, &clip, Millis(20))?;
        let encode = best(|| bare::frames(codec, &clip, Millis(20)).map(drop), frames.len())?;
        let decode = best(|| bare::samples(codec, &frames).map(drop), frames.len())?;
        println!("{name:<16}{encode:>5.2}{decode:>8.2}");
        alone.push((encode, decode));
        speech.push(frames);
    }
    println!("\nthrough the engine, one way, and what it adds to decoding and encoding");
    for (a, from) in codecs.iter().enumerate() {
        print!("{:<16}", NAMES[a]);
        for (b, to) in codecs.iter().enumerate() {
            let spent = (0..ROUNDS)
                .map(|_| through::run(from, to, &speech[a], Millis(20), Millis(20)).map(|call| call.micros))
                .collect::<Result<Vec<_>, _>>()?;
            let each = spent.into_iter().fold(f64::MAX, f64::min) / speech[a].len() as f64;
            print!("{each:>8.2} ({:+.2})", each - alone[a].1 - alone[b].0);
        }
        println!();
    }
    Ok(())
}

/// Microseconds a frame, at best.
fn best(mut work: impl FnMut() -> Result<(), Box<dyn Error>>, frames: usize) -> Result<f64, Box<dyn Error>> {
    let mut least = f64::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        work()?;
        least = least.min(start.elapsed().as_secs_f64() * 1e6 / frames.max(1) as f64);
    }
    Ok(least)
}
