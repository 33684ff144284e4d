//! The answer to an operation: can be waited on, polled, or awaited without any runtime.
#![expect(clippy::disallowed_types, reason = "control side: no worker ever sees these locks")]

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use thiserror::Error;

use crate::engine::{OpId, Refusal};
use crate::types::Tick;

/// An operation took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied {
    /// The operation.
    pub op: OpId,
    /// The first tick that ran with it.
    pub tick: Tick,
}

/// An operation that was accepted, but could not be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("operation {} failed: {why}", .op.0)]
#[non_exhaustive]
pub struct Failed {
    /// The operation.
    pub op: OpId,
    /// Why.
    pub why: Refusal,
}

#[derive(Debug, Default)]
struct Answer {
    outcome: Option<Result<Applied, Failed>>,
    waker: Option<Waker>,
}

#[derive(Debug, Default)]
struct Shared {
    answer: Mutex<Answer>,
    arrived: Condvar,
}

/// An operation under way. Dropping it does not take the operation back.
#[derive(Clone, Debug)]
#[must_use = "the operation goes on, but nobody will know its outcome"]
pub struct Pending {
    op: OpId,
    shared: Arc<Shared>,
}

impl Pending {
    pub(crate) fn new(op: OpId) -> Self {
        Self { op, shared: Arc::default() }
    }

    /// The operation, as events name it.
    pub fn op(&self) -> OpId {
        self.op
    }

    /// The outcome, if it has come.
    pub fn try_result(&self) -> Option<Result<Applied, Failed>> {
        self.answer().outcome
    }

    /// Blocks the calling thread until the outcome comes. With an offline engine, tick first.
    pub fn wait(&self) -> Result<Applied, Failed> {
        let mut answer = self.answer();
        loop {
            if let Some(outcome) = answer.outcome {
                return outcome;
            }
            answer = self.shared.arrived.wait(answer).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// As [`Pending::wait`], giving up after `limit`.
    pub fn wait_timeout(&self, limit: Duration) -> Option<Result<Applied, Failed>> {
        let answer = self.answer();
        let (answer, _) = self
            .shared
            .arrived
            .wait_timeout_while(answer, limit, |answer| answer.outcome.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        answer.outcome
    }

    /// Lets the operation go on by itself; the event stream still tells its outcome.
    pub fn detach(self) {}

    /// Gives the outcome, once; later ones are ignored.
    pub(crate) fn complete(&self, outcome: Result<Applied, Failed>) {
        let waker = {
            let mut answer = self.answer();
            answer.outcome.get_or_insert(outcome);
            answer.waker.take()
        };
        self.shared.arrived.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn answer(&self) -> MutexGuard<'_, Answer> {
        self.shared.answer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Future for Pending {
    type Output = Result<Applied, Failed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut answer = self.answer();
        match answer.outcome {
            Some(outcome) => Poll::Ready(outcome),
            None => {
                answer.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}
