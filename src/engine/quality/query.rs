//! What can be asked of a session's quality, and what can be asked for.

use crate::engine::Reject;
use crate::engine::control::Control;
use crate::engine::quality::Watch;
use crate::engine::quality::watch::Subscription;
use crate::engine::state::{Entry, State};
use crate::quality::{LegQuality, QualityRecord, RemoteQuality, SessionStats, Thresholds};
use crate::rtp::rtcp::VoipBlock;
use crate::types::{Millis, SessionId};

impl Control {
    /// Quality of what has come from a session's party over its life. For that of an interval see
    /// [`Control::subscribe`], or keep figures: [`SessionStats::since`] and [`LegQuality::of`].
    pub fn quality(&self, session: SessionId) -> Result<LegQuality, Reject> {
        let state = self.state();
        let entry = state.entry(session)?;
        Ok(state.life(session, entry).1)
    }

    /// Quality as the last look saw it, of one quality interval; `None` where the session is not watched, or was not looked
    /// at yet. Alerts, subscriptions, adaptation and RTCP make that it is.
    pub fn recent_quality(&self, session: SessionId) -> Result<Option<LegQuality>, Reject> {
        Ok(self.state().entry(session)?.watch.as_ref().and_then(|watch| watch.last.clone()))
    }

    /// Watches a session's quality: beyond the limits for some looks there is a `QualityAlert` event, within them again
    /// a `QualityCleared`. `None`: no longer. [`EngineConfig::thresholds`](crate::EngineConfig) does so for every session.
    pub fn thresholds(&self, session: SessionId, limits: Option<Thresholds>) -> Result<(), Reject> {
        let mut state = self.state();
        let watch = state.watch(session)?;
        (watch.limits, watch.alarms) = (limits, Default::default());
        Ok(())
    }

    /// Tells a session's figures and quality by `Stats` events, each of the time since the one before: every `every`, at least
    /// the engine's quality interval. 0: no longer. A full event queue drops these first.
    pub fn subscribe(&self, session: SessionId, every: Millis) -> Result<(), Reject> {
        let mut state = self.state();
        let before = SessionStats::from_words(&state.entry(session)?.stats.read());
        let (now, every) = (state.tick().0, u64::from(every.ticks()));
        let subscription = (every > 0).then_some(Subscription { every, next: now + every, before });
        state.watch(session)?.subscription = subscription;
        Ok(())
    }

    /// A session's quality record up to now, for call detail records. That of its end comes with its `QualityFinal`
    /// event, if it was watched.
    pub fn quality_record(&self, session: SessionId) -> Result<QualityRecord, Reject> {
        let state = self.state();
        let entry = state.entry(session)?;
        Ok(state.record(session, entry, false))
    }
}

impl State {
    /// The watch of a session; begins it where there is none.
    pub fn watch(&mut self, id: SessionId) -> Result<&mut Watch, Reject> {
        let before = SessionStats::from_words(&self.entry(id)?.stats.read());
        let entry = self.entry_mut(id).ok_or(Reject::NoSuchSession(id))?;
        Ok(entry.watch.get_or_insert_with(|| Box::new(Watch { before, ..Watch::default() })))
    }

    /// The figures of a session's life, and its quality.
    fn life(&self, id: SessionId, entry: &Entry) -> (SessionStats, LegQuality) {
        let stats = SessionStats::from_words(&entry.stats.read());
        (stats, LegQuality::of(&stats, &self.leg_context(id, entry, &stats)))
    }

    /// A session's record.
    pub fn record(&self, id: SessionId, entry: &Entry, is_final: bool) -> QualityRecord {
        let (figures, quality) = self.life(id, entry);
        let watch = entry.watch.as_deref();
        QualityRecord {
            session: format!("{}.{}", id.index, id.generation),
            codecs: [entry.leg.receives.0.name(), entry.spec.sends().name()],
            is_final,
            quality,
            mos_lq: watch.map(|watch| watch.mos).filter(|mos| mos.count > 0),
            remote: watch.and_then(remote),
            findings: watch.map(|watch| watch.findings).unwrap_or_default(),
            alerts: watch.map(|watch| watch.alerts.iter().copied().collect()).unwrap_or_default(),
            adjustments: watch.map(|watch| watch.adjustments.iter().copied().collect()).unwrap_or_default(),
            figures,
        }
    }
}

fn remote(watch: &Watch) -> Option<RemoteQuality> {
    let told = watch.link.remote()?;
    let known = |value: u8| (value != VoipBlock::UNKNOWN).then_some(value);
    Some(RemoteQuality {
        loss: told.loss,
        lost: told.lost,
        jitter_ms: told.jitter.as_secs_f64() * 1e3,
        round_trip_ms: watch.link.round_trip().map(|trip| trip.as_secs_f64() * 1e3),
        r_factor: told.voip.and_then(|voip| known(voip.r_factor)),
        mos_lq: told.voip.and_then(|voip| known(voip.mos_lq)).map(|tenths| f64::from(tenths) / 10.0),
    })
}
