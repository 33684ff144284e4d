//! A session's RTCP both ways: the host moves the datagrams, the engine knows what they say.

use std::time::Duration;

use thiserror::Error;

use crate::engine::control::Control;
use crate::engine::state::{Entry, State};
use crate::engine::{EventKind, Reject};
use crate::quality::{LegQuality, SessionStats};
use crate::rtp::rtcp::{NtpTime, Report, RtcpError, SentStream, VoipBlock, write};
use crate::types::{Micros, SessionId, Ssrc, TICK_US};

/// RTCP that was not taken.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FeedError {
    /// There is no such session.
    #[error(transparent)]
    Session(#[from] Reject),
    /// It is no RTCP; counted, and nothing else happened.
    #[error(transparent)]
    Rtcp(#[from] RtcpError),
}

impl Control {
    /// Takes an RTCP datagram of a session's party, with its time of arrival on the engine's time line: reports of the
    /// stream that the party is sent, its clock, its VoIP metrics, its goodbye. For the thread that receives RTCP; takes
    /// the engine's lock, never a worker's time.
    pub fn rtcp_feed(&self, session: SessionId, datagram: &[u8], arrival: Micros) -> Result<(), FeedError> {
        let mut state = self.state();
        let entry = state.entry(session)?;
        let own = Ssrc(SessionStats::from_words(&entry.stats.read()).sent_ssrc as u32);
        let (clock, ntp) = (entry.spec.sends().clock_rate, NtpTime::at(state.config.ntp_origin, arrival));
        let link = &mut state.watch(session)?.link;
        let before = link.has_left();
        link.feed(datagram, arrival, ntp, own, clock)?;
        if link.has_left() && !before {
            let tick = state.tick();
            state.sink.send(tick, Some(session), EventKind::SourceLeft);
        }
        Ok(())
    }

    /// The RTCP that a session owes its party at `now`: a sender report, or a receiver report where nothing was
    /// sent, a report block with what came, its CNAME, VoIP metrics once they are measured, a reference time and
    /// the answer to the party's. When to send it is the host's (RFC 3550 §6.2: 5 s by default, at random within a half).
    ///
    /// Report blocks tell of the time since the report before: what is asked for here is to be sent.
    pub fn rtcp_report(&self, session: SessionId, now: Micros) -> Result<Vec<u8>, Reject> {
        self.state().report(session, now, false)
    }

    /// The same with a goodbye, for the end of a call: before the session is destroyed.
    pub fn rtcp_bye(&self, session: SessionId, now: Micros) -> Result<Vec<u8>, Reject> {
        self.state().report(session, now, true)
    }

    /// Round trip between a session and its party, as RTCP has shown it.
    pub fn round_trip(&self, session: SessionId) -> Result<Option<Duration>, Reject> {
        Ok(self.state().entry(session)?.watch.as_ref().and_then(|watch| watch.link.round_trip()))
    }
}

impl State {
    fn report(&mut self, id: SessionId, now: Micros, bye: bool) -> Result<Vec<u8>, Reject> {
        let entry = self.entry(id)?;
        let stats = SessionStats::from_words(&entry.stats.read());
        let ntp = NtpTime::at(self.config.ntp_origin, now);
        let cname = format!("{:016x}@{:08x}", self.config.seed, id.index);
        let (sends, receives) = (entry.spec.sends().clock_rate, entry.leg.receives.0.clock_rate);
        let context = self.leg_context(id, entry, &stats);
        let quality = LegQuality::of(&stats, &context);
        let voip = quality.rating.map(|_| voip(entry, &stats, &quality, context.band.stretch()));
        let sent = (stats.sent > 0).then(|| {
            // From the tick of the figures to now.
            let past = now.0 as i64 - (stats.at_tick * TICK_US) as i64;
            let units = i128::from(past) * i128::from(sends) / 1_000_000;
            let rtp = (stats.sent_rtp_time as u32).wrapping_add(units as u32);
            SentStream { rtp, packets: stats.sent as u32, bytes: stats.sent_bytes as u32 }
        });
        let jitter = (u128::from(stats.jitter_us) * u128::from(receives) / 1_000_000).min(u128::from(u32::MAX)) as u32;
        let link = &mut self.watch(id)?.link;
        let counts = [stats.source_expected, stats.source_received];
        let block = link.block(Ssrc(stats.source_ssrc as u32), counts, stats.source_highest as u32, jitter, now);
        let answer = link.reference(now);
        link.reported(ntp);
        let voip = voip.map(|voip| VoipBlock { round_trip: millis(link.round_trip().unwrap_or_default()), ..voip });
        let ssrc = Ssrc(stats.sent_ssrc as u32);
        Ok(write(&Report { ssrc, ntp, sent, block, cname: &cname, voip, answer, bye }))
    }
}

fn millis(time: Duration) -> u16 {
    time.as_millis().min(u128::from(u16::MAX)) as u16
}

/// Quality of what is received, in the units of RFC 3611 §4.7.
fn voip(entry: &Entry, stats: &SessionStats, quality: &LegQuality, stretch: f64) -> VoipBlock {
    let metrics = stats.voip_metrics();
    let rating = quality.rating;
    let echo = entry.leg.voice_stats().and_then(|voice| voice.echo);
    let known = |value: Option<f64>, most: f64| value.map_or(VoipBlock::UNKNOWN, |v| v.clamp(0.0, most).round() as u8);
    let conversation = rating.and_then(|rating| rating.r_conversation);
    let listening = rating.map(|rating| rating.r_listening);
    // A full-scale sine is +3.14 dBm0 (G.711) and −3.01 dB here.
    let level =
        quality.received_level.map_or(VoipBlock::UNKNOWN, |db| (db + 6.15).clamp(-126.0, 20.0).round() as i8 as u8);
    let ms = |us: u64| (us / 1_000).min(u64::from(u16::MAX)) as u16;
    VoipBlock {
        ssrc: stats.source_ssrc as u32,
        loss_rate: metrics.loss_rate,
        discard_rate: metrics.discard_rate,
        burst_density: metrics.burst_density,
        gap_density: metrics.gap_density,
        burst_duration: metrics.burst_duration,
        gap_duration: metrics.gap_duration,
        round_trip: 0,
        end_system_delay: ms(quality.delay.within_us()),
        signal_level: level,
        noise_level: VoipBlock::UNKNOWN,
        // What the path takes away, and what the canceller does.
        residual_echo: known(echo.and_then(|echo| Some(f64::from(echo.erl?.0 + echo.erle.0))), 126.0),
        gmin: metrics.gmin,
        r_factor: known(conversation.or(listening).map(|r| r / stretch), 100.0),
        external_r_factor: VoipBlock::UNKNOWN,
        mos_lq: known(rating.map(|rating| 10.0 * rating.mos_lq), 50.0),
        mos_cq: known(rating.and_then(|rating| rating.mos_cq).map(|mos| 10.0 * mos), 50.0),
        config: VoipBlock::ADAPTIVE,
        buffer_nominal: ms(stats.target_delay_us),
        buffer_maximum: ms(stats.window_delay_max_us),
        buffer_absolute: entry.spec.jitter.max.0.min(u32::from(u16::MAX)) as u16,
    }
}
