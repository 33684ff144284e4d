//! Digits as tones in what the party hears: those asked for, and telephone events of the far party.

use std::any::Any;

use crate::frame::{FrameInfo, Provenance};
use crate::graph::{Io, Node, NodeEventKind, ParamId, ParamInfo, Ports};
use crate::processing::audio::dtmf::DigitPlayer;
use crate::quality::SessionStats;
use crate::rtp::Payload;
use crate::rtp::event::{EventClock, EventNotice, EventPacket, EventReceiver};
use crate::types::{Millis, SampleRate, Ssrc};

/// Plays digits in the place of audio.
pub struct Tones {
    rate: SampleRate,
    player: Box<DigitPlayer>,
    /// Telephone events of the far leg, by their own clock.
    events: EventReceiver,
    clock: EventClock,
    render: bool,
    muted: bool,
    sent: u64,
    dropped: u64,
}

impl Tones {
    /// Plays a digit: its code, plus 256 times its volume; the ramp is its duration.
    pub const DIGIT: ParamId = ParamId(0);
    /// Least time between two digits that are asked for, in milliseconds.
    pub const DIGIT_GAP: ParamId = ParamId(1);
    /// 1.0 plays telephone events of the far leg.
    pub const RENDER: ParamId = ParamId(2);
    /// 1.0 keeps the far leg's digits from this one.
    pub const MUTE: ParamId = ParamId(3);

    /// For audio at `rate`. Allocates.
    pub fn new(rate: SampleRate) -> Self {
        let clock = EventClock::same(8_000);
        Self {
            rate,
            player: Box::new(DigitPlayer::new(rate)),
            events: EventReceiver::new(clock),
            clock,
            render: false,
            muted: false,
            sent: 0,
            dropped: 0,
        }
    }

    /// The same, playing telephone events of the far leg or not.
    pub fn rendering(mut self, render: bool) -> Self {
        self.render = render;
        self
    }

    /// Takes telephone events of the far leg.
    fn take(&mut self, io: &mut Io<'_>) {
        let now = io.tick().start();
        let Self { player, events, .. } = self;
        let mut play = |notice| match notice {
            EventNotice::Started { code, volume } => _ = player.start(code, volume),
            EventNotice::Ended { code, duration, .. } => player.end(code, duration),
        };
        events.expire(now, &mut play);
        let queue = &io.exchange().relay_in;
        let Some(clock) = queue.event_clock.filter(|_| self.render && !self.muted) else { return };
        if clock != self.clock {
            self.clock = clock;
            events.count_by(clock);
        }
        for packet in queue.iter().filter(|packet| packet.kind == Payload::Event) {
            let (ssrc, timestamp) = (Ssrc(packet.source), packet.timestamp as u32);
            let event = EventPacket { ssrc, timestamp, marker: packet.marker, payload: packet.payload };
            let _ = events.accept(&event, now, &mut play);
        }
    }
}

impl Node for Tones {
    fn kind(&self) -> &'static str {
        "tones"
    }

    fn ports(&self) -> Ports {
        Ports::filter(self.rate)
    }

    fn params(&self) -> &'static [ParamInfo] {
        &[
            ParamInfo { id: Tones::DIGIT, name: "digit", min: 0.0, max: 16_383.0 },
            ParamInfo { id: Tones::DIGIT_GAP, name: "digit_gap_ms", min: 40.0, max: 60_000.0 },
            ParamInfo { id: Tones::RENDER, name: "render_events", min: 0.0, max: 1.0 },
            ParamInfo { id: Tones::MUTE, name: "mute_events", min: 0.0, max: 1.0 },
        ]
    }

    fn cost(&self) -> u32 {
        20
    }

    fn waits(&mut self) -> bool {
        !self.player.is_idle()
    }

    fn process(&mut self, io: &mut Io<'_>) {
        self.take(io);
        let idle = self.player.is_idle();
        let frame = match io.input(0).is_some() {
            true => io.through(),
            false if idle => return,
            false => io.output(0).map(|(info, samples)| {
                *info = FrameInfo { silent: true, ..FrameInfo::default() };
                (info, samples)
            }),
        };
        let Some((info, samples)) = frame else { return };
        if idle {
            return;
        }
        if info.silent {
            samples.fill(0.0);
        }
        (info.silent, info.speech, info.provenance) = (false, None, Provenance::Played);
        if let Some(code) = self.player.fill(&mut samples[..self.rate.per_tick()]) {
            self.sent += 1;
            io.emit(NodeEventKind::DigitSent { code });
        }
    }

    fn set(&mut self, param: ParamId, value: f32, ramp: Millis) {
        match param {
            Tones::DIGIT => {
                let bits = value as u32;
                let taken = self.player.push(bits as u8, (bits >> 8) as u8 & 0x3f, ramp);
                self.dropped += u64::from(!taken);
            }
            Tones::DIGIT_GAP => self.player.set_gap(Millis(value as u32)),
            Tones::RENDER => self.render = value >= 0.5,
            Tones::MUTE => self.muted = value >= 0.5,
            _ => {}
        }
    }

    fn succeed(&mut self, old: &mut dyn Node) {
        let Some(old) = (old as &mut dyn Any).downcast_mut::<Self>() else { return };
        self.player.succeed(&old.player);
        std::mem::swap(&mut self.events, &mut old.events);
        (self.clock, self.render, self.muted) = (old.clock, old.render, old.muted);
        (self.sent, self.dropped) = (old.sent, old.dropped);
    }

    fn report(&self, stats: &mut SessionStats) {
        stats.digits_sent += self.sent;
        stats.digits_dropped += self.dropped;
    }
}
