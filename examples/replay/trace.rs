//! Traces: what a network did to each packet of a stream, without its content.

use std::error::Error;
use std::path::Path;

/// One line of a trace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    pub sequence: u64,
    /// On a clock of 8 kHz, since the start of the stream.
    pub timestamp: u64,
    pub sent_us: i64,
    /// `None`: lost.
    pub arrived_us: Option<i64>,
}

/// A trace by sequence number, repeated packets behind each other.
pub struct Trace {
    pub lines: Vec<Line>,
    /// Audio in each packet, as far as it can be told.
    pub ptime_ms: u32,
}

/// Units of a trace's timestamps in a millisecond.
pub const UNITS_PER_MS: u64 = 8;

/// Reads a trace. Columns are told by the header line, which begins with `seq`.
pub fn read(path: &Path) -> Result<Trace, Box<dyn Error>> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|e| format!("{name}: {e}"))?;
    let mut columns = ["seq", "rtp_timestamp", "send_ms", "arrival_ms"].map(str::to_owned).to_vec();
    let mut rows: Vec<(u64, Option<u64>, f64, Option<f64>)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        if rows.is_empty() && fields[0] == "seq" {
            columns = fields.iter().map(|field| (*field).to_owned()).collect();
            for needed in ["send_ms", "arrival_ms"] {
                if !columns.iter().any(|column| column == needed) {
                    return Err(format!("{name}:{number}: there is no column {needed}").into());
                }
            }
            continue;
        }
        let field = |wanted: &str| {
            let at = columns.iter().position(|column| column == wanted)?;
            fields.get(at).copied()
        };
        let wrong = |what: &str| format!("{name}:{number}: {what} in {line:?}");
        let seconds = |wanted: &str| {
            let text = field(wanted).ok_or_else(|| wrong(&format!("no {wanted}")))?;
            let ms = text.parse::<f64>().ok().filter(|ms| ms.is_finite() && ms.abs() < 1e10);
            ms.ok_or_else(|| wrong(&format!("{wanted} is no number of milliseconds")))
        };
        let sequence = field("seq").and_then(|text| text.parse().ok()).ok_or_else(|| wrong("seq is no number"))?;
        let timestamp = match field("rtp_timestamp") {
            Some(text) => Some(text.parse().map_err(|_| wrong("rtp_timestamp is no number"))?),
            None => None,
        };
        let arrived = match field("arrival_ms") {
            Some("lost" | "" | "-1" | "nan" | "NaN") => None,
            _ => Some(seconds("arrival_ms")?),
        };
        rows.push((sequence, timestamp, seconds("send_ms")?, arrived));
    }
    if rows.is_empty() {
        return Err(format!("{name}: there is no packet in the trace").into());
    }
    rows.sort_by(|a, b| a.0.cmp(&b.0).then(a.2.total_cmp(&b.2)));
    let ptime_ms = ptime(&rows);
    let (first_sequence, first_time) = (rows[0].0, rows[0].1.unwrap_or(0));
    let us = |ms: f64| (ms * 1e3).round() as i64;
    let mut lines: Vec<Line> = Vec::with_capacity(rows.len());
    let mut before: Option<(u64, u64, f64)> = None;
    for (sequence, timestamp, sent, arrived) in rows {
        let timestamp = match (timestamp, before) {
            (Some(timestamp), _) => timestamp
                .checked_sub(first_time)
                .ok_or_else(|| format!("{name}: rtp_timestamp of packet {sequence} goes back"))?,
            (None, None) => 0,
            (None, Some((number, timestamp, _))) if number == sequence => timestamp,
            (None, Some((number, timestamp, at))) => {
                let packets = (sequence - number) as f64;
                let passed = (sent - at) / f64::from(ptime_ms);
                // Much more time than packets is a pause.
                let packets = if passed > packets * 1.5 { passed.round() } else { packets };
                timestamp + packets as u64 * u64::from(ptime_ms) * UNITS_PER_MS
            }
        };
        before = Some((sequence, timestamp, sent));
        let line =
            Line { sequence: sequence - first_sequence, timestamp, sent_us: us(sent), arrived_us: arrived.map(us) };
        lines.push(line);
    }
    if lines.iter().all(|line| line.arrived_us.is_none()) {
        return Err(format!("{name}: every packet of the trace is lost").into());
    }
    Ok(Trace { lines, ptime_ms })
}

/// The usual step from one packet to the next.
fn ptime(rows: &[(u64, Option<u64>, f64, Option<f64>)]) -> u32 {
    let next = rows.windows(2).filter(|pair| pair[1].0 == pair[0].0 + 1);
    let mut steps: Vec<u64> = next
        .map(|pair| match (pair[0].1, pair[1].1) {
            (Some(a), Some(b)) => b.saturating_sub(a) / UNITS_PER_MS,
            _ => (pair[1].2 - pair[0].2).round().max(0.0) as u64,
        })
        .collect();
    steps.sort_unstable();
    steps.get(steps.len() / 2).map_or(20, |ms| (*ms).clamp(5, 120) as u32)
}
