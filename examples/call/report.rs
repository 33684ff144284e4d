//! The figures of a call, for the table and for machines.

use serde::Serialize;

use crate::args::Args;
use crate::marker::ERROR_MS;
use crate::network::Fate;
use crate::record::{Call, OneWay};

/// All figures of one call.
#[derive(Serialize)]
pub struct Report {
    /// `real time` or `virtual time`.
    pub mode: &'static str,
    /// Length of the call in seconds.
    pub seconds: u32,
    /// Seed of everything random.
    pub seed: u64,
    /// Fixed playout delay of the phones, part of the end-to-end delay, in milliseconds.
    pub phone_playout_ms: f64,
    /// What the network was told to do.
    pub network: NetworkReport,
    /// One per direction.
    pub ways: Vec<WayReport>,
    /// How the engine fared.
    pub engine: EngineReport,
}

/// The conditions of the network.
#[derive(Serialize)]
pub struct NetworkReport {
    pub loss_percent: f64,
    pub mean_burst_packets: f64,
    pub delay_ms: f64,
    pub mean_jitter_ms: f64,
    pub reorder_percent: f64,
    pub duplicate_percent: f64,
}

/// One direction.
#[derive(Serialize)]
pub struct WayReport {
    /// Who speaks.
    pub from: &'static str,
    /// Who hears it.
    pub to: &'static str,
    /// Codec and packet time that the engine receives.
    pub format_in: String,
    /// Codec and packet time that the engine sends.
    pub format_out: String,
    /// Packets that the phone sent.
    pub sent: usize,
    /// Of these, packets that the network lost, reordered and doubled.
    pub network_lost: usize,
    pub network_reordered: usize,
    pub network_duplicated: usize,
    /// What the engine counted.
    pub received: u64,
    pub lost: u64,
    pub late: u64,
    pub duplicate: u64,
    pub reordered: u64,
    pub repaired: u64,
    /// Packets lost or discarded within bursts and within gaps, in percent (RFC 3611), and the burst ratio (ITU-T G.107).
    pub burst_density_percent: f64,
    pub gap_density_percent: f64,
    pub burst_ratio: f64,
    /// Audio invented by concealment, its longest stretch, and what time stretching added or removed, in milliseconds.
    pub concealed_ms: f64,
    pub concealed_longest_ms: f64,
    pub stretched_ms: f64,
    /// Mean delay in the jitter buffer and the delay it aimed at last, in milliseconds.
    pub buffering_ms: Option<f64>,
    /// Median and 95 % of the packets' delay in the jitter buffer in the last 5 s, in milliseconds; 0 in shorter calls.
    pub buffering_p50_ms: f64,
    pub buffering_p95_ms: f64,
    pub target_ms: f64,
    /// Mouth to ear by markers, in milliseconds: median, shortest, longest; each ± `delay_error_ms`.
    pub delay_ms: Option<f64>,
    pub delay_shortest_ms: Option<f64>,
    pub delay_longest_ms: Option<f64>,
    pub delay_error_ms: f64,
    pub markers_sent: usize,
    pub markers_found: usize,
    /// Packets of the engine that came too late for the far phone's fixed playout.
    pub missed_by_phone: u32,
}

/// The engine.
#[derive(Serialize)]
pub struct EngineReport {
    pub workers: u16,
    pub phases: u8,
    /// All workers ran under real-time priority; nothing in virtual time.
    pub real_time_priority: Option<bool>,
    pub ticks: u64,
    /// Busy time of a tick in microseconds.
    pub tick_p50_us: f64,
    pub tick_p99_us: f64,
    pub tick_max_us: f64,
    /// Times that a worker was late by a whole tick, and ticks left out.
    pub xruns: u64,
    pub skipped_ticks: u64,
    /// Length of the call on the wall clock, in seconds.
    pub took_s: f64,
}

impl Report {
    /// The figures of this call.
    pub fn new(args: &Args, call: &Call) -> Self {
        let [p50, p99, max] = call.engine.busy.map(|ns| ns as f64 / 1e3);
        Self {
            mode: if args.offline { "virtual time" } else { "real time" },
            seconds: args.seconds,
            seed: args.seed,
            phone_playout_ms: args.playout,
            network: NetworkReport {
                loss_percent: args.loss,
                mean_burst_packets: args.burst,
                delay_ms: args.delay,
                mean_jitter_ms: args.jitter,
                reorder_percent: args.reorder,
                duplicate_percent: args.duplicate,
            },
            ways: call.ways.iter().map(WayReport::new).collect(),
            engine: EngineReport {
                workers: args.workers,
                phases: args.phases,
                real_time_priority: call.engine.real_time,
                ticks: call.engine.ticks,
                tick_p50_us: p50,
                tick_p99_us: p99,
                tick_max_us: max,
                xruns: call.engine.xruns,
                skipped_ticks: call.engine.skipped,
                took_s: call.took.as_secs_f64(),
            },
        }
    }
}

impl WayReport {
    fn new(way: &OneWay) -> Self {
        let fates = |wanted| way.fates.iter().filter(|(_, fate)| *fate == wanted).count();
        let stats = &way.stats;
        let delays = &way.delays;
        let (shortest, longest) = delays.range().unzip();
        Self {
            from: way.from.name,
            to: way.to.name,
            format_in: way.from.format(),
            format_out: way.to.format(),
            sent: way.fates.len(),
            network_lost: fates(Fate::Lost),
            network_reordered: fates(Fate::Reordered),
            network_duplicated: fates(Fate::Duplicated),
            received: stats.received,
            lost: stats.lost,
            late: stats.late,
            duplicate: stats.duplicate,
            reordered: stats.reordered,
            repaired: stats.repaired,
            burst_density_percent: stats.burst_density() * 1e2,
            gap_density_percent: stats.gap_density() * 1e2,
            burst_ratio: stats.burst_ratio(),
            concealed_ms: stats.ms(stats.concealed_samples),
            concealed_longest_ms: stats.ms(stats.longest_concealment_samples),
            stretched_ms: stats.ms(stats.stretched_samples),
            buffering_ms: (stats.delay_ticks > 0).then(|| stats.mean_delay_us() as f64 / 1e3),
            buffering_p50_ms: stats.window_delay_p50_us as f64 / 1e3,
            buffering_p95_ms: stats.window_delay_p95_us as f64 / 1e3,
            target_ms: stats.target_delay_us as f64 / 1e3,
            delay_ms: delays.median(),
            delay_shortest_ms: shortest,
            delay_longest_ms: longest,
            delay_error_ms: ERROR_MS,
            markers_sent: delays.sent,
            markers_found: delays.found.len(),
            missed_by_phone: way.heard.missed,
        }
    }
}
