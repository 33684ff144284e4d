//! What is told of a replay: a table, warnings, and JSON.

use media_core::SessionStats;
use media_core::frame::Provenance;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::leg::{Leg, Network};
use crate::play::{Digit, Heard};

/// The figures that are asked about most.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    pub seconds: f64,
    pub packets: u64,
    pub lost: u64,
    pub lost_pct: f64,
    pub repaired: u64,
    pub late: u64,
    pub duplicate: u64,
    pub reordered: u64,
    pub discarded: u64,
    pub concealed_ms: f64,
    pub concealed_pct: f64,
    pub concealments: u64,
    pub longest_concealment_ms: u64,
    pub comfort_noise_ms: f64,
    pub faster_ms: f64,
    pub slower_ms: f64,
    /// Behind the fastest way through the network.
    pub delay_mean_ms: Option<f64>,
    pub delay_p95_ms: Option<f64>,
    pub buffered_mean_ms: f64,
    pub target_max_ms: f64,
    pub jitter_ms: f64,
    /// For who listens (ITU-T G.107 and its wider kin): R, and the mean opinion score.
    pub r_listening: Option<f64>,
    pub mos_lq: Option<f64>,
    pub network: Network,
}

impl Figures {
    pub fn of(leg: &Leg, heard: &Heard) -> Self {
        let (audio, all) = (&heard.audio, &heard.stats);
        let rating = heard.quality.as_ref().and_then(|quality| quality.rating);
        let per_ms = f64::from(leg.codec.rate.hz()) / 1e3;
        let ms = |samples: u64| samples as f64 / per_ms;
        let played = audio.received_samples + audio.concealed_samples;
        let mut delays: Vec<i64> = heard.moments.iter().filter_map(|moment| moment.delay_us).collect();
        delays.sort_unstable();
        let known = !delays.is_empty();
        let mean = delays.iter().map(|us| *us as f64 / 1e3).sum::<f64>() / delays.len().max(1) as f64;
        let p95 = delays.get(delays.len() * 95 / 100).map(|us| *us as f64 / 1e3);
        let concealed = |moment: &crate::play::Moment| moment.provenance == Provenance::Concealed;
        let ticks = audio.ticks.min(heard.moments.len() as u64) as usize;
        let runs = heard.moments[..ticks].chunk_by(|a, b| concealed(a) == concealed(b));
        let longest = runs.filter(|run| concealed(&run[0])).map(<[_]>::len).max().unwrap_or(0);
        Self {
            seconds: ms(played + audio.silent_samples) / 1e3,
            packets: all.received,
            lost: audio.lost,
            lost_pct: percent(audio.lost, audio.lost + all.received + all.repaired),
            repaired: all.repaired,
            late: all.late,
            duplicate: all.duplicate,
            reordered: all.reordered,
            discarded: all.discarded,
            concealed_ms: ms(audio.concealed_samples),
            concealed_pct: percent(audio.concealed_samples, played),
            concealments: audio.concealment_events,
            longest_concealment_ms: longest as u64 * 10,
            comfort_noise_ms: ms(audio.comfort_samples),
            faster_ms: ms(audio.accelerated_samples),
            slower_ms: ms(audio.expanded_samples),
            delay_mean_ms: known.then_some(mean),
            delay_p95_ms: p95,
            buffered_mean_ms: audio.delay_sum_us as f64 / audio.delay_ticks.max(1) as f64 / 1e3,
            target_max_ms: heard.moments.iter().map(|moment| moment.target_us).max().unwrap_or(0) as f64 / 1e3,
            jitter_ms: all.jitter_us as f64 / 1e3,
            r_listening: rating.map(|rating| rating.r_listening),
            mos_lq: rating.map(|rating| rating.mos_lq),
            network: leg.network,
        }
    }

    /// The table's lines: what, and how much.
    fn lines(&self) -> Vec<(&'static str, String)> {
        let ms = |ms: f64| format!("{ms:.0} ms");
        let delay = self.delay_mean_ms.zip(self.delay_p95_ms);
        let network = &self.network;
        vec![
            ("length", format!("{:.1} s", self.seconds)),
            ("packets accepted", self.packets.to_string()),
            ("lost by the network", format!("{}, {} in a row at most", network.lost, network.longest_loss)),
            ("missing when due", format!("{} ({:.2} %)", self.lost, self.lost_pct)),
            ("repaired", self.repaired.to_string()),
            ("late, reordered, twice", format!("{}, {}, {}", self.late, self.reordered, self.duplicate)),
            ("accepted, not played", self.discarded.to_string()),
            (
                "network jitter p50, p95, max",
                format!("{:.0}, {:.0}, {:.0} ms", network.delay_p50_ms, network.delay_p95_ms, network.delay_max_ms),
            ),
            (
                "delay heard, mean, p95",
                delay.map_or("unknown".into(), |(mean, p95)| {
                    format!("{mean:.0}, {p95:.0} ms behind the fastest packet")
                }),
            ),
            ("buffered, mean", ms(self.buffered_mean_ms)),
            ("largest target", ms(self.target_max_ms)),
            (
                "concealed",
                format!(
                    "{} ({:.2} %), {} times, {} ms at most",
                    ms(self.concealed_ms),
                    self.concealed_pct,
                    self.concealments,
                    self.longest_concealment_ms
                ),
            ),
            ("played faster, slower by", format!("{}, {}", ms(self.faster_ms), ms(self.slower_ms))),
            ("comfort noise", ms(self.comfort_noise_ms)),
            (
                "rated by the E-model",
                self.r_listening.zip(self.mos_lq).map_or("not".into(), |(r, mos)| format!("R {r:.0}, MOS {mos:.2}")),
            ),
        ]
    }
}

fn percent(part: u64, whole: u64) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

/// All legs side by side.
pub fn table(figures: &[Figures]) -> String {
    let columns: Vec<_> = figures.iter().map(Figures::lines).collect();
    let mut text = String::new();
    let width = |column: &Vec<(&str, String)>| column.iter().map(|line| line.1.chars().count()).max().unwrap_or(0) + 2;
    if figures.len() > 1 {
        let heads = columns.iter().enumerate().map(|(at, c)| format!("{:<1$}", format!("leg {}", at + 1), width(c)));
        text += format!("{:<30}{}\n", "", heads.collect::<String>()).trim_end();
        text.push('\n');
    }
    for row in 0..columns.first().map_or(0, Vec::len) {
        let cells = columns.iter().map(|column| format!("{:<1$}", column[row].1, width(column)));
        text += format!("{:<30}{}", columns[0][row].0, cells.collect::<String>()).trim_end();
        text.push('\n');
    }
    text
}

/// What a person who looks into a complaint should know.
pub fn warnings(leg: &Leg, heard: &Heard, figures: &Figures) -> Vec<String> {
    let mut found = leg.warnings.clone();
    let stats = &heard.stats;
    let late = stats.late + stats.discarded;
    if late > 0 {
        let reached = figures.target_max_ms + 20.0 >= f64::from(leg.max_delay_ms);
        let why = match (reached, leg.max_delay_ms) {
            (true, max) => format!("the jitter buffer's maximum of {max} ms was reached"),
            (false, max) => format!("the delay aimed at was {:.0} ms at most, of {max} allowed", figures.target_max_ms),
        };
        let share = percent(late, stats.received + stats.late);
        found.push(format!("{late} packets ({share:.1} %) late or not played: {why}"));
    }
    let network = &leg.network;
    if network.lost * 200 > network.sent {
        let pct = percent(network.lost, network.sent);
        found.push(format!("the network lost {pct:.1} % of the packets, {} in a row at most", network.longest_loss));
    }
    if figures.concealed_pct > 2.0 {
        found.push(format!("{:.1} % of the audio is invented: gaps will be heard", figures.concealed_pct));
    }
    let counts = [
        (stats.duplicate * 4 / stats.received.max(1), stats.duplicate, "packets came twice"),
        (stats.wrong_payload_type, stats.wrong_payload_type, "packets of a payload type that is not understood"),
        (stats.malformed, stats.malformed, "datagrams that are no sound RTP"),
        (stats.overflow, stats.overflow, "packets found the jitter buffer full, or were too large for it"),
        (stats.ingress_dropped, stats.ingress_dropped, "datagrams came too many at once"),
        (heard.refused, heard.refused, "datagrams are too short or too long for RTP audio"),
        (stats.resyncs, stats.resyncs, "jumps of sequence numbers or timestamps"),
    ];
    found.extend(counts.iter().filter(|(matters, ..)| *matters > 0).map(|(_, count, what)| format!("{count} {what}")));
    if stats.received_samples == 0 && heard.digits.is_empty() {
        found.push("nothing of this leg could be heard".into());
    }
    found
}

/// What a leg's session is to be remembered by.
pub fn json(leg: &Leg, heard: &Heard, figures: &Figures, warnings: &[String], wav: Option<String>) -> Value {
    let words = heard.stats.to_words();
    let stats: Map<String, Value> =
        SessionStats::NAMES.iter().zip(words).map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let happened = heard.happened.iter().map(|h| json!({ "at_s": h.at_s, "what": h.what }));
    json!({
        "title": leg.title,
        "codec": leg.codec.name(),
        "rate": leg.codec.rate.hz(),
        "wav": wav,
        "notes": leg.notes,
        "warnings": warnings,
        "digits": heard.digits,
        "happened": happened.collect::<Vec<_>>(),
        "figures": figures,
        "quality": heard.quality,
        "stats": stats,
    })
}

/// The digits in a row, and when.
pub fn digits(digits: &[Digit]) -> String {
    let each = digits.iter().map(|d| {
        let end = if d.complete { "" } else { ", its end never came" };
        format!("{} ({:.2} s, {} ms{end})", d.digit, d.at_s, d.duration_ms)
    });
    each.collect::<Vec<_>>().join(", ")
}
