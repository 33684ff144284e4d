//! What a receiver has where its stream has more than audio: payload types, and telephone events.

use crate::graph::{Io, NodeEventKind};
use crate::rtp::Payloads;
use crate::rtp::event::{DigitSource, EVENT_BYTES, EventClock, EventNotice, EventPacket, EventReceiver};

/// What telephone events may tell in one tick; what would tell more is dropped, so that every start
/// told is followed by its end.
const MOST_NOTICES: usize = 24;

/// What a receiver has where its stream has more than audio.
#[derive(Debug)]
pub(super) struct Beside {
    pub payloads: Payloads,
    pub clock: EventClock,
    events: EventReceiver,
    /// Notices of this tick.
    told: usize,
    pub digits: u64,
    /// Events are not for the far leg.
    pub muted: bool,
}

impl Beside {
    /// Allocates.
    pub fn new(payloads: Payloads, clock_rate: u32) -> Self {
        let clock = payloads.event_clock(clock_rate);
        Self { payloads, clock, events: EventReceiver::new(clock), told: 0, digits: 0, muted: false }
    }

    /// Goes on with the events of another receiver. Real-time.
    pub fn succeed(&mut self, old: &mut Self) {
        self.muted = old.muted;
        std::mem::swap(&mut self.events, &mut old.events);
        self.events.count_by(self.clock);
    }

    /// Events have begun and not ended.
    pub fn is_busy(&self) -> bool {
        self.events.open() > 0
    }

    /// Ends events whose reports have ceased. Once a tick, before its datagrams.
    pub fn tick(&mut self, io: &mut Io<'_>) {
        self.told = 0;
        let now = io.tick().start();
        self.events.expire(now, |notice| {
            self.told += 1;
            tell(io, notice);
        });
    }

    /// Takes a packet of events; `false` if it is none, or one too many. Real-time.
    pub fn events(&mut self, packet: &EventPacket<'_>, io: &mut Io<'_>) -> bool {
        let most = 2 * packet.payload.len() / EVENT_BYTES + self.events.open() as usize;
        if self.told + most > MOST_NOTICES {
            return false;
        }
        let (told, digits) = (&mut self.told, &mut self.digits);
        self.events.accept(packet, io.tick().start(), |notice| {
            *told += 1;
            *digits += u64::from(matches!(notice, EventNotice::Started { .. }));
            tell(io, notice);
        })
    }
}

fn tell(io: &mut Io<'_>, notice: EventNotice) {
    let source = DigitSource::Event;
    io.emit(match notice {
        EventNotice::Started { code, volume } => NodeEventKind::DigitStarted { code, volume, source },
        EventNotice::Ended { code, volume, duration, complete } => {
            NodeEventKind::Digit { code, volume, duration, complete, source }
        }
    });
}
