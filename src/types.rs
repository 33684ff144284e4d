//! The newtypes that stand at every border: time, rates, levels and identities.

use std::fmt;

use thiserror::Error;

/// Length of one engine tick: the block of audio that every node works on.
pub const TICK_MS: u32 = 10;

/// Length of one engine tick in microseconds.
pub const TICK_US: u64 = TICK_MS as u64 * 1_000;

/// Number of a 10 ms period since the engine's start. Nodes see this nominal time, never a clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tick(pub u64);

impl Tick {
    /// Nominal start of this tick on the engine's time line.
    pub const fn start(self) -> Micros {
        Micros(self.0 * TICK_US)
    }
}

impl fmt::Display for Tick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tick {}", self.0)
    }
}

/// Microseconds on the engine's time line; tick 0 starts at 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Micros(pub u64);

/// A duration in whole milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(pub u32);

impl Millis {
    /// Whole ticks that this duration covers, rounded up.
    pub const fn ticks(self) -> u32 {
        self.0.div_ceil(TICK_MS)
    }
}

/// Samples per second and channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SampleRate(u32);

/// A sample rate that the engine cannot run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("sample rate {0} Hz; allowed are multiples of 100 from 8000 to 48000")]
pub struct InvalidRate(pub u32);

impl SampleRate {
    /// Narrow band, 8 kHz.
    pub const HZ_8000: Self = Self(8_000);
    /// Wide band, 16 kHz.
    pub const HZ_16000: Self = Self(16_000);
    /// Super-wide band, 32 kHz.
    pub const HZ_32000: Self = Self(32_000);
    /// Full band, 48 kHz.
    pub const HZ_48000: Self = Self(48_000);

    /// Accepts 8 000 to 48 000 Hz with a whole number of samples in a tick.
    pub const fn new(hz: u32) -> Result<Self, InvalidRate> {
        if hz >= 8_000 && hz <= 48_000 && hz.is_multiple_of(100) { Ok(Self(hz)) } else { Err(InvalidRate(hz)) }
    }

    /// The rate in hertz.
    pub const fn hz(self) -> u32 {
        self.0
    }

    /// Samples of one channel in one 10 ms tick.
    pub const fn per_tick(self) -> usize {
        (self.0 / 100) as usize
    }
}

/// A gain or level ratio in decibels.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Decibels(pub f32);

impl Decibels {
    /// The amplitude factor, 10^(dB/20).
    pub fn linear(self) -> f32 {
        10f32.powf(self.0 / 20.0)
    }
}

/// RTP synchronisation source (RFC 3550 §8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ssrc(pub u32);

/// RTP payload type, 0 to 127 (RFC 3551).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PayloadType(u8);

impl PayloadType {
    /// Accepts the 7-bit range of the RTP header.
    pub const fn new(value: u8) -> Option<Self> {
        if value < 128 { Some(Self(value)) } else { None }
    }

    /// The 7-bit value.
    pub const fn value(self) -> u8 {
        self.0
    }
}

/// A media session: its slot in the engine and the generation of that slot, so that a stale handle
/// never reaches the slot's next tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionId {
    pub(crate) index: u32,
    pub(crate) generation: u32,
}

impl SessionId {
    /// The slot, unique among the sessions alive.
    pub const fn index(self) -> u32 {
        self.index
    }

    /// Both halves in one word, as datagrams carry it through the egress rings.
    pub const fn tag(self) -> u64 {
        (self.generation as u64) << 32 | self.index as u64
    }

    /// The id back from [`SessionId::tag`].
    pub const fn from_tag(tag: u64) -> Self {
        Self { index: tag as u32, generation: (tag >> 32) as u32 }
    }

    /// How many sessions had this slot before.
    pub const fn generation(self) -> u32 {
        self.generation
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "session {}.{}", self.index, self.generation)
    }
}

/// A room: its slot in the engine and the generation of that slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RoomId {
    pub(crate) index: u32,
    pub(crate) generation: u32,
}

impl fmt::Display for RoomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "room {}.{}", self.index, self.generation)
    }
}

/// A node of one session's graph; stable across edits of that graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

/// A real-time worker thread, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkerId(pub u16);

/// A label that a host puts on sessions and rooms, so that limits can be set for all of one customer's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantId(pub u32);

/// A set of sessions whose outgoing datagrams one I/O thread sends, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IoGroup(pub u16);
