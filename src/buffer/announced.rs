//! A change of source that the host has announced.

use crate::types::Ssrc;

/// How long an announcement holds: what has not come by then comes as a stranger.
const HOLDS_US: u64 = 5_000_000;

/// An announcement, until the source comes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Announced {
    awaited: Option<Awaited>,
}

#[derive(Clone, Copy, Debug)]
struct Awaited {
    /// Whoever comes, if none is known.
    ssrc: Option<Ssrc>,
    /// When a packet came first since.
    since: Option<u64>,
}

/// What a packet that does not go on from those before is, by the announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arriving {
    /// There is none that speaks of it.
    Unannounced,
    /// The first of the source announced.
    Announced,
    /// Of a source that is neither the one announced nor the one that there was.
    Stranger,
}

impl Announced {
    /// From now on a source of this SSRC is awaited, or any.
    pub fn announce(&mut self, ssrc: Option<Ssrc>) {
        self.awaited = Some(Awaited { ssrc, since: None });
    }

    /// Judges a packet; `fits`: it goes on from those before. Real-time.
    pub fn judge(&mut self, ssrc: Ssrc, current: Ssrc, fits: bool, arrival_us: u64) -> Arriving {
        let Some(awaited) = &mut self.awaited else { return Arriving::Unannounced };
        let since = *awaited.since.get_or_insert(arrival_us);
        if arrival_us.saturating_sub(since) > HOLDS_US {
            self.awaited = None;
            return Arriving::Unannounced;
        }
        let comes = match awaited.ssrc {
            Some(announced) => ssrc == announced && (ssrc != current || !fits),
            None => ssrc != current || !fits,
        };
        if comes {
            self.awaited = None;
            return Arriving::Announced;
        }
        if ssrc != current { Arriving::Stranger } else { Arriving::Unannounced }
    }
}
