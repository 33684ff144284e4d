//! What a file is: told by its extension, or by the user.

use std::path::Path;

use clap::ValueEnum;
use media_core::{CodecSpec, Millis};

/// The formats that files can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// RIFF WAVE.
    Wav,
    /// 16-bit little-endian samples without a header.
    Pcm,
    /// The bytes of the payloads, one behind the other.
    Payload,
    /// One octet in the lower half of each 16-bit little-endian word (G.722's test sequences).
    Words,
    /// A 16-bit word for each bit behind a header for each frame (ITU-T G.192, G.729's test vectors).
    Serial,
    /// Packets behind a 4-byte length and 4-byte final range, big-endian (RFC 6716's test vectors).
    Packets,
}

impl Format {
    /// The format of a file that holds audio (or, read with a codec, its payloads).
    pub fn of(path: &Path, said: Option<Self>, codec: &CodecSpec, written: bool) -> Result<Self, String> {
        if let Some(format) = said {
            return Ok(format);
        }
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
        Ok(match extension.as_str() {
            "wav" => Self::Wav,
            "pcm" | "sw" | "src" | "raw" | "bin" | "in" | "pst" | "out" | "dec" | "le" | "out1" | "out2" | "out3" => {
                Self::Pcm
            }
            "cod" => Self::Words,
            "bit" if codec.name().eq_ignore_ascii_case("opus") => Self::Packets,
            "bit" => Self::Serial,
            "opus" => Self::Packets,
            "g722" | "g729" | "g726" | "ul" | "al" | "ulaw" | "alaw" | "l16" | "payload" => Self::Payload,
            other if written => return Err(format!("unknown extension {other:?}: say --out-format")),
            other => return Err(format!("unknown extension {other:?}: say --in-format")),
        })
    }

    /// Whether it holds samples and not payloads.
    pub fn is_audio(self) -> bool {
        matches!(self, Self::Wav | Self::Pcm)
    }

    /// Packet time of payloads that go into such a file: its frames may have no other.
    pub fn ptime(self, asked: Millis) -> Millis {
        if self == Self::Serial { Millis(10) } else { asked }
    }
}
