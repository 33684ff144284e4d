//! What the engine can do, and how much more of it fits.

use crate::codec::CodecKind;
use crate::engine::Reject;
use crate::engine::control::Control;
use crate::engine::state::State;
use crate::session::SessionSpec;
use crate::types::{Millis, TICK_MS, TICK_US, WorkerId};

/// A codec that the engine brings along.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodecCapability {
    /// Encoding name of RTP.
    pub name: &'static str,
    /// The payload types that RFC 3551's static tables give it.
    pub static_types: &'static [u8],
    /// Packet times that it is sent in.
    pub ptimes: Vec<Millis>,
    /// Its encoder's bit rate, error correction and pauses can be set ([`Control::set_encoder`]).
    pub tunable: bool,
}

/// What the engine can do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// Codecs, in the order in which they are searched.
    pub codecs: Vec<CodecCapability>,
    /// Levels of redundancy (RFC 2198) at most.
    pub redundancy: u8,
    /// Sessions, and rooms, that may exist.
    pub sessions: usize,
    /// See `sessions`.
    pub rooms: usize,
    /// Workers, and I/O groups.
    pub workers: usize,
    /// See `workers`.
    pub io_groups: usize,
}

/// Whether more sessions of a spec fit.
#[derive(Debug)]
#[non_exhaustive]
pub struct Admission {
    /// How many more, as far as places, load and declared costs tell.
    pub slots: usize,
    /// Share of the best worker's period that is left below the limit, 0 to 1.
    pub headroom: f32,
    /// Where it would run.
    pub worker: Option<WorkerId>,
    /// Why none is taken now, if that is so.
    pub refused: Option<Reject>,
}

impl Control {
    /// Codecs, packet times and limits.
    pub fn capabilities(&self) -> Capabilities {
        let state = self.state();
        let times = [10, 20, 30, 40, 50, 60].map(Millis);
        let codec = |kind: &CodecKind| {
            let codec = kind.codec();
            let allowed = times.into_iter().filter(|ptime| codec.allows(*ptime) && ptime.0.is_multiple_of(TICK_MS));
            CodecCapability {
                name: codec.name(),
                static_types: codec.static_types(),
                ptimes: allowed.collect(),
                tunable: codec.name().eq_ignore_ascii_case("opus"),
            }
        };
        Capabilities {
            codecs: CodecKind::ALL.iter().map(codec).collect(),
            redundancy: 4,
            sessions: state.config.max_sessions,
            rooms: state.config.max_rooms,
            workers: state.workers.len(),
            io_groups: state.config.io_groups,
        }
    }

    /// How many sessions of this spec would be accepted now, one after the other. It reserves nothing.
    pub fn can_admit(&self, spec: &SessionSpec) -> Admission {
        self.state().admission(spec)
    }
}

impl State {
    fn admission(&self, spec: &SessionSpec) -> Admission {
        let (refused, worker) =
            match spec.validate().map_err(|why| Reject::Build(why.into())).and_then(|()| self.place(spec)) {
                Ok(worker) => (None, Some(worker)),
                Err(why) => (Some(why), None),
            };
        let places = self.config.max_sessions - self.sessions();
        let refused = refused.or_else(|| (places == 0).then(|| Reject::TooManySessions(self.sessions())));
        let cost = spec.declared_cost() as f64;
        let period = TICK_US as f64 * 1e3;
        // Declared costs are what placement goes by; a worker that is measured to be busier is as busy as that.
        let left = self.workers.iter().enumerate().filter(|(_, link)| !link.stalled).map(|(w, link)| {
            let busy = f64::from(link.load()).max(link.cost as f64 / period);
            (f64::from(self.load_limit(WorkerId(w as u16))).min(1.0) - busy).max(0.0)
        });
        let left: Vec<f64> = left.collect();
        let fits = left.iter().map(|share| (share * period / cost) as usize).sum::<usize>();
        let slots = if refused.is_some() { 0 } else { fits.min(places).min(self.room_within_limits(spec)) };
        Admission { slots, headroom: left.into_iter().fold(0.0, f64::max) as f32, worker, refused }
    }
}
