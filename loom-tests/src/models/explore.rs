//! Runs a model and tells what its executions came to.
//!
//! loom leaves orders out that it takes for equal, and which thread is spawned changes which ones: a
//! seqlock model whose reader is the main thread never sees a finished write, and passes with the
//! write's Release removed. So every model returns what happened, and its test names the outcomes
//! that must have been among them.
#![expect(clippy::disallowed_types, reason = "test code, outside the model")]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// Runs `model` in every order that loom explores; returns the set of its results.
pub fn explore<T: Ord + Send + 'static>(model: impl Fn() -> T + Send + Sync + 'static) -> BTreeSet<T> {
    let outcomes = Arc::new(Mutex::new(BTreeSet::new()));
    let seen = outcomes.clone();
    loom::model(move || {
        let outcome = model();
        seen.lock().expect("a model that fails ends the test").insert(outcome);
    });
    std::mem::take(&mut *outcomes.lock().expect("the model has ended"))
}
