//! What each policy makes of a rung.

use crate::quality::adaptation::RUNGS;

/// How much quality at its best is given up for safety.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Repairs losses, within the bit rate that there is; changes late.
    Conservative,
    /// Repairs losses, by redundancy too, and gives up some bit rate where much is lost.
    #[default]
    Balanced,
    /// Does all that helps, early: lower bit rate and band, longer packets, pauses that are not sent.
    Aggressive,
}

/// What a rung asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rung {
    pub fec: bool,
    /// Repetitions of each payload (RFC 2198).
    pub redundancy: u8,
    /// Part of the bit rate that the leg began with.
    pub bitrate: f64,
    /// Times the packet time that the leg began with.
    pub ptime: u32,
    pub dtx: bool,
    /// Highest audio frequency in hertz; `None`: all that there is.
    pub bandwidth: Option<i32>,
}

const fn rung(fec: bool, redundancy: u8, bitrate: f64) -> Rung {
    Rung { fec, redundancy, bitrate, ptime: 1, dtx: false, bandwidth: None }
}

const CLEAN: Rung = rung(false, 0, 1.0);

const CONSERVATIVE: [Rung; RUNGS] =
    [CLEAN, rung(true, 0, 1.0), rung(true, 0, 1.0), rung(true, 0, 1.0), rung(true, 1, 1.0)];

const BALANCED: [Rung; RUNGS] =
    [CLEAN, rung(true, 0, 1.0), rung(true, 1, 1.0), rung(true, 1, 0.8), rung(true, 2, 0.66)];

const AGGRESSIVE: [Rung; RUNGS] = [
    CLEAN,
    rung(true, 1, 1.0),
    rung(true, 1, 0.8),
    Rung { dtx: true, bandwidth: Some(8_000), ptime: 2, ..rung(true, 1, 0.66) },
    Rung { dtx: true, bandwidth: Some(8_000), ptime: 2, ..rung(true, 2, 0.5) },
];

impl Policy {
    pub(super) fn rung(self, at: usize) -> &'static Rung {
        let rungs = match self {
            Policy::Conservative => &CONSERVATIVE,
            Policy::Balanced => &BALANCED,
            Policy::Aggressive => &AGGRESSIVE,
        };
        &rungs[at.min(RUNGS - 1)]
    }

    /// Looks in a row that speak for a step up, and for one down.
    pub(super) fn patience(self) -> (u32, u32) {
        match self {
            Policy::Conservative => (4, 10),
            Policy::Balanced => (3, 6),
            Policy::Aggressive => (2, 5),
        }
    }
}
