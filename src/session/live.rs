//! What a program writes while it plays, as a source like any other.

use crate::graph::nodes::{Home, PcmIn};
use crate::rt::ring;
use crate::session::external::{ExternalSpec, PcmWriter};
use crate::types::{Millis, SampleRate};

/// The source of a [`PcmWriter`]; made by [`Source::live`](crate::Source::live). One player at a time: its clones are the same source.
#[derive(Clone, Debug)]
pub struct LiveSource {
    home: Home,
    rate: SampleRate,
    target: Millis,
    most: Millis,
}

impl LiveSource {
    /// The two ends. Allocates.
    pub(super) fn new(rate: SampleRate, target: Millis, most: Millis) -> (PcmWriter, Self) {
        let most = Millis(most.0.clamp(20, 600_000));
        let (writer, pieces) = ring(ExternalSpec::new().backlog(target, most).places());
        let source = Self { home: Home::new(pieces), rate, target: Millis(target.0.min(most.0)), most };
        (PcmWriter::new(writer, rate), source)
    }

    /// Nothing plays it.
    pub(crate) fn is_free(&self) -> bool {
        self.home.is_free()
    }

    /// The node that plays it at `rate`. Allocates.
    pub(super) fn node(&self, rate: SampleRate) -> PcmIn {
        PcmIn::new(self.rate, self.home.lend(), self.target, self.most).heard_at(rate)
    }
}
