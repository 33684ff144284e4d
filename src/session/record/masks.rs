//! Times that are not to be heard in a recording.

use crate::graph::NodeEventKind;
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
