//! The format parameters of Opus in SDP (RFC 7587 §6.1, §7).

use std::fmt;

use crate::codec::FmtpError;
use crate::codec::audio::opus::config::{OpusConfig, RateControl};
use crate::codec::audio::opus::encoder::band;
use crate::codec::negotiation::FmtpFields;

/// What one side of a call asks of the other's packets, and tells of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpusFmtp {
    /// Hertz that the receiver plays: audio above half of it is sent in vain.
    pub max_playback_rate: u32,
    /// Hertz that the sender is likely to capture.
    pub max_capture_rate: u32,
    /// Bits per second that the receiver takes on average.
    pub max_average_bitrate: Option<u32>,
    /// The receiver prefers stereo. It has to take it in any case.
    pub stereo: bool,
    /// The sender is likely to send stereo.
    pub sends_stereo: bool,
    /// The receiver wants constant bit rate.
    pub cbr: bool,
    /// The receiver makes use of in-band FEC.
    pub fec: bool,
    /// The receiver prefers discontinuous transmission.
    pub dtx: bool,
    /// Milliseconds of the shortest packet that the receiver wants. Not of the RFC, but in wide use.
    pub min_ptime: Option<u8>,
    /// Milliseconds of the packets that the receiver prefers.
    pub ptime: Option<u8>,
    /// Milliseconds of the longest packet that the receiver wants.
    pub max_ptime: Option<u8>,
}

impl Default for OpusFmtp {
    /// What holds if nothing is said (RFC 7587 §6.1).
    fn default() -> Self {
        Self {
            max_playback_rate: 48_000,
            max_capture_rate: 48_000,
            max_average_bitrate: None,
            stereo: false,
            sends_stereo: false,
            cbr: false,
            fec: false,
            dtx: false,
            min_ptime: None,
            ptime: None,
            max_ptime: None,
        }
    }
}

impl OpusFmtp {
    /// Reads what stands behind the payload type of an fmtp attribute. Parameters that nobody knows are
    /// passed over, as the RFC asks; of one that stands twice, the last counts.
    pub fn parse(fmtp: &str) -> Result<Self, FmtpError> {
        let mut parsed = Self::default();
        for (name, value) in FmtpFields::new(fmtp) {
            parsed.read(name, value)?;
        }
        Ok(parsed)
    }

    fn read(&mut self, name: &str, value: &str) -> Result<(), FmtpError> {
        let Some(&name) = NAMES.iter().find(|known| known.eq_ignore_ascii_case(name)) else { return Ok(()) };
        let number = number(value).ok_or(FmtpError::Value(name))?;
        let flag = || if number < 2 { Ok(number == 1) } else { Err(FmtpError::Value(name)) };
        let within = |low, high| if (low..=high).contains(&number) { Ok(number) } else { Err(FmtpError::Value(name)) };
        let time = || within(1, 120).map(|ms| Some(ms as u8));
        match name {
            "maxplaybackrate" => self.max_playback_rate = within(1, u32::MAX)?,
            "sprop-maxcapturerate" => self.max_capture_rate = within(1, u32::MAX)?,
            "maxaveragebitrate" => self.max_average_bitrate = Some(within(1, u32::MAX)?),
            "stereo" => self.stereo = flag()?,
            "sprop-stereo" => self.sends_stereo = flag()?,
            "cbr" => self.cbr = flag()?,
            "useinbandfec" => self.fec = flag()?,
            "usedtx" => self.dtx = flag()?,
            "minptime" => self.min_ptime = time()?,
            "ptime" => self.ptime = time()?,
            _ => self.max_ptime = time()?,
        }
        Ok(())
    }

    /// How to encode for a receiver that asks for this: `config`, held to what it takes.
    ///
    /// In-band FEC is permitted where the receiver says that it makes use of it (RFC 7587 §6.1). Nothing is spent on it until losses
    /// are expected: see [`OpusConfig::fec`] and [`EncoderParam::ExpectedLoss`](crate::codec::EncoderParam::ExpectedLoss),
    /// which adaptation sets as the far end tells of losses.
    pub fn limit(&self, config: OpusConfig) -> OpusConfig {
        let mut limited = config;
        let widest = band((self.max_playback_rate / 2).max(4_000));
        if self.max_playback_rate < 48_000 && (config.max_bandwidth as i32) > widest as i32 {
            limited.max_bandwidth = widest;
        }
        if let Some(most) = self.max_average_bitrate {
            let most = most.clamp(6_000, 510_000);
            limited.bitrate = Some(config.bitrate.map_or(most.min(config.usual_bitrate()), |wanted| wanted.min(most)));
        }
        if self.cbr {
            limited.rate_control = RateControl::Constant;
        }
        limited.fec |= self.fec;
        limited.dtx |= self.dtx;
        limited
    }
}

/// The value of the attribute; empty if all is as by default.
impl fmt::Display for OpusFmtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |flag: bool| flag.then_some(1);
        let values = [
            Some(self.max_playback_rate).filter(|&rate| rate != 48_000),
            Some(self.max_capture_rate).filter(|&rate| rate != 48_000),
            self.max_average_bitrate,
            said(self.stereo),
            said(self.sends_stereo),
            said(self.cbr),
            said(self.fec),
            said(self.dtx),
            self.min_ptime.map(u32::from),
            self.ptime.map(u32::from),
            self.max_ptime.map(u32::from),
        ];
        let mut between = "";
        for (name, value) in NAMES.iter().zip(values) {
            if let Some(value) = value {
                write!(f, "{between}{name}={value}")?;
                between = ";";
            }
        }
        Ok(())
    }
}

/// The parameters, in the order in which they are written.
const NAMES: [&str; 11] = [
    "maxplaybackrate",
    "sprop-maxcapturerate",
    "maxaveragebitrate",
    "stereo",
    "sprop-stereo",
    "cbr",
    "useinbandfec",
    "usedtx",
    "minptime",
    "ptime",
    "maxptime",
];

fn number(digits: &str) -> Option<u32> {
    // `parse` would take a plus sign.
    digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}
