//! What is kept of calls for people and for bills: the operator's view while they last, a record at their end.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use media_core::{LegQuality, QualityRecord, SessionId};
use serde_json::json;

use crate::switch::lock;

/// Looks at a leg that are kept: ten minutes, one in 2 s.
const MOST_LOOKS: usize = 300;

/// A call as the operator sees it.
#[derive(Debug)]
pub struct Shown {
    pub from: String,
    pub to: String,
    pub state: &'static str,
    pub began: SystemTime,
    pub since: Instant,
    pub legs: Vec<ShownLeg>,
    /// Of legs that have ended.
    pub records: Vec<QualityRecord>,
}

/// One of its legs.
#[derive(Debug)]
pub struct ShownLeg {
    pub session: SessionId,
    pub party: String,
    /// Listening MOS, look by look; `None` where nothing was to be rated.
    pub mos: Vec<Option<f64>>,
}

impl Shown {
    /// A call that begins.
    pub fn new(from: &str, to: &str) -> Self {
        let (from, to) = (from.to_owned(), to.to_owned());
        let (began, since) = (SystemTime::now(), Instant::now());
        Self { from, to, state: "calling", began, since, legs: Vec::new(), records: Vec::new() }
    }

    /// A leg was looked at.
    pub fn looked(&mut self, session: SessionId, quality: &LegQuality) {
        if let Some(leg) = self.legs.iter_mut().find(|leg| leg.session == session) {
            if leg.mos.len() == MOST_LOOKS {
                leg.mos.remove(0);
            }
            leg.mos.push(quality.rating.map(|rating| rating.mos_lq));
        }
    }
}

/// Call detail records: one line of JSON for each call.
pub struct Records(Option<Mutex<File>>);

impl Records {
    /// Into a file, behind what is there, if one is given.
    pub fn open(path: Option<&Path>) -> std::io::Result<Self> {
        let open = |path| OpenOptions::new().create(true).append(true).open(path).map(Mutex::new);
        path.map(open).transpose().map(Self)
    }

    /// A call has ended.
    pub fn write(&self, call: u64, shown: &Shown, end: &str) -> std::io::Result<()> {
        let Some(file) = &self.0 else { return Ok(()) };
        let began = shown.began.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let line = json!({
            "call": call, "from": shown.from, "to": shown.to, "began": began,
            "seconds": shown.since.elapsed().as_secs_f64(), "end": end, "legs": shown.records,
        });
        lock(file).write_all(format!("{line}\n").as_bytes())
    }
}

/// A leg's record for people.
pub fn told(record: &QualityRecord) -> String {
    let quality = &record.quality;
    let mos = quality.rating.map_or("unrated".to_owned(), |rating| format!("MOS {:.2}", rating.mos_lq));
    format!(
        "{}: {mos}, {} packets, {:.1} % lost, {:.1} % late, jitter {:.1} ms",
        record.codecs[0],
        quality.packets,
        100.0 * quality.loss,
        100.0 * quality.discard,
        quality.jitter_ms
    )
}
