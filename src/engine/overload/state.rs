//! Where every worker stands on its ladder.

use crate::engine::EventKind;
use crate::engine::overload::{Cuts, Degradation, Ladder, OverloadPolicy, OverloadStep, Turn};
use crate::engine::state::{State, WorkerLink};
use crate::types::{Tick, WorkerId};

/// The control side of the overload ladder.
pub(crate) struct Overload {
    pub(super) policy: Option<OverloadPolicy>,
    pub(super) workers: Vec<Standing>,
    /// The last tick that was looked at, and the one of the next window's end.
    seen: u64,
    next_look: u64,
    /// Where the sweep goes on, and how many places it has to look at before all is as it should be.
    pub(super) cursor: usize,
    pub(super) unsettled: usize,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Standing {
    pub ladder: Ladder,
    /// Ticks left out by the end of the last window.
    skipped: u64,
    /// The worker publishes less.
    pub quiet: bool,
}

impl Overload {
    pub fn new(workers: usize, policy: Option<OverloadPolicy>) -> Self {
        let workers = vec![Standing::default(); workers];
        Self { policy, workers, seen: 0, next_look: 0, cursor: 0, unsettled: 0 }
    }

    /// What a worker does without now.
    pub fn steps(&self, worker: WorkerId) -> &[OverloadStep] {
        let taken = self.workers.get(usize::from(worker.0)).map_or(0, |standing| standing.ladder.taken());
        self.policy.as_ref().and_then(|policy| policy.steps.get(..taken)).unwrap_or(&[])
    }

    /// Whether no new session is placed on a worker.
    pub fn refuses(&self, worker: WorkerId) -> bool {
        self.steps(worker).contains(&OverloadStep::Refuse)
    }

    /// What the sessions of a worker do without.
    pub(super) fn cuts(&self, worker: WorkerId) -> Cuts {
        Cuts::of(self.steps(worker))
    }

    /// Talkers at most in rooms that a worker takes part in.
    pub(super) fn talkers(&self, worker: WorkerId) -> Option<u8> {
        let caps = self.steps(worker).iter().filter_map(|step| match step {
            OverloadStep::Talkers(most) => Some(*most),
            _ => None,
        });
        caps.min()
    }

    /// Whether any worker does without something.
    pub(super) fn is_degraded(&self) -> bool {
        self.workers.iter().any(|standing| standing.ladder.taken() > 0)
    }
}

impl State {
    /// Looks at the loads when a window ends, and goes on with what was decided. Once a tick.
    pub fn overload_due(&mut self) {
        let now = self.tick();
        if now.0 <= self.overload.seen {
            return;
        }
        self.overload.seen = now.0;
        if let Some(policy) = self.overload.policy.take() {
            if now.0 >= self.overload.next_look {
                self.overload.next_look = now.0 + u64::from(policy.window.ticks());
                self.look_at_loads(&policy, now);
            }
            self.overload.policy = Some(policy);
        }
        self.sweep();
    }

    fn look_at_loads(&mut self, policy: &OverloadPolicy, now: Tick) {
        for (index, (link, standing)) in self.workers.iter().zip(&mut self.overload.workers).enumerate() {
            let (worker, load) = (WorkerId(index as u16), load_of(link, standing));
            let kind = match standing.ladder.look(policy, load) {
                None => continue,
                Some(Turn::Take(at)) => EventKind::Degraded(Degradation { worker, step: policy.steps[at], load }),
                Some(Turn::Back(at)) => EventKind::Restored(Degradation { worker, step: policy.steps[at], load }),
            };
            self.sink.send(now, None, kind);
            self.overload.unsettled = 2 * self.places.len() + 1;
        }
    }

    /// Takes back all that workers do without, and follows another policy from now on.
    pub(super) fn follow_policy(&mut self, policy: Option<OverloadPolicy>) {
        let now = self.tick();
        for index in 0..self.workers.len() {
            let (worker, load) = (WorkerId(index as u16), self.workers[index].load());
            for step in self.overload.steps(worker).to_vec().into_iter().rev() {
                self.sink.send(now, None, EventKind::Restored(Degradation { worker, step, load }));
            }
            self.overload.workers[index].ladder = Ladder::default();
        }
        let overload = &mut self.overload;
        (overload.policy, overload.next_look) = (policy, now.0);
        overload.unsettled = 2 * self.places.len() + 1;
    }
}

/// A worker that had to leave out ticks is loaded too much, whatever the mean says.
fn load_of(link: &WorkerLink, standing: &mut Standing) -> f32 {
    let skipped = link.figures.skipped.load(std::sync::atomic::Ordering::Relaxed);
    let late = std::mem::replace(&mut standing.skipped, skipped) != skipped;
    if late { link.load().max(1.0) } else { link.load() }
}
