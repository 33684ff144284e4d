//! Reports of a worker that must not be lost and found no room earlier.

use crate::engine::command::Report;
use crate::engine::worker::Worker;
use crate::types::Tick;

impl Worker {
    /// Makes those reports, as far as there is room now. Real-time.
    pub(super) fn report_overdue(&mut self, tick: Tick) {
        if self.late > 0 && self.ends.reports.push(Report::Xrun { tick, skipped: self.late }).is_ok() {
            self.late = 0;
        }
        while let Some(index) = self.panicked.last().copied() {
            let Some(session) = self.table.slot(index).filter(|s| s.quarantined && !s.reported) else {
                self.panicked.pop();
                continue;
            };
            let report = Report::Panicked { session: session.id, tick };
            if self.ends.reports.push(report).is_err() {
                return;
            }
            if let Some(session) = self.table.slot(index) {
                session.reported = true;
            }
            self.panicked.pop();
        }
    }
}
