//! A packet that waits for its playout: where it lies, and what it holds.

/// What a waiting packet holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Held {
    /// Audio of the codec.
    #[default]
    Audio,
    /// Audio of a packet that has not come, out of a later one.
    Repaired,
    /// A description of noise: the sender pauses.
    Comfort,
    /// Nothing to be heard: a telephone event has the packet's place.
    Nothing,
}

/// What is known about a waiting packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Sequence number, unwrapped.
    pub sequence: u64,
    /// RTP timestamp, unwrapped.
    pub timestamp: u64,
    /// The timestamp in microseconds on the stream's time line.
    pub media_us: i64,
    /// Arrival in microseconds of engine time.
    pub arrival_us: u64,
    /// Which of the leg's sources, or of its time lines.
    pub epoch: u32,
    /// Samples that the payload decodes to.
    pub samples: u16,
    /// What it holds.
    pub held: Held,
    /// Which of the leg's codecs it is of.
    pub line: u8,
    /// Its header says that nobody talks in it.
    pub calm: bool,
    pub(super) length: u16,
    pub(super) slot: u16,
}

impl Entry {
    /// A packet that is not stored yet.
    pub fn new(sequence: u64, timestamp: u64, media_us: i64, arrival_us: u64, epoch: u32, samples: u16) -> Self {
        let held = Held::Audio;
        Self {
            sequence,
            timestamp,
            media_us,
            arrival_us,
            epoch,
            samples,
            held,
            line: 0,
            calm: false,
            length: 0,
            slot: 0,
        }
    }

    /// The same place with something else in it.
    pub fn holding(self, held: Held) -> Self {
        Self { held, ..self }
    }

    /// Whether it becomes audio by the codec.
    pub fn is_audio(&self) -> bool {
        matches!(self.held, Held::Audio | Held::Repaired)
    }
}
