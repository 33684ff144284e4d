//! The supervisor's looks at the sessions that are watched.

use crate::engine::EventKind;
use crate::engine::quality::Watch;
use crate::engine::state::State;
use crate::quality::adaptation::Look;
use crate::quality::{Findings, LegQuality, SessionStats};
use crate::types::{SessionId, Tick};

impl State {
    /// Looks at the sessions whose turn it is: each once in `quality_interval`, and so few in each tick.
    pub fn look_due(&mut self) {
        let (now, interval) = (self.tick().0, u64::from(self.config.quality_interval.ticks().max(1)));
        if now <= self.looked {
            return;
        }
        let first = (self.looked + 1).max(now.saturating_sub(interval - 1));
        self.looked = now;
        for tick in first..=now {
            for index in ((tick % interval) as usize..self.places.len()).step_by(interval as usize) {
                let place = &self.places[index];
                let watched = place.entry.as_ref().is_some_and(|entry| entry.watch.is_some() && !entry.leaving);
                if watched {
                    self.look(SessionId { index: index as u32, generation: place.generation }, Tick(now));
                }
            }
        }
    }

    fn look(&mut self, id: SessionId, tick: Tick) {
        let Ok(entry) = self.entry(id) else { return };
        let stats = SessionStats::from_words(&entry.stats.read());
        let load = self.workers[usize::from(entry.worker.0)].load();
        let held = entry.leg.held;
        let echo = entry.leg.voice_stats().and_then(|voice| voice.echo).and_then(|echo| echo.erl);
        let Some(before) = entry.watch.as_ref().map(|watch| watch.before) else { return };
        let part = stats.since(&before);
        if part.ticks == 0 {
            return;
        }
        let context = self.leg_context(id, entry, &part);
        // Taken out meanwhile, since looking needs the rest of the state.
        let Some(mut watch) = self.entry_mut(id).and_then(|entry| entry.watch.take()) else { return };
        let mut quality = LegQuality::of(&part, &context);
        if part.delay_ticks > 0 && quality.delay.buffer_us > 0 {
            quality.delay.buffer_us = part.mean_delay_us();
        }
        watch.before = stats;
        if held {
            // Nobody is meant to be heard: what is missing begins to count anew.
            watch.analyzer = Default::default();
        }
        watch.findings =
            Findings { echo_return_loss: echo.map(|loss| f64::from(loss.0)), ..watch.analyzer.look(&part) };
        if let Some(rating) = quality.rating {
            watch.mos.add(rating.mos_lq);
        }
        self.sound_alarms(id, tick, &mut watch, &quality);
        self.publish(id, tick, &mut watch, &stats, &quality);
        let late = 100.0 * part.discard_rate();
        let delay_p95_ms = (part.window_delay_p95_us / 1_000) as u32;
        let look = Look { sent_loss: fresh_loss(&mut watch), late, delay_p95_ms, load: f64::from(load) };
        watch.last = Some(quality);
        self.follow(id, tick, &mut watch, &look);
        if let Some(entry) = self.entry_mut(id) {
            entry.watch = Some(watch);
        }
    }

    fn sound_alarms(&mut self, id: SessionId, tick: Tick, watch: &mut Watch, quality: &LegQuality) {
        let Some(limits) = watch.limits else { return };
        let mut told = Vec::new();
        watch.alarms.look(&limits, quality, &watch.findings, |alert| told.push(alert));
        for alert in told {
            watch.note_alert(tick.0, alert);
            let kind =
                if alert.raised { EventKind::QualityAlert { alert } } else { EventKind::QualityCleared { alert } };
            self.sink.send(tick, Some(id), kind);
            self.capture_alert(id, alert);
        }
    }

    fn publish(&self, id: SessionId, tick: Tick, watch: &mut Watch, stats: &SessionStats, quality: &LegQuality) {
        let Some(subscription) = watch.subscription.as_mut().filter(|subscription| subscription.next <= tick.0) else {
            return;
        };
        let part = Box::new(stats.since(&subscription.before));
        (subscription.next, subscription.before) = (tick.0 + subscription.every, *stats);
        self.sink.send(tick, Some(id), EventKind::Stats { stats: part, quality: Box::new(quality.clone()) });
    }
}

/// What the party has told of loss since the last look, in per cent.
fn fresh_loss(watch: &mut Watch) -> Option<f64> {
    let remote = watch.link.remote().filter(|remote| watch.seen.is_none_or(|seen| seen < remote.at))?;
    let (at, loss) = (remote.at, remote.loss);
    watch.seen = Some(at);
    Some(100.0 * loss)
}
