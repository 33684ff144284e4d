//! Records both parties of a call to one WAV file each, at the same place in time whatever the recorder does.
//!
//! ```sh
//! cargo run --release --example record            # writes out/alice.wav and out/bob.wav
//! cargo run --release --example record -- DIR
//! ```
//!
//! A tap delivers frames with their ticks. Bob's recorder sleeps for a second in the middle of the
//! call: the call goes on, what it missed is silence in the file, and both files stay in step.
#![allow(clippy::print_stdout, reason = "an example tells what it hears")]

mod support;

use std::error::Error;
use std::path::PathBuf;

use media_core::{CodecSpec, Millis, SessionId, TapPoint, TapReader, TapWriter};

use crate::support::{Office, clip, tell};

fn main() -> Result<(), Box<dyn Error>> {
    let dir = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "out".to_owned()));
    std::fs::create_dir_all(&dir)?;
    let mut office = Office::open()?;
    let alice = office.connect(CodecSpec::pcmu(), clip(include_bytes!("clips/alice.wav"))?)?;
    let bob = office.connect(CodecSpec::pcma(), clip(include_bytes!("clips/bob.wav"))?)?;
    let bridged = office.control.bridge(alice, bob)?;

    let mut recorders = [Recorder::open(&office, alice, dir.join("alice.wav"))?];
    let mut sleepy = [Recorder::open(&office, bob, dir.join("bob.wav"))?];
    for tenth in 0..80 {
        office.run(100)?;
        recorders.iter_mut().try_for_each(Recorder::write)?;
        if !(50..60).contains(&tenth) {
            sleepy.iter_mut().try_for_each(Recorder::write)?;
        }
    }
    let Some(bridged) = bridged.try_result().transpose()? else { return Err("not answered".into()) };
    println!("The call was bridged at {} and lasted 8 s.", bridged.tick);
    for recorder in recorders.into_iter().chain(sleepy) {
        recorder.finish(&office)?;
    }
    Ok(())
}

/// What one party says, on its way to a file. In real time this runs on a thread of its own.
struct Recorder {
    session: SessionId,
    path: PathBuf,
    reader: TapReader,
    writer: TapWriter,
}

impl Recorder {
    fn open(office: &Office, session: SessionId, path: PathBuf) -> Result<Self, Box<dyn Error>> {
        // Room for half a second: a recorder that is away for longer loses the rest.
        let (_id, reader, _applied) = office.control.tap(session, TapPoint::Received, Millis(500))?;
        let writer = TapWriter::create(&path, reader.rate())?;
        Ok(Self { session, path, reader, writer })
    }

    fn write(&mut self) -> Result<(), Box<dyn Error>> {
        while let Some(frame) = self.reader.read() {
            self.writer.write(&frame)?;
        }
        Ok(())
    }

    fn finish(self, office: &Office) -> Result<(), Box<dyn Error>> {
        let gaps = self.writer.gaps();
        self.writer.finish()?;
        let heard = clip(&std::fs::read(&self.path)?)?;
        let what = format!("{} ({gaps} frames missed)", self.path.display());
        tell(&what, &heard, &[("what was said", &office.phone(self.session)?.says)]);
        Ok(())
    }
}
