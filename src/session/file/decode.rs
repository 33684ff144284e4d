//! What any format of file is read by.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use crate::graph::ReadFailure;
use crate::session::SourceError;
use crate::session::file::wav::WavFile;
use crate::types::SampleRate;

/// A file that is read from front to back, or from another place on. For ordinary threads.
pub(super) trait Decode: Send {
    /// Rate of what is read.
    fn rate(&self) -> SampleRate;

    /// Fills `out` with the next mono samples, all of them numbers; fewer are the last ones.
    fn read(&mut self, out: &mut [f32]) -> Result<usize, ReadFailure>;

    /// Goes on at sample `to`.
    fn seek(&mut self, to: u64) -> Result<(), ReadFailure>;
}

/// What the files that are opened are.
type Input = BufReader<File>;

/// Opens a file by what it begins with.
pub(super) fn open(path: &Path) -> Result<Box<dyn Decode>, SourceError> {
    // Opening a pipe would wait for whoever writes into it.
    if !std::fs::metadata(path)?.is_file() {
        return Err(SourceError::NoFile);
    }
    let mut input = BufReader::new(File::open(path)?);
    let mut magic = Vec::with_capacity(4);
    (&mut input).take(4).read_to_end(&mut magic)?;
    input.seek(SeekFrom::Start(0))?;
    match &magic[..] {
        b"RIFF" => Ok(Box::new(WavFile::new(input)?)),
        b"OggS" => ogg(input),
        _ => Err(SourceError::Format),
    }
}

#[cfg(feature = "opus")]
fn ogg(input: Input) -> Result<Box<dyn Decode>, SourceError> {
    Ok(Box::new(crate::session::file::opus::OpusFile::new(input)?))
}

#[cfg(not(feature = "opus"))]
fn ogg(_: Input) -> Result<Box<dyn Decode>, SourceError> {
    Err(SourceError::Format)
}
