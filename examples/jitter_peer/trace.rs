//! What became of every tick, as a file to draw pictures of.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use media_core::SessionStats;
use media_core::frame::Provenance;

/// Writes a line for each tick.
pub struct Trace(BufWriter<File>);

impl Trace {
    /// A new file, with its heading. All times are the bench's.
    pub fn create(path: &Path) -> io::Result<Self> {
        let mut file = BufWriter::new(File::create(path)?);
        writeln!(file, "now_ms,heard,target_ms,delay_ms,concealed_samples,dropped_packets")?;
        Ok(Self(file))
    }

    /// One tick. What cannot be written is left out: the bench measures without it.
    pub fn tick(&mut self, now_us: u64, heard: Provenance, stats: &SessionStats) {
        let ms = |us: u64| us as f64 / 1_000.0;
        let dropped = stats.late + stats.discarded + stats.overflow;
        let concealed = stats.concealed_samples + stats.silent_samples;
        let (now, target, delay) = (ms(now_us), ms(stats.target_delay_us), ms(stats.delay_us));
        let _ = writeln!(self.0, "{now},{heard:?},{target},{delay},{concealed},{dropped}");
    }
}
