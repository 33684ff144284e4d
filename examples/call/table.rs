//! The figures of a call as a table on the terminal.

use std::fmt;

use crate::report::{Report, WayReport};

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        type Cell = fn(&WayReport) -> String;
        let rows: [(&str, &str, Cell); 20] = [
            ("phone sends", "", |w| w.format_in.clone()),
            ("far phone gets", "", |w| w.format_out.clone()),
            ("sent by the phone", "packets", |w| w.sent.to_string()),
            ("lost by the network", "packets", |w| w.network_lost.to_string()),
            ("received by the engine", "packets", |w| w.received.to_string()),
            ("lost", "packets", |w| w.lost.to_string()),
            ("late", "packets", |w| w.late.to_string()),
            ("duplicate", "packets", |w| w.duplicate.to_string()),
            ("reordered", "packets", |w| w.reordered.to_string()),
            ("repaired", "packets", |w| w.repaired.to_string()),
            ("density of bursts, gaps", "%", |w| {
                format!("{:.0}, {:.1}", w.burst_density_percent, w.gap_density_percent)
            }),
            ("burst ratio", "", |w| format!("{:.2}", w.burst_ratio)),
            ("concealed, longest", "ms", |w| format!("{:.0}, {:.0}", w.concealed_ms, w.concealed_longest_ms)),
            ("time-stretched", "ms", |w| format!("{:.1}", w.stretched_ms)),
            ("buffering delay, mean", "ms", |w| millis(w.buffering_ms)),
            ("  last 5 s, p50 and p95", "ms", |w| format!("{:.0}, {:.0}", w.buffering_p50_ms, w.buffering_p95_ms)),
            ("end-to-end delay, median", "ms", |w| format!("{} ± {:.1}", millis(w.delay_ms), w.delay_error_ms)),
            ("  shortest to longest", "ms", |w| {
                format!("{} to {}", millis(w.delay_shortest_ms), millis(w.delay_longest_ms))
            }),
            ("  markers found", "", |w| format!("{} of {}", w.markers_found, w.markers_sent)),
            ("too late for far phone", "packets", |w| w.missed_by_phone.to_string()),
        ];
        write!(f, "\n{:34}", "")?;
        self.ways.iter().try_for_each(|way| write!(f, "{:>20}", format!("{} → {}", way.from, way.to)))?;
        writeln!(f)?;
        for (name, unit, cell) in rows {
            write!(f, "{name:26}{unit:8}")?;
            self.ways.iter().try_for_each(|way| write!(f, "{:>20}", cell(way)))?;
            writeln!(f)?;
        }
        writeln!(
            f,
            "\nEnd to end is from mouth to ear: a packet's length at each end, the network, the jitter buffer, the ticks,\n\
             and the far phone's fixed playout of {} ms.",
            self.phone_playout_ms
        )?;
        let engine = &self.engine;
        writeln!(
            f,
            "\nticks {}   busy p50 {:.1} µs   p99 {:.1} µs   max {:.1} µs   (of 10 000 µs)   xruns {}   ticks skipped {}",
            engine.ticks,
            engine.tick_p50_us,
            engine.tick_p99_us,
            engine.tick_max_us,
            engine.xruns,
            engine.skipped_ticks
        )?;
        let priority = match engine.real_time_priority {
            Some(true) => ", real-time priority",
            Some(false) => ", no real-time priority here (CAP_SYS_NICE or RLIMIT_RTPRIO allows it)",
            None => "",
        };
        writeln!(
            f,
            "workers {} × {} phases{priority}; {} s of call in {}, {:.2} s on the clock; seed {}",
            engine.workers, engine.phases, self.seconds, self.mode, engine.took_s, self.seed
        )
    }
}

fn millis(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1}"))
}
