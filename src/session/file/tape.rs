//! A file as one stretch of samples: read where it must be, and begun again at its end.

use crate::graph::ReadFailure;
use crate::graph::nodes::After;
use crate::session::SourceError;
use crate::session::file::decode::Decode;
use crate::session::file::source::FileSource;

/// A file and a place in it. For ordinary threads.
pub(super) struct Tape {
    pub file: FileSource,
    decoder: Option<Box<dyn Decode>>,
    /// Times to begin again; `None` is for ever.
    again: Option<u32>,
    /// Place of the next sample in the file, and of the decoder.
    at: u64,
    decoded: u64,
    /// No more is taken out of the file, and why.
    pub over: Option<After>,
}

/// What was taken of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    Samples(usize),
    /// Nothing: the file begins again.
    Again,
    /// Nothing, and `over` says why.
    Over,
}

impl Tape {
    pub fn new(file: FileSource) -> Self {
        Self { file, decoder: None, again: None, at: 0, decoded: 0, over: None }
    }

    /// Goes on at sample `to`, to be played so often, 0 for ever.
    pub fn wind(&mut self, to: u64, times: u32) {
        (self.at, self.again, self.over) = (to, times.checked_sub(1), None);
    }

    /// Some samples from the present place. `None`: that place has to be read, and must not.
    pub fn take(&mut self, out: &mut [f32], reads: bool) -> Option<Taken> {
        let head = self.file.head();
        let here = usize::try_from(self.at).ok().and_then(|at| head.get(at..)).unwrap_or_default();
        let taken = here.len().min(out.len());
        if taken > 0 {
            out[..taken].copy_from_slice(&here[..taken]);
            self.at += taken as u64;
            return Some(Taken::Samples(taken));
        }
        let read = match (self.file.is_whole(), reads) {
            (true, _) => Ok(0),
            (false, true) => self.read(out),
            (false, false) => return None,
        };
        Some(match read {
            Ok(0) => self.begin_again(),
            Ok(count) => {
                self.at += count as u64;
                Taken::Samples(count)
            }
            Err(why) => self.end(After::Failure(why)),
        })
    }

    fn read(&mut self, out: &mut [f32]) -> Result<usize, ReadFailure> {
        let decoder = match &mut self.decoder {
            Some(decoder) => decoder,
            None => {
                self.decoded = 0;
                self.decoder.insert(self.file.reopen().map_err(|why| match why {
                    SourceError::Unreadable(_) | SourceError::NoFile => ReadFailure::Unreadable,
                    _ => ReadFailure::Corrupt,
                })?)
            }
        };
        if self.decoded != self.at {
            decoder.seek(self.at)?;
            self.decoded = self.at;
        }
        let count = decoder.read(out)?;
        self.decoded += count as u64;
        Ok(count)
    }

    fn begin_again(&mut self) -> Taken {
        // What is empty has nothing to repeat.
        if self.again == Some(0) || self.at == 0 {
            return self.end(After::End);
        }
        self.again = self.again.map(|again| again - 1);
        self.at = 0;
        Taken::Again
    }

    fn end(&mut self, why: After) -> Taken {
        self.over = Some(why);
        Taken::Over
    }
}
