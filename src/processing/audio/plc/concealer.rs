//! Invents audio where none came, and blends it with what comes after.

use crate::processing::audio::plc::floor::{Floor, Level};
use crate::processing::audio::plc::gap::Gap;
use crate::processing::audio::plc::synthesis::LONGEST;
use crate::types::SampleRate;

/// What concealment builds on: two pitch cycles of 15 ms, an overlap, and what the spectrum needs.
const PAST_MS: usize = 40;
/// The background goes on for so long, the last half of it fading: an outage is not a quiet room.
const FLOOR_MS: usize = 1_000;
/// Cross-fade back into received audio: what is received is true, so it is short.
const MERGE_MS: usize = 2;
/// For every 20 ms of gap it is a millisecond longer, since the invented audio is ever less in step…
const MERGE_MORE: usize = 20;
/// …up to this.
const MERGE_MOST_MS: usize = 10;

/// Samples of the past that concealment looks at: 40 ms.
pub const fn past_length(rate: SampleRate) -> usize {
    rate.hz() as usize * PAST_MS / 1_000
}

/// Conceals one gap at a time. The state is on the heap, out of the way of good frames.
#[derive(Debug)]
pub struct Concealer {
    active: bool,
    level: Level,
    work: Box<Work>,
}

#[derive(Debug)]
struct Work {
    rate: SampleRate,
    gap: Gap,
    floor: Floor,
    floor_left: usize,
}

impl Concealer {
    /// Allocates.
    pub fn new(rate: SampleRate) -> Self {
        let work = Work { rate, gap: Gap::new(rate), floor: Floor::new(rate), floor_left: 0 };
        Self { active: false, level: Level::new(), work: Box::new(work) }
    }

    /// Whether a gap is open: the next received audio needs [`Concealer::merge`].
    pub fn active(&self) -> bool {
        self.active
    }

    /// Whether the concealment has faded to exact silence.
    pub fn faded(&self) -> bool {
        self.active && self.work.gap.faded() && (self.work.floor_left == 0 || self.work.floor.silent())
    }

    /// Takes note of the background of a received packet. Real-time: of every fourth packet the
    /// level, and a copy where it is the quietest.
    pub fn observe(&mut self, received: &[f32]) {
        if self.level.quietest(received) {
            self.work.floor.keep(received);
        }
    }

    /// Opens a gap after `past`, the last 40 ms ([`past_length`]); what is missing of them counts as
    /// silence. Real-time: one pitch search and one linear prediction.
    pub fn open(&mut self, past: &[f32]) {
        self.active = true;
        let work = &mut *self.work;
        work.gap.open(past);
        work.floor.open();
        work.floor_left = if self.level.settled() { FLOOR_MS * work.per_ms() } else { 0 };
    }

    /// Fills `out` with the gap's next samples. Real-time.
    pub fn fill(&mut self, out: &mut [f32]) {
        for piece in out.chunks_mut(LONGEST) {
            self.work.fill(piece);
        }
    }

    /// Cross-fades the start of the audio received after the gap, and closes it. Real-time.
    pub fn merge(&mut self, received: &mut [f32]) {
        self.active = false;
        let per_ms = self.work.per_ms();
        let wanted = MERGE_MS * per_ms + self.work.gap.generated() / MERGE_MORE;
        let length = wanted.min(MERGE_MOST_MS * per_ms).min(received.len());
        let mut invented = [0.0; LONGEST];
        let invented = &mut invented[..length];
        self.work.fill(invented);
        for (index, (sample, invented)) in received.iter_mut().zip(invented).enumerate() {
            let weight = (index as f32 + 0.5) / length as f32;
            *sample = *invented + weight * (*sample - *invented);
        }
    }

    /// Closes the gap without audio after it.
    pub fn close(&mut self) {
        self.active = false;
    }
}

impl Work {
    fn per_ms(&self) -> usize {
        (self.rate.hz() / 1_000) as usize
    }

    /// Makes up to [`LONGEST`] samples.
    fn fill(&mut self, out: &mut [f32]) {
        let mut gains = [0.0; LONGEST];
        let gains = &mut gains[..out.len()];
        if self.gap.faded() {
            out.fill(0.0);
        } else {
            self.gap.fill(out, gains);
        }
        if self.floor_left == 0 || gains.iter().all(|gain| *gain >= 1.0) {
            return;
        }
        let Some(background) = self.floor.next(out.len(), self.rate) else { return };
        let whole = (FLOOR_MS / 2 * self.per_ms()) as f32;
        for ((sample, gain), noise) in out.iter_mut().zip(gains).zip(background.samples()) {
            let left = (self.floor_left as f32 / whole).min(1.0);
            // The background is in the repeated signal already; both together keep its power.
            *sample += left * (1.0 - *gain * *gain).max(0.0).sqrt() * noise;
            self.floor_left = self.floor_left.saturating_sub(1);
        }
    }
}
