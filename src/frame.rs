//! Frames: 10 ms of mono audio in slots of a pool that one session owns.
//!
//! Slots are worked on in place; what travels between nodes is a [`FrameRef`], two bytes.

use crate::types::SampleRate;

/// Where the audio of a frame came from, so that quality figures and recordings can tell the truth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum Provenance {
    /// Nothing was there to play: digital silence.
    #[default]
    Silence,
    /// Decoded from a packet that arrived in time.
    Received,
    /// Rebuilt from redundancy in another packet.
    Repaired,
    /// Invented by packet-loss concealment.
    Concealed,
    /// Comfort noise.
    ComfortNoise,
    /// Received, and shortened or lengthened to move the playout delay.
    Stretched,
    /// Played by the engine: a tone, a file, a user's source.
    Played,
}

/// What is known about the samples of a slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FrameInfo {
    /// Where the audio came from.
    pub provenance: Provenance,
    /// The samples are all zero; a node may skip them.
    pub silent: bool,
    /// Whether somebody speaks, where the leg's voice is looked at ([`ProcessingSpec::voice`]) and nothing was added to it
    /// since. It may be of the audio 20 ms before.
    ///
    /// [`ProcessingSpec::voice`]: crate::ProcessingSpec::voice
    pub speech: Option<bool>,
    /// How long the jitter buffer kept the packet that the audio came in, from its arrival to the playout
    /// of its first sample, in microseconds; 0 where nothing received is in the frame. The packet's own
    /// duration is not part of it.
    pub buffered_us: u32,
    /// Media timestamp of the first sample, in samples at the frame's rate, unwrapped.
    pub media_time: u64,
}

/// Index of a frame slot in its session's pool: what links carry instead of samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FrameRef(pub(crate) u16);

/// The frame slots of one graph: 64-byte aligned, all at the graph's largest frame length.
#[derive(Debug)]
pub struct FramePool {
    infos: Vec<FrameInfo>,
    /// Never reallocated, so that `start` stays the first aligned sample.
    samples: Vec<f32>,
    start: usize,
    /// Samples from one slot to the next: a multiple of 16, one cache line.
    stride: usize,
}

/// Slots that a worker lends to the graph that runs.
pub(crate) const LENT_SLOTS: usize = 32;

/// Samples in a 64-byte cache line.
const LINE: usize = 16;

impl FramePool {
    /// A pool of `slots` slots for frames of up to `rate.per_tick()` samples. Allocates.
    pub fn new(slots: usize, rate: SampleRate) -> Self {
        let stride = rate.per_tick().next_multiple_of(LINE);
        let samples = vec![0.0f32; slots * stride + LINE];
        let start = samples.as_ptr().align_offset(64).min(LINE);
        let silence = FrameInfo { silent: true, ..FrameInfo::default() };
        Self { infos: vec![silence; slots], samples, start, stride }
    }

    /// The slots that a worker lends to the graph that runs, for any rate. Allocates.
    pub(crate) fn lent() -> Self {
        Self::new(LENT_SLOTS, SampleRate::HZ_48000)
    }

    /// The samples of all slots.
    pub(crate) fn storage(&mut self) -> &mut [f32] {
        &mut self.samples
    }

    /// Number of slots.
    pub fn slots(&self) -> usize {
        self.infos.len()
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.samples.capacity() * size_of::<f32>() + self.infos.capacity() * size_of::<FrameInfo>()
    }

    /// What is known about a slot's samples.
    pub fn info(&self, frame: FrameRef) -> &FrameInfo {
        &self.infos[frame.0 as usize]
    }

    /// The whole slot, read only: `rate.per_tick()` samples and padding.
    pub fn samples(&self, frame: FrameRef) -> &[f32] {
        &self.samples[self.start + frame.0 as usize * self.stride..][..self.stride]
    }

    /// The slot to write.
    pub fn slot_mut(&mut self, frame: FrameRef) -> (&mut FrameInfo, &mut [f32]) {
        let at = self.start + frame.0 as usize * self.stride;
        (&mut self.infos[frame.0 as usize], &mut self.samples[at..at + self.stride])
    }

    #[expect(clippy::type_complexity, reason = "two frames, each in its two halves")]
    /// One slot to read and another one to write; `None` when they are the same slot.
    pub fn pair(
        &mut self,
        read: FrameRef,
        write: FrameRef,
    ) -> Option<((&FrameInfo, &[f32]), (&mut FrameInfo, &mut [f32]))> {
        let (r, w) = (read.0 as usize, write.0 as usize);
        if r == w {
            return None;
        }
        let (low, high) = self.samples[self.start..].split_at_mut(r.max(w) * self.stride);
        let (low, high) = (&mut low[r.min(w) * self.stride..][..self.stride], &mut high[..self.stride]);
        let (from, to) = if r < w { (low, high) } else { (high, low) };
        let [read_info, write_info] = self.infos.get_disjoint_mut([r, w]).ok()?;
        Some(((&*read_info, &*from), (write_info, to)))
    }
}
