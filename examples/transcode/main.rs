//! Converts audio from any codec to any other, through the engine's graph or by the bare codec.
//!
//! ```sh
//! cargo run --release --example transcode -- --in examples/clips/alice.wav --from g722 --to opus:bitrate=24000,fec --out alice.opus
//! cargo run --release --example transcode -- --in speech.wav --encode g729 --out speech.bit
//! cargo run --release --example transcode -- --in speech.bit --decode g729 --out heard.wav
//! cargo run --release --example transcode -- --bench
//! ```
//!
//! `--from A --to B` makes a call of two sessions, one of each codec, and plays the file into it
//! packet by packet in virtual time; a file of audio is encoded first. `--encode` and `--decode` use
//! the codec alone. Files are told by their extension: `.wav`; 16-bit samples without a header
//! (`.pcm .sw .raw .src .in .pst .out …`); payload bytes (`.g722 .ul .al .g729 .payload`); one code in
//! each 16-bit word (`.cod`); 16-bit words for each bit (`.bit`, G.729); packets behind their length
//! and final range (`.opus`, and `.bit` with Opus).
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "an example tells what it did, and how fast")]

mod bare;
mod cost;
mod file;
mod format;
#[path = "../support/codec_name.rs"]
mod name;
mod through;

use std::error::Error;
use std::path::PathBuf;

use clap::Parser;
use media_core::Millis;

use crate::file::Content;
use crate::format::Format;

/// Converts audio between codecs and files.
#[derive(Parser)]
pub struct Args {
    /// File to read.
    #[arg(long = "in")]
    input: Option<PathBuf>,
    /// File to write.
    #[arg(long)]
    out: Option<PathBuf>,
    /// What the input is, where the extension does not tell.
    #[arg(long, value_enum)]
    in_format: Option<Format>,
    /// What the output is to be, where the extension does not tell.
    #[arg(long, value_enum)]
    out_format: Option<Format>,
    /// Decode with this codec alone: `g729`, `opus:rate=16000`.
    #[arg(long, conflicts_with_all = ["encode", "from", "to"])]
    decode: Option<String>,
    /// Encode with this codec alone: `g722`, `opus:bitrate=24000,fec`.
    #[arg(long, conflicts_with_all = ["from", "to"])]
    encode: Option<String>,
    /// Codec of the party that speaks.
    #[arg(long, requires = "to")]
    from: Option<String>,
    /// Codec of the party that listens.
    #[arg(long, requires = "from")]
    to: Option<String>,
    /// Milliseconds in a packet; with `--from`, of the packets that go in.
    #[arg(long, default_value_t = 20)]
    ptime: u32,
    /// Milliseconds in a packet that comes out.
    #[arg(long)]
    out_ptime: Option<u32>,
    /// Rate of headerless samples, where it is not the codec's.
    #[arg(long)]
    rate: Option<u32>,
    /// Print what every codec, and every pair of codecs, costs.
    #[arg(long)]
    bench: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    if args.bench {
        return cost::table();
    }
    let (Some(input), Some(out)) = (&args.input, &args.out) else { return Err("--in and --out are needed".into()) };
    let ptime = Millis(args.ptime);
    if let Some(codec) = &args.decode {
        let codec = name::parse(codec)?;
        let frames = file::read(input, args.in_format, &codec, ptime, args.rate)?.frames()?;
        let audio = bare::decode(&codec, &frames)?;
        file::write(out, args.out_format, &codec, &Content::Audio(audio))
    } else if let Some(codec) = &args.encode {
        let codec = name::parse(codec)?;
        let audio = file::read(input, args.in_format, &codec, ptime, args.rate)?.audio()?;
        let format = Format::of(out, args.out_format, &codec, false)?;
        let frames = bare::encode(&codec, &audio, format.ptime(ptime))?;
        file::write(out, args.out_format, &codec, &Content::Frames(frames))
    } else if let (Some(from), Some(to)) = (&args.from, &args.to) {
        let (from, to) = (name::parse(from)?, name::parse(to)?);
        let frames = match file::read(input, args.in_format, &from, ptime, args.rate)? {
            Content::Frames(frames) => frames,
            Content::Audio(audio) => bare::encode(&from, &audio, ptime)?,
        };
        let heard = through::call(&from, &to, &frames, ptime, Millis(args.out_ptime.unwrap_or(args.ptime)))?;
        match Format::of(out, args.out_format, &to, true)?.is_audio() {
            true => file::write(out, args.out_format, &to, &Content::Audio(bare::decode(&to, &heard)?)),
            false => file::write(out, args.out_format, &to, &Content::Frames(heard)),
        }
    } else {
        Err("say --decode, --encode, or --from and --to".into())
    }
}
