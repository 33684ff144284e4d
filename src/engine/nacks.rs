//! What a leg misses and could still play: for RTCP feedback (RFC 4585).

use std::time::Duration;

use crate::engine::{Control, Reject};
use crate::graph::nodes::{MOST_MISSING, WantedReader};
use crate::rtp::Nack;
use crate::types::{Micros, SessionId};

/// A packet that has not come while later ones have, and whose time to be played has not come either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MissingPacket {
    /// Its sequence number.
    pub sequence: u16,
    /// Time since a later packet came. Those that are merely out of order are young.
    pub age: Duration,
    /// Time until it must be in the ingress ring for its place to be filled, as the leg's delay stands now. In the
    /// 10 or 20 ms after that what is left of its place is concealed, and it may still be played behind that.
    pub play_in: Duration,
}

/// The packets that a session misses, in the order of their sequence numbers: the 64 newest at most.
#[derive(Clone, Copy, Debug)]
pub struct Nacks {
    missing: [MissingPacket; MOST_MISSING],
    count: usize,
}

impl Nacks {
    /// The packets.
    pub fn missing(&self) -> &[MissingPacket] {
        &self.missing[..self.count]
    }

    /// Nothing is missing that could still come in time.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The entries of a generic NACK message that asks for all of them (RFC 4585 §6.2.1). Allocates nothing.
    pub fn entries(&self) -> impl Iterator<Item = Nack> {
        Nack::entries(self.missing().iter().map(|missing| missing.sequence))
    }
}

/// Reads what one session misses, without the engine's lock: for the thread that sends its RTCP.
#[derive(Clone, Debug)]
pub struct NackReader(Option<WantedReader>);

impl NackReader {
    /// The packets that are missing at `now`, in engine time, have been so for `least_age`, and can still be played
    /// if they come after `rtt`: the time that asking for them takes. They count as asked for.
    ///
    /// As of the last tick. Never blocks, allocates nothing; not for workers.
    pub fn read(&self, now: Micros, rtt: Duration, least_age: Duration) -> Nacks {
        let mut nacks = Nacks { missing: [MissingPacket::default(); MOST_MISSING], count: 0 };
        let Some(reader) = &self.0 else { return nacks };
        let between = |from: Micros, to: Micros| Duration::from_micros(to.0.saturating_sub(from.0));
        for missing in reader.read() {
            let (age, play_in) = (between(missing.since, now), between(now, missing.play_by));
            if play_in >= rtt && !play_in.is_zero() && age >= least_age {
                reader.ask(missing.sequence);
                nacks.missing[nacks.count] = MissingPacket { sequence: missing.sequence, age, play_in };
                nacks.count += 1;
            }
        }
        nacks.missing[..nacks.count].reverse();
        nacks
    }
}

impl Control {
    /// The packets that a session misses and that could still be played if they were asked for now and came `rtt`
    /// later: ready to be sent as a generic NACK. What comes of them in time is counted as `repaired_nack`.
    ///
    /// Whoever asks every tick gets a packet again until it has come or its time is over: asking for it once a
    /// round trip is the caller's business. A packet that is merely out of order is in the list as well, with little
    /// age. A session that only passes packets on misses none.
    pub fn nacks(&self, session: SessionId, rtt: Duration) -> Result<Nacks, Reject> {
        Ok(self.nack_reader(session)?.read(self.now(), rtt, Duration::ZERO))
    }

    /// As [`Control::nacks`], for a thread that asks often: its reads take no lock.
    pub fn nack_reader(&self, session: SessionId) -> Result<NackReader, Reject> {
        Ok(NackReader(self.state().entry(session)?.wanted.clone()))
    }
}
