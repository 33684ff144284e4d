//! What can be asked for.

use std::path::PathBuf;

use clap::Parser;
use media_core::{JitterConfig, Millis};

use crate::formats::{Said, said};

/// Plays a captured call, or speech over a recorded network, through the engine.
#[derive(Parser)]
pub struct Args {
    /// Capture with RTP in it: pcap or pcapng.
    #[arg(long, required_unless_present = "trace", conflicts_with = "trace")]
    pub pcap: Option<PathBuf>,
    /// Trace of a network, CSV: `seq,rtp_timestamp,send_ms,arrival_ms` or `seq,send_ms,arrival_ms`; a lost packet arrives at `lost`.
    #[arg(long, requires = "wav")]
    pub trace: Option<PathBuf>,
    /// With --trace: what is said, again and again until the trace ends.
    #[arg(long, requires = "trace")]
    pub wav: Option<PathBuf>,
    /// With --trace the sender's codec: `pcmu`, `g729`, `opus:bitrate=24000,fec`. With --pcap the codec of payload types that
    /// nothing else tells.
    #[arg(long)]
    pub codec: Option<String>,
    /// With --trace: milliseconds in a packet, where they are not the trace's.
    #[arg(long, requires = "trace")]
    pub ptime: Option<u32>,
    /// With --trace: times that each payload is sent again, 0 to 4 (RFC 2198).
    #[arg(long, requires = "trace", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=4))]
    pub red: u8,
    /// With --trace: in-band error correction (Opus).
    #[arg(long, requires = "trace")]
    pub fec: bool,
    /// With --pcap: print the streams, and play nothing.
    #[arg(long, requires = "pcap")]
    pub list: bool,
    /// With --pcap: play this source alone, `0x1234abcd` or decimal; may be given again.
    #[arg(long, requires = "pcap", value_parser = ssrc)]
    pub ssrc: Vec<u32>,
    /// With --pcap: what a payload type means, `96=opus`, `101=telephone-event`, `13=cn`, `121=red`; may be given again.
    #[arg(long, requires = "pcap", value_parser = said)]
    pub pt: Vec<Said>,
    /// Least delay of the jitter buffer in milliseconds.
    #[arg(long)]
    pub min: Option<u32>,
    /// Largest delay of the jitter buffer in milliseconds.
    #[arg(long)]
    pub max: Option<u32>,
    /// Delay that the jitter buffer begins with, in milliseconds.
    #[arg(long)]
    pub initial: Option<u32>,
    /// A delay in milliseconds that never changes.
    #[arg(long, conflicts_with_all = ["min", "max", "initial"])]
    pub fixed: Option<u32>,
    /// Where to write what was heard; several legs become `NAME-1.wav` and so on, and two are also written as one in stereo.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Where to write all figures.
    #[arg(long)]
    pub json: Option<PathBuf>,
    /// Where to draw delay over time.
    #[arg(long)]
    pub plot: Option<PathBuf>,
}

impl Args {
    /// The jitter buffer's bounds; what is asked for moves the others along.
    pub fn jitter(&self) -> JitterConfig {
        if let Some(fixed) = self.fixed {
            return JitterConfig::fixed(Millis(fixed));
        }
        let mut jitter = JitterConfig::new();
        if let Some(max) = self.max {
            jitter = jitter.max(Millis(max));
        }
        if let Some(min) = self.min {
            jitter = jitter.min(Millis(min));
        }
        let initial = self.initial.map_or(jitter.initial.clamp(jitter.min, jitter.max.max(jitter.min)), Millis);
        jitter.initial(initial)
    }
}

fn ssrc(text: &str) -> Result<u32, String> {
    let parsed = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    };
    parsed.ok_or_else(|| "an SSRC is a number of 32 bits, such as 0x1234abcd".into())
}
