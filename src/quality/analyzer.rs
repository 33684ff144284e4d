//! What is wrong with a leg beyond its network: nobody is heard, only one side is, the voice is clipped.

use serde::Serialize;

use crate::quality::SessionStats;

/// What is quieter counts as nobody speaking: below the noise of any room on any telephone, in dB of full scale.
pub const SILENCE_DB: f64 = -60.0;

/// Which side of a one-way call is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OneWay {
    /// Packets are sent, and none come.
    NothingReceived,
    /// Packets come, and none are sent.
    NothingSent,
}

/// What was found, as of now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Findings {
    /// Packets go one way only, and for how long.
    pub one_way: Option<(OneWay, u64)>,
    /// Milliseconds for which nobody was heard, on either side; `None` where the audio was not decoded.
    pub dead_air_ms: Option<u64>,
    /// Part of what came of late that is clipped; `None` where it was not decoded.
    pub clipped: Option<f64>,
    /// Echo of what the party is sent in what comes from it, before it is cancelled, in dB of loss; `None`: no echo canceller
    /// runs, or it has found none.
    pub echo_return_loss: Option<f64>,
    /// The party's clock against ours, in parts per million.
    pub drift_ppm: Option<i64>,
}

/// Looks at one leg now and then.
#[derive(Clone, Copy, Debug, Default)]
pub struct Analyzer {
    one_way: Option<(OneWay, u64)>,
    quiet_ms: u64,
}

impl Analyzer {
    /// Takes in what happened since the last look.
    pub fn look(&mut self, part: &SessionStats) -> Findings {
        let ms = part.ticks * 10;
        let now = match (part.datagrams > 0, part.sent > 0) {
            (false, true) => Some(OneWay::NothingReceived),
            (true, false) => Some(OneWay::NothingSent),
            _ => None,
        };
        self.one_way = now.map(|side| match self.one_way {
            Some((before, since)) if before == side => (side, since + ms),
            _ => (side, ms),
        });
        let levels = [part.received_level(), part.sent_level()];
        let measured = levels.iter().any(Option::is_some);
        let quiet = measured && levels.iter().flatten().all(|level| *level < SILENCE_DB);
        self.quiet_ms = if quiet { self.quiet_ms + ms } else { 0 };
        let clipped = part.received_clipped as f64 / part.received_level_frames.max(1) as f64;
        Findings {
            one_way: self.one_way,
            dead_air_ms: measured.then_some(self.quiet_ms),
            clipped: (part.received_level_frames > 0).then_some(clipped),
            // Of the leg's canceller, not of its figures.
            echo_return_loss: None,
            drift_ppm: part.drift(),
        }
    }
}
