//! What goes beside the codec under a payload type of its own: events, comfort noise, redundancy.

use crate::codec::negotiation::{MediaFormat, MediaFormats};
use crate::types::PayloadType;

/// A payload beside speech that both sides have, at one clock rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Auxiliary {
    /// Payload type to send it under.
    pub send: PayloadType,
    /// Payload type under which it comes.
    pub receive: PayloadType,
    /// Rate of its timestamps.
    pub clock_rate: u32,
}

impl Auxiliary {
    pub(super) const EVENT: &'static str = "telephone-event";
    pub(super) const COMFORT_NOISE: &'static str = "CN";
    pub(super) const REDUNDANCY: &'static str = "red";

    /// What both sides have of `name` at the clock rate of the codec that speaks (RFC 4733 §2.1).
    pub(super) fn agree(name: &str, clock_rate: u32, ours: &MediaFormats, theirs: &MediaFormats) -> Option<Self> {
        let (send, receive) = (find(name, clock_rate, theirs)?, find(name, clock_rate, ours)?);
        Some(Self { send: send.payload_type, receive: receive.payload_type, clock_rate })
    }

    /// Telephone events: at the codec's clock rate, or where the peer has none at that, at one that both have besides
    /// (`opus/48000` with `telephone-event/8000`, which many phones say): durations then count in a clock of their own.
    pub(super) fn agree_on_events(clock_rate: u32, ours: &MediaFormats, theirs: &MediaFormats) -> Option<Self> {
        let others = theirs.formats.iter().filter_map(|format| named(format, Self::EVENT));
        std::iter::once(clock_rate).chain(others).find_map(|rate| Self::agree(Self::EVENT, rate, ours, theirs))
    }

    /// Whether the format is no codec but goes beside one.
    pub(super) fn is(format: &MediaFormat) -> bool {
        [Self::EVENT, Self::COMFORT_NOISE, Self::REDUNDANCY].iter().any(|name| named(format, name).is_some())
    }
}

fn find<'a>(name: &str, clock_rate: u32, formats: &'a MediaFormats) -> Option<&'a MediaFormat> {
    formats.formats.iter().find(|format| named(format, name) == Some(clock_rate))
}

/// The clock rate of a format with that encoding name.
fn named(format: &MediaFormat, name: &str) -> Option<u32> {
    let mut parts = format.encoding().split('/');
    let known = parts.next()?.trim().eq_ignore_ascii_case(name);
    parts.next()?.trim().parse().ok().filter(|_| known)
}
