//! Digits to be sent: which, how long, how loud, how far apart.

use thiserror::Error;

use crate::types::Millis;

/// How a digit comes, or is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DigitSource {
    /// As a telephone event (RFC 4733).
    Event,
    /// As tones in the audio.
    Tones,
}

/// One event to be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tone {
    /// Event code.
    pub code: u8,
    /// Power in dBm0 with the sign dropped, 0 to 63.
    pub volume: u8,
    /// How long it lasts.
    pub duration: Millis,
}

/// Digits that cannot be sent. Nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DigitsError {
    /// No digit of a telephone.
    #[error("{0:?} is no digit; allowed are 0 to 9, *, #, A to D")]
    Unknown(char),
    /// None, or more than can wait.
    #[error("{got} digits; allowed are 1 to {most}")]
    Count {
        /// Digits asked for.
        got: usize,
        /// As many can wait.
        most: usize,
    },
    /// Too short to be heard by anybody (ITU-T Q.24), or longer than anybody presses a key.
    #[error("duration of {} ms; allowed are 40 to 600000", .0.0)]
    Duration(Millis),
    /// Too short a pause to tell two digits apart, or too long.
    #[error("gap of {} ms; allowed are 40 to 60000", .0.0)]
    Gap(Millis),
    /// An event that has no tones: those of the keys have, 0 to 15.
    #[error("event {0} has no tones; allowed are 0 to 15")]
    NoTones(u8),
    /// Louder or softer than a report can say.
    #[error("volume of -{0} dBm0; allowed are 0 to -63")]
    Volume(u8),
}

/// A row of events, sent one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digits {
    codes: Vec<u8>,
    way: DigitSource,
    duration: Millis,
    gap: Millis,
    volume: u8,
}

impl Digits {
    /// Digits by their keys: `0` to `9`, `*`, `#`, `A` to `D` in either case. Each lasts 100 ms, with 60 ms
    /// between two of them, at −10 dBm0. Allocates.
    pub fn new(keys: &str) -> Result<Self, DigitsError> {
        let codes = keys.chars().map(|key| code(key).ok_or(DigitsError::Unknown(key))).collect::<Result<_, _>>()?;
        Ok(Self::codes(codes))
    }

    /// Events by their codes (RFC 4733 §3, RFC 4734, RFC 5244). Allocates.
    pub fn codes(codes: Vec<u8>) -> Self {
        Self { codes, way: DigitSource::Event, duration: Millis(100), gap: Millis(60), volume: 10 }
    }

    /// As telephone events (RFC 4733), which is the default, or as tones in the audio (ITU-T Q.23), which every party takes.
    pub fn sent_as(mut self, way: DigitSource) -> Self {
        self.way = way;
        self
    }

    /// How they are sent.
    pub fn way(&self) -> DigitSource {
        self.way
    }

    /// How long each lasts: 40 ms to 10 minutes.
    pub fn duration(mut self, duration: Millis) -> Self {
        self.duration = duration;
        self
    }

    /// Least time from the end of one to the start of the next: 40 ms to a minute.
    pub fn gap(mut self, gap: Millis) -> Self {
        self.gap = gap;
        self
    }

    /// Power in dBm0 with the sign dropped: 0 to 63.
    pub fn volume(mut self, volume: u8) -> Self {
        self.volume = volume;
        self
    }

    /// Checks everything at once, for a sender where `most` events can wait.
    pub fn validate(&self, most: usize) -> Result<(), DigitsError> {
        let got = self.codes.len();
        if got == 0 || got > most {
            return Err(DigitsError::Count { got, most });
        }
        if !(40..=600_000).contains(&self.duration.0) {
            return Err(DigitsError::Duration(self.duration));
        }
        if !(40..=60_000).contains(&self.gap.0) {
            return Err(DigitsError::Gap(self.gap));
        }
        if self.volume > 63 { Err(DigitsError::Volume(self.volume)) } else { Ok(()) }
    }

    /// The events one by one.
    pub fn tones(&self) -> impl Iterator<Item = Tone> + '_ {
        self.codes.iter().map(|code| Tone { code: *code, volume: self.volume, duration: self.duration })
    }

    /// The pause after each.
    pub fn pause(&self) -> Millis {
        self.gap
    }
}

/// Event code of a telephone's key (RFC 4733 §3.2, table 3).
fn code(key: char) -> Option<u8> {
    "0123456789*#ABCD".find(key.to_ascii_uppercase()).map(|at| at as u8)
}
