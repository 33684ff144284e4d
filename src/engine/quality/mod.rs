//! What watches over quality: ratings, alerts, adaptation, RTCP. On the control side; no worker knows of it.
//!
//! A session that is watched has a `Watch`: what was seen of it so far. The supervisor looks at each every
//! `EngineConfig::quality_interval`, spread over the ticks (`turn`), and everything else is asked for by `Control`. Offline
//! the supervisor turns once a tick, so the same looks come at the same ticks.

mod adapt;
mod adjust;
mod context;
mod ledger;
mod query;
mod rtcp;
mod turn;
mod watch;

pub(super) use context::effort;
pub use rtcp::FeedError;
pub(crate) use watch::Watch;
