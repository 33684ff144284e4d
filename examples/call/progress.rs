//! How the call goes, on one line of the terminal while it goes.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use media_core::{Control, SessionId};

use crate::phone::{Profile, RATE};

/// Shows the call while it goes.
pub struct Progress {
    talk: Duration,
    /// A terminal's line is written over; anything else gets a line each second.
    overwrite: bool,
    shown: Option<u64>,
}

impl Progress {
    /// For a call of this length.
    pub fn new(talk: Duration) -> Self {
        Self { talk, overwrite: io::stdout().is_terminal(), shown: None }
    }

    /// Shows where the call is.
    pub fn show(&mut self, at: Duration, control: &Control, ids: [SessionId; 2], phones: &[Profile; 2]) {
        if !self.overwrite && self.shown.replace(at.as_secs()) == Some(at.as_secs()) {
            return;
        }
        let mut line = format!("{:4.1} of {} s", at.min(self.talk).as_secs_f64(), self.talk.as_secs());
        for (id, phone) in ids.into_iter().zip(phones) {
            let Ok(stats) = control.stats(id) else { continue };
            line += &format!(
                "  │ {}: {} received, {} lost, {} late, {} ms concealed, {} ms buffered",
                phone.name,
                stats.received,
                stats.lost,
                stats.late,
                stats.concealed_samples as usize * 1_000 / RATE,
                stats.delay_us / 1_000,
            );
        }
        if self.overwrite {
            print!("\r{line}\x1b[K")
        } else {
            println!("{line}")
        }
        io::stdout().flush().ok();
    }

    /// Leaves the line.
    pub fn done(&self) {
        if self.overwrite {
            println!();
        }
    }
}
