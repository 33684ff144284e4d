//! What a worker tells of the talkers in its rooms.

use std::sync::atomic::Ordering::Relaxed;

use crate::engine::command::Report;
use crate::engine::worker::{RESERVED, Worker};
use crate::types::Tick;

impl Worker {
    /// Makes all rooms ready for `tick`; what does not fit among the reports is counted. Real-time.
    pub(crate) fn gather(&mut self, tick: Tick) {
        let (reports, figures) = (&mut self.ends.reports, &self.figures);
        self.hall.gather(tick, |room, event| {
            let fits = reports.slots() > RESERVED;
            if !fits || reports.push(Report::Talk { room, tick, event }).is_err() {
                figures.reports_lost.fetch_add(1, Relaxed);
            }
        });
    }
}
