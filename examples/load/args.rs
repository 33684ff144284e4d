//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};

use crate::usage::cores;

/// Puts more and more call legs on an engine until it, or the machine, can take no more.
///
/// Phones in the same process send one packet per leg and packet time over UDP on loopback, and
/// receive what comes back. Legs are bridged in pairs, µ-law to A-law, so that all audio is
/// transcoded; or they are all in one room. At the end stand the largest number of legs, what a leg costs, and a picture.
#[derive(Clone, Debug, Parser)]
#[command(name = "load")]
pub struct Args {
    /// Most legs to try
    #[arg(long, default_value_t = 40_000, value_parser = clap::value_parser!(u32).range(2..=400_000))]
    pub max: u32,
    /// Legs added in each step; by default 150 for each core
    #[arg(long, value_parser = clap::value_parser!(u32).range(2..))]
    pub step: Option<u32>,
    /// Seconds measured in each step
    #[arg(long, default_value_t = 2.5, value_parser = seconds)]
    pub seconds: f64,
    /// Worker threads of the engine
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub workers: u16,
    /// I/O threads of the host, and as many of the phones; by default what cores the workers leave, shared
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=32))]
    pub threads: Option<u16>,
    /// Milliseconds of audio in each packet: 10 to 60
    #[arg(long, default_value_t = 20, value_parser = packet_time)]
    pub ptime: u32,
    /// How datagrams travel
    #[arg(long, value_enum, default_value = "own")]
    pub sockets: Sockets,
    /// Equal codecs on both legs of a bridge, so that packets pass undecoded
    #[arg(long)]
    pub relay: bool,
    /// All legs in one room instead of bridged in pairs; with --max 100 --step 100, a room of 100
    #[arg(long, conflicts_with = "relay")]
    pub room: bool,
    /// Phones of the room that send; by default all
    #[arg(long, requires = "room")]
    pub talkers: Option<u32>,
    /// Opus (48 kHz, complexity 5, 20 ms) instead of G.711
    #[arg(long, requires = "room", conflicts_with = "ptime")]
    pub opus: bool,
    /// A few legs for two seconds: whether everything works
    #[arg(long)]
    pub smoke: bool,
    /// Write all figures to this file as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Where the picture goes
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub out: PathBuf,
}

/// How datagrams travel between phones and engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Sockets {
    /// A socket and a port for each leg, as SIP has it
    Own,
    /// One socket for each I/O thread, legs told apart by SSRC
    Shared,
    /// No sockets: straight through the engine's rings, for the engine's own limit
    None,
}

impl Args {
    /// The arguments, with what `--smoke` makes of them.
    pub fn read() -> Self {
        let args = Self::parse();
        if args.smoke { Self { max: 40, step: Some(40), seconds: 1.2, ..args } } else { args }
    }

    /// Legs added in each step; always whole pairs.
    pub fn step(&self) -> usize {
        self.step.map_or(150 * cores(), |step| step as usize).next_multiple_of(2)
    }

    /// I/O threads, and as many threads of phones.
    pub fn threads(&self) -> usize {
        let left = cores().saturating_sub(self.workers.into()) / 2;
        self.threads.map_or(left, usize::from).clamp(1, 32)
    }

    /// How long a step is measured.
    pub fn window(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.5..=3_600.0).contains(&value) { Ok(value) } else { Err("allowed are 0.5 to 3600".to_owned()) }
}

fn packet_time(text: &str) -> Result<u32, String> {
    let value: u32 = text.parse().map_err(|_| "not a number".to_owned())?;
    if matches!(value, 10 | 20 | 30 | 40 | 50 | 60) { Ok(value) } else { Err("allowed are 10, 20 to 60".to_owned()) }
}
