//! The command line.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::Parser;

/// A small softswitch: phones register and call each other, with all media through the engine.
///
///   NAME         the phone registered under that name
///   *43          echo
///   *44          music
///   *60 … *69    conference rooms
///   *9           records a message of up to 30 s, # ends it, and plays it back
///
/// Keys in a conference are told on the console; what is said in calls can be recorded with --record.
#[derive(Clone, Debug, Parser)]
#[command(version, verbatim_doc_comment)]
pub struct Args {
    /// Where SIP is spoken, by UDP and TCP.
    #[arg(long, default_value = "127.0.0.1:5060")]
    pub sip: SocketAddr,
    /// The address that phones are told for media; that of --sip by default.
    #[arg(long)]
    pub media: Option<IpAddr>,
    /// First and last port for media; RTP takes the even ones.
    #[arg(long, default_value = "40000-49999", value_parser = ports)]
    pub ports: (u16, u16),
    /// Who may register, as NAME:PASSWORD, comma-separated.
    #[arg(long, value_delimiter = ',', default_value = "alice:secret,bob:secret,carol:secret,dave:secret")]
    pub users: Vec<String>,
    /// Anybody may register under another name, without a password: for tests on loopback.
    #[arg(long)]
    pub open: bool,
    /// Codecs in the order of preference.
    #[arg(long, value_delimiter = ',', default_value = "opus,g722,pcma,pcmu")]
    pub codecs: Vec<String>,
    /// From where RTP is taken: exact, same-host or learn.
    #[arg(long, default_value = "same-host")]
    pub source: String,
    /// Milliseconds of delay that jitter buffers start with: what a network needs they learn in a second.
    #[arg(long, default_value_t = 80)]
    pub initial: u32,
    /// Records every call here: a WAV file with a channel for each party, and what is known of it in JSON.
    #[arg(long)]
    pub record: Option<PathBuf>,
    /// Writes a line of JSON for every call that has ended: who, when, and the quality of each leg.
    #[arg(long)]
    pub cdr: Option<PathBuf>,
    /// The operator's page, and /metrics for Prometheus.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub page: SocketAddr,
    /// Workers; one less than there are cores by default.
    #[arg(long)]
    pub workers: Option<usize>,
    /// Threads that move datagrams; calls are spread over them.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub io: u16,
    /// Sessions at most.
    #[arg(long, default_value_t = 10_000)]
    pub sessions: usize,
    /// Ends by itself after so many seconds.
    #[arg(long)]
    pub seconds: Option<u64>,
    /// A WAV or Ogg/Opus file as music; a tone by default.
    #[arg(long)]
    pub music: Option<PathBuf>,
    /// A WAV or Ogg/Opus file that greets whoever enters a conference; a chime by default.
    #[arg(long)]
    pub greeting: Option<PathBuf>,
    /// Tells nothing of calls on the console.
    #[arg(long)]
    pub quiet: bool,
}

fn ports(text: &str) -> Result<(u16, u16), String> {
    let (first, last) = text.split_once('-').ok_or("FIRST-LAST")?;
    let parse = |port: &str| port.trim().parse::<u16>().map_err(|why| why.to_string());
    let (first, last) = (parse(first)?.next_multiple_of(2), parse(last)?);
    if last.saturating_sub(first) < 4 { Err("at least four ports".into()) } else { Ok((first, last)) }
}
