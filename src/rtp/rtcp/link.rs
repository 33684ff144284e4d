//! What one session remembers of the RTCP that came and went.

use std::time::Duration;

use crate::rtp::rtcp::{Block, Item, NtpTime, RtcpError, Unread, VoipBlock, read, to_duration};
use crate::types::{Micros, Ssrc};

/// What the party tells of the stream that it is sent, as of its last report.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct RemoteReport {
    /// When it came.
    pub at: Micros,
    /// Part of the packets lost between its last two reports, 0 to 1.
    pub loss: f64,
    /// Packets lost since the beginning.
    pub lost: i32,
    /// Interarrival jitter there.
    pub jitter: Duration,
    /// Its VoIP metrics, if it sends them.
    pub voip: Option<VoipBlock>,
}

/// One session's RTCP. It knows no clock: times are given.
#[derive(Clone, Debug, Default)]
pub struct Link {
    /// The last sender report of each side's sources: who, the middle of its time stamp, when it came.
    sender: Option<(Ssrc, u32, Micros)>,
    reference: Option<(Ssrc, u32, Micros)>,
    remote: Option<RemoteReport>,
    round_trip: Option<Duration>,
    /// Expected and received of the source at the last report of ours.
    told: (u32, u64, u64),
    first_report: Option<u32>,
    left: bool,
    /// Datagrams that were no RTCP.
    pub malformed: u64,
}

/// A round trip beyond this is somebody's mistake, or malice.
const LONGEST: Duration = Duration::from_secs(30);

impl Link {
    /// Takes a datagram that came at `now` (NTP time `ntp`), where `own` is the stream that the party is sent, on a
    /// clock of `clock_rate` Hz.
    pub fn feed(
        &mut self,
        datagram: &[u8],
        now: Micros,
        ntp: NtpTime,
        own: Ssrc,
        clock_rate: u32,
    ) -> Result<Unread, RtcpError> {
        let outcome = read(datagram, |item| self.take(item, now, ntp, own, clock_rate));
        self.malformed += u64::from(outcome.is_err());
        outcome
    }

    fn take(&mut self, item: Item, now: Micros, ntp: NtpTime, own: Ssrc, clock_rate: u32) {
        match item {
            Item::Sender { ssrc, ntp, .. } => self.sender = Some((ssrc, ntp.middle(), now)),
            Item::Reference { from, ntp } => self.reference = Some((from, ntp.middle(), now)),
            Item::Received { block, .. } if block.ssrc == own => self.received(&block, now, ntp, clock_rate),
            Item::Answer { to, last_report, since_last } if to == own => self.answered(last_report, since_last, ntp),
            Item::Voip(voip) if voip.ssrc == own.0 => {
                let remote = self.remote.get_or_insert(RemoteReport {
                    at: now,
                    loss: f64::from(voip.loss_rate) / 256.0,
                    lost: 0,
                    jitter: Duration::ZERO,
                    voip: None,
                });
                remote.voip = Some(voip);
            }
            Item::Bye(ssrc) => self.left |= self.sender.is_none_or(|(sender, ..)| sender == ssrc),
            _ => {}
        }
    }

    fn received(&mut self, block: &Block, now: Micros, ntp: NtpTime, clock_rate: u32) {
        let jitter = Duration::from_micros(u64::from(block.jitter) * 1_000_000 / u64::from(clock_rate.max(1)));
        let voip = self.remote.and_then(|remote| remote.voip);
        let loss = f64::from(block.fraction_lost) / 256.0;
        self.remote = Some(RemoteReport { at: now, loss, lost: block.lost, jitter, voip });
        self.answered(block.last_report, block.since_last, ntp);
    }

    /// RFC 3550 §6.4.1: the round trip is A − LSR − DLSR. What no report of ours can have caused is left out.
    fn answered(&mut self, last_report: u32, since_last: u32, now: NtpTime) {
        let Some(first) = self.first_report.filter(|_| last_report != 0) else { return };
        let since = |earlier: u32| now.middle().wrapping_sub(earlier);
        let Some(trip) = since(last_report).checked_sub(since_last) else { return };
        let possible = since(last_report) <= since(first);
        let trip = to_duration(trip);
        if possible && trip <= LONGEST {
            // As TCP's (RFC 6298), an eighth of each new one; the first as it is.
            self.round_trip = Some(self.round_trip.map_or(trip, |known| (known * 7 + trip) / 8));
        }
    }

    /// Round trip to the party, smoothed; `None` until a report has shown it.
    pub fn round_trip(&self) -> Option<Duration> {
        self.round_trip
    }

    /// What the party told last of the stream that it is sent.
    pub fn remote(&self) -> Option<&RemoteReport> {
        self.remote.as_ref()
    }

    /// The party's source has left (BYE).
    pub fn has_left(&self) -> bool {
        self.left
    }

    /// The report block about `source`, of which so many packets were expected and received. Counts as told.
    pub fn block(&mut self, source: Ssrc, counts: [u64; 2], highest: u32, jitter: u32, now: Micros) -> Option<Block> {
        let [expected, received] = counts;
        if expected == 0 {
            return None;
        }
        let before =
            if self.told.0 == source.0 && self.told.1 <= expected { (self.told.1, self.told.2) } else { (0, 0) };
        let (expected_since, received_since) = (expected - before.0, received.saturating_sub(before.1));
        let lost_since = expected_since.saturating_sub(received_since);
        self.told = (source.0, expected, received);
        let fraction = (lost_since << 8).checked_div(expected_since).unwrap_or(0).min(255) as u8;
        let lost = (expected as i64 - received as i64).clamp(-0x80_0000, 0x7f_ffff) as i32;
        let (last_report, since_last) = since(self.sender.filter(|sender| sender.0 == source), now);
        Some(Block { ssrc: source, fraction_lost: fraction, lost, highest, jitter, last_report, since_last })
    }

    /// Whose reference time is to be answered: who, the middle of its time stamp, and the time since it came.
    pub fn reference(&self, now: Micros) -> Option<(Ssrc, u32, u32)> {
        let (last_report, since_last) = since(self.reference, now);
        self.reference.map(|(from, ..)| (from, last_report, since_last))
    }

    /// Takes note of a report of ours: what comes later may answer it.
    pub fn reported(&mut self, ntp: NtpTime) {
        self.first_report.get_or_insert(ntp.middle());
    }
}

/// The middle of a time stamp, and how long ago it came, in 2⁻¹⁶ s.
fn since(stamp: Option<(Ssrc, u32, Micros)>, now: Micros) -> (u32, u32) {
    let Some((_, middle, at)) = stamp else { return (0, 0) };
    let past = u128::from(now.0.saturating_sub(at.0));
    (middle, ((past << 16) / 1_000_000).min(u128::from(u32::MAX)) as u32)
}
