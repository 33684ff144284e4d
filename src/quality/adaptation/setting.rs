//! What a leg can change, what is looked at, and what a change is.

use serde::Serialize;

/// What a leg can change at all, and what it began with.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Knobs {
    /// Bits per second of an encoder whose rate, band, effort and error correction can be set; `None`: it has none of that.
    pub bitrate: Option<u32>,
    /// Effort of that encoder.
    pub complexity: u8,
    /// What error correction, discontinuous transmission and band were at the beginning.
    pub fec: bool,
    /// See `fec`.
    pub dtx: bool,
    /// Highest audio frequency of that encoder in hertz.
    pub bandwidth: i32,
    /// Levels of redundancy at the beginning; `None`: signalling agreed on none.
    pub redundancy: Option<u8>,
    /// Packet time at the beginning in milliseconds, and the longest one that may be sent.
    pub ptime_ms: u32,
    /// See `ptime_ms`.
    pub most_ptime_ms: u32,
    /// Least delay of the jitter buffer at the beginning in milliseconds, and the largest one.
    pub jitter_min_ms: u32,
    /// See `jitter_min_ms`.
    pub jitter_max_ms: u32,
}

impl Knobs {
    /// A leg that can change nothing but its jitter buffer.
    pub fn fixed(ptime_ms: u32, jitter_min_ms: u32, jitter_max_ms: u32) -> Self {
        Self {
            bitrate: None,
            complexity: 0,
            fec: false,
            dtx: false,
            bandwidth: 20_000,
            redundancy: None,
            ptime_ms,
            most_ptime_ms: ptime_ms,
            jitter_min_ms,
            jitter_max_ms,
        }
    }
}

/// What was seen since the last look.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Look {
    /// Loss of what is sent in per cent, as the far end told since the last look; `None`: it told nothing new.
    pub sent_loss: Option<f64>,
    /// Part of what came too late to be played, in per cent.
    pub late: f64,
    /// The delay that 95 % of the packets received stay below, in milliseconds; 0: not known.
    pub delay_p95_ms: u32,
    /// Share of its time that the worker is busy, 0 to 1.
    pub load: f64,
}

/// A setting, with the value that it is to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Setting {
    /// Bits per second.
    Bitrate(u32),
    /// In-band error correction.
    Fec(bool),
    /// What that counts on, in per cent.
    ExpectedLoss(u8),
    /// Effort, 0 to 10.
    Complexity(u8),
    /// Highest audio frequency in hertz.
    Bandwidth(i32),
    /// Discontinuous transmission.
    Dtx(bool),
    /// Repetitions of each payload (RFC 2198).
    Redundancy(u8),
    /// Packet time in milliseconds.
    Ptime(u32),
    /// Least delay of the jitter buffer in milliseconds.
    JitterMin(u32),
}

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// So much of what is sent is lost, in per cent.
    SentLoss(f64),
    /// Less of what is sent is lost than before, in per cent.
    SentLossFell(f64),
    /// So much of what comes is too late, in per cent.
    Late(f64),
    /// Nothing has been late for long.
    InTime,
    /// The worker is busy for this share of its time.
    Load(f64),
}

/// A change of a setting, with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Adjustment {
    /// What.
    pub setting: Setting,
    /// Why.
    pub reason: Reason,
}
