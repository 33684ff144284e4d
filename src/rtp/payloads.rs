//! The payload types that a leg's stream has beside its codec's.

use thiserror::Error;

use crate::rtp::event::EventClock;
use crate::types::PayloadType;

/// What a packet of the stream is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Payload {
    /// Audio of the codec.
    #[default]
    Audio,
    /// Telephone events (RFC 4733).
    Event,
    /// Comfort noise (RFC 3389).
    Comfort,
    /// One of the others, with repetitions of those before it (RFC 2198).
    Redundant,
    /// What nobody decodes, of the format that both legs know by this number.
    Opaque(u32),
}

/// What signalling agreed on beside the codec; nothing by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Payloads {
    /// Telephone events, with the clock of their durations in hertz.
    pub telephone_event: Option<(PayloadType, u32)>,
    /// Comfort noise.
    pub comfort_noise: Option<PayloadType>,
    /// Redundancy, with how often each payload is sent again.
    pub redundancy: Option<(PayloadType, u8)>,
    /// How many packets later each time; 0 is as 1.
    pub redundancy_distance: u8,
}

/// Payload types that cannot be told apart, or settings that no stream can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PayloadTypesError {
    /// Two payloads have the same type.
    #[error("payload type {0} is given twice")]
    Twice(u8),
    /// A clock of events that no stream has.
    #[error("telephone events at {0} Hz; allowed are 8000 to 192000")]
    EventClock(u32),
    /// Each payload again in so many packets.
    #[error("redundancy of {0} levels; allowed are 0 to 4")]
    Levels(u8),
    /// Repetitions too late to be played.
    #[error("redundancy of {0} packets; allowed are up to 16, of all levels together")]
    Distance(u16),
}

/// Payloads of further back than this are over the 14 bits of an offset, or too late to be played.
const MOST_LEVELS: u8 = 4;
const FURTHEST: u16 = 16;

impl Payloads {
    /// What a payload type means, but for the codec's. Real-time.
    pub fn kind(&self, payload_type: PayloadType) -> Option<Payload> {
        let [event, comfort, redundant] = self.types();
        if Some(payload_type) == event {
            Some(Payload::Event)
        } else if Some(payload_type) == comfort {
            Some(Payload::Comfort)
        } else {
            (Some(payload_type) == redundant).then_some(Payload::Redundant)
        }
    }

    /// The payload type of a payload, where the codec has `audio`. Real-time.
    pub fn type_of(&self, payload: Payload, audio: PayloadType) -> Option<PayloadType> {
        let [event, comfort, redundant] = self.types();
        match payload {
            Payload::Audio => Some(audio),
            Payload::Event => event,
            Payload::Comfort => comfort,
            Payload::Redundant => redundant,
            Payload::Opaque(_) => None,
        }
    }

    /// Nothing beside the codec.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The clocks of the events in a stream whose timestamps count at `clock_rate`.
    pub fn event_clock(&self, clock_rate: u32) -> EventClock {
        EventClock::new(self.telephone_event.map_or(clock_rate, |(_, clock)| clock), clock_rate)
    }

    /// Whether all that `self` may bring can be passed on to `far` as it is.
    pub fn fit(&self, far: &Self) -> bool {
        let clock = |payloads: &Self| payloads.telephone_event.map(|(_, clock)| clock);
        let events = clock(self).is_none() || clock(self) == clock(far);
        events && (self.comfort_noise.is_none() || far.comfort_noise.is_some())
    }

    /// Checks everything at once, beside a codec of type `audio`.
    pub fn validate(&self, audio: PayloadType) -> Result<(), PayloadTypesError> {
        let [event, comfort, redundant] = self.types();
        let all = [Some(audio), event, comfort, redundant];
        for (at, one) in all.iter().enumerate() {
            if let Some(twice) = one.filter(|_| all[..at].contains(one)) {
                return Err(PayloadTypesError::Twice(twice.value()));
            }
        }
        match (self.telephone_event, self.redundancy) {
            (Some((_, clock)), _) if !(8_000..=192_000).contains(&clock) => Err(PayloadTypesError::EventClock(clock)),
            (_, Some((_, levels))) if levels > MOST_LEVELS => Err(PayloadTypesError::Levels(levels)),
            (_, Some((_, levels))) if self.furthest(levels) > FURTHEST => {
                Err(PayloadTypesError::Distance(self.furthest(levels)))
            }
            _ => Ok(()),
        }
    }

    /// Packets between a payload and its last repetition.
    pub(crate) fn furthest(&self, levels: u8) -> u16 {
        u16::from(levels) * u16::from(self.redundancy_distance.max(1))
    }

    fn types(&self) -> [Option<PayloadType>; 3] {
        [self.telephone_event.map(|e| e.0), self.comfort_noise, self.redundancy.map(|r| r.0)]
    }
}
