//! The sender as a node.

use std::any::Any;

use crate::graph::nodes::Send;
use crate::graph::{Io, Node, ParamId, ParamInfo, Ports};
use crate::quality::{Level, SessionStats};
use crate::rt::prefetch;
use crate::types::Millis;

impl Node for Send {
    fn kind(&self) -> &'static str {
        "send"
    }

    fn ports(&self) -> Ports {
        Ports::sink(self.rate)
    }

    fn params(&self) -> &'static [ParamInfo] {
        &[
            ParamInfo { id: Send::RELAY, name: "relay", min: 0.0, max: 1.0 },
            ParamInfo { id: Send::DIGIT, name: "digit", min: 0.0, max: 16_383.0 },
            ParamInfo { id: Send::DIGIT_GAP, name: "digit_gap_ms", min: 40.0, max: 60_000.0 },
            ParamInfo { id: Send::MUTE, name: "mute_events", min: 0.0, max: 1.0 },
            ParamInfo { id: Send::TRANSMIT, name: "transmit", min: 0.0, max: 1.0 },
        ]
    }

    fn latency(&self) -> usize {
        self.length
    }

    fn cost(&self) -> u32 {
        self.codec.cost().encode + 50
    }

    fn waits(&mut self) -> bool {
        self.filled > 0 || self.beside.as_ref().is_some_and(|beside| !beside.events.is_idle())
    }

    fn process(&mut self, io: &mut Io<'_>) {
        let tick = self.clock_ticks(self.rate.per_tick());
        if io.skipped() > 0 {
            // What was gathered before the hole does not join what comes after it.
            self.filled = 0;
            self.timeline.skip(tick * u64::from(io.skipped()));
            if let Some(beside) = &mut self.beside {
                beside.skip(io.skipped());
            }
        }
        if self.has_inherited() {
            self.settle_inheritance(io);
        }
        // Where the far leg has audio instead of packets, its sender has changed the codec.
        let passes = self.relay && !io.exchange().incoming.present;
        if passes != self.passing {
            self.turn();
        }
        if !self.transmits || self.events(io) {
            // The place of this tick's audio is taken, or nobody takes it.
            if self.rests()
                && let Some(lent) = &mut io.cx.lent
            {
                let tick = io.cx.tick;
                self.part(&mut lent.groups, tick);
            }
        } else if passes {
            self.pass_on(io);
        } else {
            self.weigh(io);
            self.speak(io);
        }
        self.timeline.advance(tick);
    }

    fn prefetch(&self) {
        if self.is_shared() {
            return;
        }
        prefetch(&*self.encoder);
        prefetch(&self.packet[..]);
        prefetch(&self.frame[(self.filled * self.channels).min(self.frame.len())..]);
    }

    fn set(&mut self, param: ParamId, value: f32, ramp: Millis) {
        match (param, &mut self.beside) {
            (Send::DIGIT, Some(beside)) => beside.push(value, ramp),
            (Send::DIGIT_GAP, Some(beside)) => beside.events.set_gap(Millis(value as u32)),
            (Send::MUTE, Some(beside)) => beside.muted = value >= 0.5,
            (Send::RELAY, _) => self.relay = value >= 0.5,
            (Send::TRANSMIT, _) => self.transmit(value >= 0.5),
            _ => {}
        }
    }

    fn succeed(&mut self, old: &mut dyn Node) {
        if let Some(old) = (old as &mut dyn Any).downcast_mut::<Self>() {
            self.take_over(old);
        }
    }

    fn report(&self, stats: &mut SessionStats) {
        stats.sent += self.sent;
        stats.sent_bytes += self.sent_bytes;
        stats.relayed += self.relayed;
        stats.egress_dropped += self.egress_dropped;
        stats.relay_dropped += self.relay_dropped;
        (stats.sent_ssrc, stats.sent_rtp_time) = (self.timeline.ssrc().0.into(), self.timeline.clock().into());
        let level = &self.level;
        (stats.sent_level_frames, stats.sent_power) = (level.frames, level.power);
        (stats.sent_clipped, stats.window_sent_peak) = (level.clipped, level.peak);
        if let Some(beside) = &self.beside {
            stats.digits_sent += beside.digits_sent;
            stats.digits_dropped += beside.digits_dropped;
            stats.comfort_sent += beside.comfort_sent;
        }
    }
}

impl Send {
    /// Encodes the tick's audio, or takes it from a group whose mix it is.
    fn speak(&mut self, io: &mut Io<'_>) {
        self.observe(io);
        if self.channels > 1 && !io.exchange().incoming.withheld {
            self.speak_wide(io);
        } else {
            self.say(None, true, io);
        }
    }

    /// As [`speak`](Self::speak), of the input's audio unless it is given; that is no mix of a room's unless it is `steady`.
    pub(super) fn say(&mut self, audio: Option<&[f32]>, steady: bool, io: &mut Io<'_>) {
        if let Some(mut lent) = io.cx.lent.take() {
            self.share(&mut lent, audio, steady, io);
            io.cx.lent = Some(lent);
        } else {
            self.encode(audio, io);
        }
    }

    /// Measures how loud it is; not where a group's encoder works for this sender, which then touches no sample.
    fn weigh(&mut self, io: &Io<'_>) {
        if self.is_shared() || !Level::is_due(io.tick().0, io.session().index().into()) {
            return;
        }
        match io.input(0).filter(|(info, _)| !info.silent) {
            Some((_, samples)) => self.level.measure(&samples[..self.rate.per_tick()]),
            None => self.level.silence(),
        }
    }
}
