//! The command line: what is asked of the call, with defaults that make a call worth hearing.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

/// Two phones talk through the engine over a bad network; you hear, see and read what became of it.
///
/// Alice speaks µ-law in packets of 20 ms, Bob A-law in packets of 30 ms. What they send crosses a
/// simulated network that loses, delays, reorders and doubles packets; what the engine sends them
/// arrives as it is, and the phones hide no faults, so that you hear the engine's own work.
#[derive(Clone, Debug, Parser)]
#[command(name = "call")]
pub struct Args {
    /// Length of the call in seconds
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(2..=600))]
    pub seconds: u32,
    /// Packets that the network loses, in percent
    #[arg(long, default_value_t = 4.0, value_parser = percent)]
    pub loss: f64,
    /// Mean length of a burst of losses, in packets
    #[arg(long, default_value_t = 1.6, value_parser = burst)]
    pub burst: f64,
    /// Shortest delay of the network, in milliseconds
    #[arg(long, default_value_t = 30.0, value_parser = millis)]
    pub delay: f64,
    /// Mean of the delay added at random, in milliseconds (exponential, first in first out)
    #[arg(long, default_value_t = 8.0, value_parser = millis)]
    pub jitter: f64,
    /// Packets that a later one overtakes, in percent
    #[arg(long, default_value_t = 1.0, value_parser = percent)]
    pub reorder: f64,
    /// Packets that come twice, in percent
    #[arg(long, default_value_t = 1.0, value_parser = percent)]
    pub duplicate: f64,
    /// Fixed playout delay of the phones, in milliseconds
    #[arg(long, default_value_t = 40.0, value_parser = millis)]
    pub playout: f64,
    /// Seed of everything random
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Worker threads of the engine
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub workers: u16,
    /// Parts of the 10 ms over which a worker spreads its sessions: 1, 2, 4 or 8
    #[arg(long, default_value_t = 8)]
    pub phases: u8,
    /// Virtual time instead of sockets and threads: the same call, bit-exact, in a moment
    #[arg(long)]
    pub offline: bool,
    /// Write the table to this file as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Where the WAVs and the picture go
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub out: PathBuf,
}

impl Args {
    /// How long the phones speak.
    pub fn talk(&self) -> Duration {
        Duration::from_secs(self.seconds.into())
    }

    /// How long the phones listen: until what was said last has arrived.
    pub fn listen(&self) -> Duration {
        self.talk() + Duration::from_millis(500) + in_millis(self.delay + self.playout)
    }

    /// The phones' playout delay.
    pub fn playout(&self) -> Duration {
        in_millis(self.playout)
    }
}

/// A duration from milliseconds.
pub fn in_millis(millis: f64) -> Duration {
    Duration::from_secs_f64(millis / 1e3)
}

fn percent(text: &str) -> Result<f64, String> {
    between(text, 0.0, 90.0)
}

fn burst(text: &str) -> Result<f64, String> {
    between(text, 1.0, 100.0)
}

fn millis(text: &str) -> Result<f64, String> {
    between(text, 0.0, 1_000.0)
}

fn between(text: &str, low: f64, high: f64) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (low..=high).contains(&value) { Ok(value) } else { Err(format!("allowed are {low} to {high}")) }
}
