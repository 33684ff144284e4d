//! Digits that were heard: events for the host, telephone events for the far party.

use crate::graph::{Io, NodeEventKind};
use crate::processing::audio::dtmf::DtmfFrame;
use crate::processing::pipeline::DigitsToFar;
use crate::rtp::event::{DigitSource, EventClock, EventReport, LiveEvents, ToneNotice, ToneNotices};
use crate::rtp::{Payload, RelayPacket};
use crate::types::{Millis, TICK_MS};

/// Milliseconds of a tone when it is recognised, at least.
const RECOGNISED: u32 = 35;
/// Distinguishes these events from those that come from the network.
const SOURCE: u32 = 0x746f_6e65;
/// Timestamp from one event to the next, beyond any segment.
const APART: u64 = 1 << 24;

/// Digits of a leg's audio on their way out.
#[derive(Debug, Default)]
pub(super) struct Digits {
    notices: ToneNotices,
    live: LiveEvents,
    /// The digit that is on in the audio.
    on: Option<(u8, u32)>,
    /// Digits are not for the far leg.
    pub muted: bool,
}

impl Digits {
    /// For a leg that may send telephone events as well, or not.
    pub fn new(events: bool) -> Self {
        Self { notices: ToneNotices::new(events), ..Self::default() }
    }

    /// Goes on where `old` is; `found`: digits are still looked for.
    pub fn succeed(&mut self, old: &mut Self, found: bool) {
        std::mem::swap(self, old);
        if !found && let Some((code, ticks)) = self.on.take() {
            self.notices.ended(code, Millis(RECOGNISED + ticks * TICK_MS));
        }
    }

    /// Takes what a frame showed. Real-time.
    pub fn tick(&mut self, frame: &DtmfFrame, to_far: DigitsToFar, io: &mut Io<'_>) {
        let now = io.tick();
        for event in io.cx.events.iter() {
            if let NodeEventKind::DigitStarted { code, source: DigitSource::Event, .. } = event.kind {
                self.notices.event(code, now);
            }
        }
        if let Some((_, ticks)) = &mut self.on {
            *ticks += 1;
        }
        if let Some(end) = &frame.ended {
            self.on = None;
            self.notices.ended(end.code, end.duration);
        }
        if let Some((code, level)) = frame.started {
            self.on = Some((code, 0));
            self.notices.started(code, (-level).round().clamp(0.0, 63.0) as u8, now);
        }
        let Self { notices, live, .. } = self;
        let source = DigitSource::Tones;
        notices.tick(now, |notice| match notice {
            ToneNotice::Started { code, volume, ago } => {
                live.start(code, volume, Millis(RECOGNISED + ago * TICK_MS));
                io.emit(NodeEventKind::DigitStarted { code, volume, source });
            }
            ToneNotice::Ended { code, volume, duration } => {
                live.end(code, duration);
                io.emit(NodeEventKind::Digit { code, volume, duration, complete: true, source });
            }
        });
        self.report(to_far == DigitsToFar::Convert && !self.muted, io);
    }

    /// Tells the far leg of the digit that is on, as if it had come as a telephone event.
    fn report(&mut self, wanted: bool, io: &mut Io<'_>) {
        let Some(report) = self.live.tick().filter(|_| wanted) else { return };
        let queue = &mut io.exchange().relay_out;
        let clock = *queue.event_clock.get_or_insert(EventClock::same(8_000));
        let duration = clock.units_in(report.duration.0).min(0xffff) as u16;
        let payload = EventReport { code: report.code, end: report.end, volume: report.volume, duration }.to_bytes();
        // Room for it is there, or the far leg is flooded anyway: the next report says the same.
        let _ = queue.push(&RelayPacket {
            sequence: 0,
            timestamp: report.number * APART,
            marker: report.marker,
            source: SOURCE,
            kind: Payload::Event,
            payload: &payload,
        });
    }
}
