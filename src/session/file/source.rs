//! A file that can be played, as it was found.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::session::SourceError;
use crate::session::file::decode::{self, Decode};
use crate::types::{Millis, SampleRate};

/// What is read at once, so that playing from the start waits for no disk.
const HEAD: Millis = Millis(500);

/// Read ahead of what plays, by default.
const AHEAD: Millis = Millis(1_000);

/// A file that plays while it is read. Cheap to clone; made by [`Source::file`](crate::Source::file).
#[derive(Clone, Debug)]
pub struct FileSource {
    file: Arc<Found>,
    pub(super) ahead: Millis,
    pub(in crate::session) repeat: bool,
}

#[derive(Debug)]
struct Found {
    path: PathBuf,
    rate: SampleRate,
    head: Box<[f32]>,
    /// There is nothing behind the head.
    whole: bool,
}

impl FileSource {
    /// Looks into a file, and reads its first half second. Allocates, and waits for the disk.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, SourceError> {
        let path = path.as_ref().to_owned();
        let mut decoder = decode::open(&path)?;
        let rate = decoder.rate();
        let length = (HEAD.ticks() as usize) * rate.per_tick();
        // One sample more tells whether anything follows.
        let mut head = vec![0.0; length + 1];
        let count = decoder.read(&mut head)?;
        if count == 0 {
            return Err(SourceError::Empty);
        }
        head.truncate(count.min(length));
        let file = Arc::new(Found { path, rate, head: head.into(), whole: count <= length });
        Ok(Self { file, ahead: AHEAD, repeat: false })
    }

    /// How much is read ahead: a disk that is away for less is not heard. 100 ms to 60 s, 1 s by default; a second
    /// takes 190 KiB for each that plays.
    pub fn ahead(mut self, ahead: Millis) -> Self {
        self.ahead = Millis(ahead.0.clamp(100, 60_000));
        self
    }

    /// Plays again from the start whenever the end is reached.
    pub fn repeated(mut self) -> Self {
        self.repeat = true;
        self
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.file.path
    }

    /// Its rate.
    pub fn rate(&self) -> SampleRate {
        self.file.rate
    }

    pub(super) fn head(&self) -> &[f32] {
        &self.file.head
    }

    pub(super) fn is_whole(&self) -> bool {
        self.file.whole
    }

    /// The file from its start, again.
    pub(super) fn reopen(&self) -> Result<Box<dyn Decode>, SourceError> {
        decode::open(&self.file.path).and_then(|decoder| {
            // Another file may have taken the path meanwhile.
            if decoder.rate() == self.file.rate { Ok(decoder) } else { Err(SourceError::Format) }
        })
    }
}
