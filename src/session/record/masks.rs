//! Times that are not to be heard in a recording.

use crate::graph::NodeEventKind;
use crate::session::record::Recorder;
use crate::types::{SessionId, Tick};

/// How long a digit is masked beyond its end: what its sender's audio path still holds of it, in ticks.
const AFTER: u64 = 5;

/// Times from one tick to before another one.
#[derive(Debug, Default)]
pub(super) struct Masks(Vec<Mask>);

#[derive(Debug)]
struct Mask {
    from: Tick,
    /// Not known while a digit is held.
    to: Option<Tick>,
    digit_of: Option<SessionId>,
}

impl Recorder {
    /// Silences the ticks from `from` to before `to`, whenever they are written, and returns how many of them were written already:
    /// for a detector whose answer is late, hold the recording back for as long ([`RecordSpec::hold_back`](super::RecordSpec::hold_back)).
    pub fn mask_between(&mut self, from: Tick, to: Tick) -> u64 {
        self.masks.add(from, to);
        let late = self.written_since(from, to);
        self.unmasked += late;
        late
    }

    /// Silences the telephone events among what a recorded session tells, from as long before each as the recording is held back
    /// until 50 ms after it: some gateways leave the tone in the audio beside its events. Other events change nothing.
    pub fn mask_digit(&mut self, at: Tick, session: SessionId, event: &NodeEventKind) {
        if let Some(from) = self.masks.digit(at, session, event, self.hold) {
            self.unmasked += self.written_since(from, at);
        }
    }

    /// Of some ticks, those that are written.
    fn written_since(&self, from: Tick, to: Tick) -> u64 {
        self.next.map_or(0, |next| next.0.min(to.0).saturating_sub(from.0.max(self.side.first_tick)))
    }
}

impl Masks {
    pub fn add(&mut self, from: Tick, to: Tick) {
        self.0.push(Mask { from, to: Some(to), digit_of: None });
    }

    /// A digit from `before` ticks before it is told until some time after its end. Returns where it begins, if it does.
    pub fn digit(&mut self, at: Tick, session: SessionId, kind: &NodeEventKind, before: u64) -> Option<Tick> {
        match kind {
            NodeEventKind::DigitStarted { .. } => {
                let from = Tick(at.0.saturating_sub(before));
                self.0.push(Mask { from, to: None, digit_of: Some(session) });
                Some(from)
            }
            NodeEventKind::Digit { .. } => {
                let held = |mask: &&mut Mask| mask.to.is_none() && mask.digit_of == Some(session);
                self.0.iter_mut().filter(held).for_each(|mask| mask.to = Some(Tick(at.0 + AFTER)));
                None
            }
            _ => None,
        }
    }

    /// Whether the tick is masked. Forgets what lies before it.
    pub fn hold(&mut self, tick: Tick) -> bool {
        self.0.retain(|mask| mask.to.is_none_or(|to| to > tick));
        self.0.iter().any(|mask| mask.from <= tick)
    }
}
