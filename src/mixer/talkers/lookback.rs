//! The last frames of a member who is not heard, for when he is.
//!
//! Admission is decided after the frame that earned it. Then the talker begins with the frames before: he is late by
//! them until he pauses, where quiet frames are left out, one at a time, each joined by a cross-fade.

/// A ring of frames of one member, of fixed size.
#[derive(Clone, Debug)]
pub struct Lookback {
    frames: Box<[f32]>,
    samples: usize,
    /// Frames kept, and where the next one goes.
    kept: usize,
    next: usize,
    /// Frames not yet heard of an admitted talker; `None`: not admitted.
    behind: Option<usize>,
    /// The next frame fades in.
    enters: bool,
    /// The next frame fades out, and is this much late.
    leaves: Option<usize>,
}

impl Lookback {
    /// Room for `ticks` frames of `samples` before the present one. Allocates.
    pub fn new(ticks: usize, samples: usize) -> Self {
        let frames = vec![0.0; (ticks + 2) * samples].into();
        Self { frames, samples, kept: 0, next: 0, behind: None, enters: false, leaves: None }
    }

    /// Admits the talker, from the oldest frame that is kept, or lets him go, which ends with the frame that fades out. Real-time.
    pub fn admit(&mut self, admitted: bool) {
        match (admitted, self.behind) {
            (true, None) => {
                self.behind = Some(self.kept.min(self.capacity() - 2));
                self.enters = true;
            }
            (false, behind @ Some(_)) => (self.behind, self.leaves) = (None, behind),
            _ => {}
        }
    }

    /// As [`Self::admit`], from the present frame on: he is not late. Real-time.
    pub fn admit_now(&mut self) {
        if self.behind.is_none() {
            (self.behind, self.enters) = (Some(0), true);
        }
    }

    /// Nothing of him is heard.
    pub fn is_idle(&self) -> bool {
        self.behind.is_none() && self.leaves.is_none()
    }

    /// Ticks by which an admitted talker is late.
    pub fn delay(&self) -> usize {
        self.behind.unwrap_or(0)
    }

    /// Takes the present frame and writes what is to be heard of him: `false`, and nothing is written, when he is not admitted. `pausing`: the present and the last frames
    /// are not speech, so that one may be left out. Real-time.
    pub fn tick(&mut self, frame: &[f32], pausing: bool, out: &mut [f32]) -> bool {
        self.push(frame);
        let leaves = self.leaves.take();
        let Some(behind) = self.behind.or(leaves) else { return false };
        let behind = behind.min(self.kept.saturating_sub(1));
        self.read(behind, out);
        if self.behind.is_none() {
            let step = 1.0 / out.len().max(1) as f32;
            for (sample, n) in out.iter_mut().rev().zip(0u16..) {
                *sample *= f32::from(n) * step;
            }
            return true;
        }
        if std::mem::take(&mut self.enters) {
            let step = 1.0 / out.len().max(1) as f32;
            for (sample, n) in out.iter_mut().zip(1u16..) {
                *sample *= f32::from(n) * step;
            }
        }
        self.behind = Some(behind);
        if pausing && behind > 0 {
            let step = 1.0 / out.len().max(1) as f32;
            let start = self.place(behind - 1);
            for ((sample, later), n) in out.iter_mut().zip(&self.frames[start..start + self.samples]).zip(1u16..) {
                *sample += (later - *sample) * (f32::from(n) * step);
            }
            self.behind = Some(behind - 1);
        }
        true
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        size_of_val(&*self.frames)
    }

    fn capacity(&self) -> usize {
        self.frames.len() / self.samples.max(1)
    }

    fn push(&mut self, frame: &[f32]) {
        let start = self.next * self.samples;
        let (kept, missing) = self.frames[start..start + self.samples].split_at_mut(frame.len().min(self.samples));
        kept.copy_from_slice(&frame[..kept.len()]);
        missing.fill(0.0);
        self.next = (self.next + 1) % self.capacity().max(1);
        self.kept = (self.kept + 1).min(self.capacity());
    }

    /// Where the frame `back` before the present one lies.
    fn place(&self, back: usize) -> usize {
        (self.next + self.capacity() - 1 - back) % self.capacity().max(1) * self.samples
    }

    fn read(&self, back: usize, out: &mut [f32]) {
        let start = self.place(back);
        let length = out.len().min(self.samples);
        out[..length].copy_from_slice(&self.frames[start..start + length]);
    }
}
