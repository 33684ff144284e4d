//! How deep the jitter buffer may be, and how much it can hold.

use thiserror::Error;

use crate::types::Millis;

/// Bounds of one leg's jitter buffer.
///
/// | leg | bounds |
/// |---|---|
/// | call, whatever network | the defaults: the delay is what the network asks for, at 100 ms for 1 % concealed |
/// | call between hosts of one network, or a long way behind a satellite | `max` 150 ms: rather a gap than more delay |
/// | one way, as a broadcast or a recording | `min` and `initial` 200 ms, `max` 1.5 s, `capacity` 90 packets of 20 ms |
/// | fax, modem, test signals | [`JitterConfig::fixed`] |
///
/// What `capacity` packets hold bounds the delay as well: with packets of 10 ms the default holds 350 ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JitterConfig {
    /// Least delay to aim at. Default 0: what the network needs, and no more.
    pub min: Millis,
    /// Largest delay to aim at: packets that would need more are late. Default 600 ms, which only a network that is away
    /// for as long again and again asks for. What it asks for is known up to 1.54 s.
    pub max: Millis,
    /// Delay to start with, for the third of a second in which the network is not known. Default 80 ms: by the price of
    /// concealment that pays where one network in twenty needs it.
    pub initial: Millis,
    /// Packets that can wait, which bounds the delay: an eighth of them is kept free. Default 40, 700 ms of packets of
    /// 20 ms.
    pub capacity: u16,
    /// Largest payload in bytes. Default 960: 120 ms of G.711.
    pub max_payload: u16,
}

/// Bounds that no jitter buffer can keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JitterConfigError {
    /// The initial delay is not between the least and the largest one.
    #[error("delays min {} ms, initial {} ms, max {} ms; they must ascend", min.0, initial.0, max.0)]
    Order {
        /// Least delay.
        min: Millis,
        /// Delay to start with.
        initial: Millis,
        /// Largest delay.
        max: Millis,
    },
    /// The largest delay is beyond any conversation.
    #[error("max delay {} ms; at most {} ms", got.0, most.0)]
    MaxDelay {
        /// Delay asked for.
        got: Millis,
        /// Largest one allowed.
        most: Millis,
    },
    /// Too few or too many packets.
    #[error("capacity of {0} packets; allowed are 4 to 1024")]
    Capacity(u16),
    /// Payloads of no length.
    #[error("payloads of at most {0} bytes; allowed are 1 to 9000")]
    Payload(u16),
}

/// Beyond this nobody waits for an answer.
const LARGEST_DELAY: Millis = Millis(2_000);

impl Default for JitterConfig {
    fn default() -> Self {
        Self { min: Millis(0), max: Millis(600), initial: Millis(80), capacity: 40, max_payload: 960 }
    }
}

impl JitterConfig {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// A clean channel for modems, fax and test signals: a buffer that does not adapt, `delay` always. Nothing is
    /// stretched; what comes in time is played bit by bit, what is lost is concealed, and packets that would be played
    /// more than a packet's length too late are dropped. Only where the sender's clock is known to be off, and the delay
    /// has run away by 7 ms, is the audio read at that clock's speed, by a filter that keeps tones to −75 dB. It
    /// needs 15 ms of delay.
    pub fn fixed(delay: Millis) -> Self {
        Self { min: delay, max: delay, initial: delay, ..Self::default() }
    }

    /// Sets the least delay to aim at.
    pub fn min(mut self, min: Millis) -> Self {
        self.min = min;
        self
    }

    /// Sets the largest delay to aim at.
    pub fn max(mut self, max: Millis) -> Self {
        self.max = max;
        self
    }

    /// Sets the delay to start with.
    pub fn initial(mut self, initial: Millis) -> Self {
        self.initial = initial;
        self
    }

    /// Sets how many packets can wait.
    pub fn capacity(mut self, packets: u16) -> Self {
        self.capacity = packets;
        self
    }

    /// Sets the largest payload in bytes.
    pub fn max_payload(mut self, bytes: u16) -> Self {
        self.max_payload = bytes;
        self
    }

    /// Checks all bounds.
    pub fn validate(&self) -> Result<(), JitterConfigError> {
        let Self { min, max, initial, capacity, max_payload } = *self;
        if min > initial || initial > max {
            return Err(JitterConfigError::Order { min, initial, max });
        }
        if max > LARGEST_DELAY {
            return Err(JitterConfigError::MaxDelay { got: max, most: LARGEST_DELAY });
        }
        if !(4..=1024).contains(&capacity) {
            return Err(JitterConfigError::Capacity(capacity));
        }
        if !(1..=9000).contains(&max_payload) {
            return Err(JitterConfigError::Payload(max_payload));
        }
        Ok(())
    }

    /// The nearest bounds that can be kept, for a caller that did not validate.
    pub(super) fn clamped(self) -> Self {
        let max = self.max.min(LARGEST_DELAY);
        let min = self.min.min(max);
        Self {
            min,
            max,
            initial: self.initial.clamp(min, max),
            capacity: self.capacity.clamp(4, 1024),
            max_payload: self.max_payload.clamp(1, 9000),
        }
    }
}
