//! What is replayed into one session, whether it comes from a capture or from a trace.

use media_core::SessionSpec;

/// A datagram with its time of arrival in microseconds since the start of the replay.
pub struct Arrival {
    pub at_us: u64,
    pub datagram: Vec<u8>,
}

/// The place of one packet's audio on the sender's time line.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub timestamp: u32,
    /// When it would have arrived over the fastest way that any packet took.
    pub due_us: i64,
    /// When it did, if it did.
    pub arrived_us: Option<i64>,
}

/// One session's input.
pub struct Leg {
    /// Who, to whom, what.
    pub title: String,
    pub spec: SessionSpec,
    pub codec: media_core::CodecSpec,
    pub max_delay_ms: u32,
    /// By time of arrival.
    pub arrivals: Vec<Arrival>,
    /// By `due_us`.
    pub places: Vec<Place>,
    /// Packets of the trace that the network lost; of a capture the gaps in the sequence.
    pub network: Network,
    pub notes: Vec<String>,
    pub warnings: Vec<String>,
}

/// What the network did.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Network {
    pub sent: u64,
    pub lost: u64,
    /// Packets lost in a row, at most.
    pub longest_loss: u64,
    /// Of the packets' delays beyond the smallest.
    pub delay_p50_ms: f64,
    pub delay_p95_ms: f64,
    pub delay_max_ms: f64,
}

impl Network {
    /// What became of packets, in the order in which they were sent; `None` was lost.
    pub fn of(sent: impl Iterator<Item = Option<i64>>) -> Self {
        let (mut network, mut delays, mut run) = (Self::default(), Vec::new(), 0);
        for delay in sent {
            network.sent += 1;
            match delay {
                Some(us) => {
                    run = 0;
                    delays.push(us);
                }
                None => {
                    run += 1;
                    network.lost += 1;
                    network.longest_loss = network.longest_loss.max(run);
                }
            }
        }
        delays.sort_unstable();
        let ms = |share: f64| {
            let at = (delays.len() as f64 * share) as usize;
            delays.get(at.min(delays.len().saturating_sub(1))).map_or(0.0, |us| *us as f64 / 1e3)
        };
        (network.delay_p50_ms, network.delay_p95_ms, network.delay_max_ms) = (ms(0.5), ms(0.95), ms(1.0));
        network
    }
}

/// Time before the first arrival: the session is made, and runs.
pub const LEAD_US: u64 = 20_000;
