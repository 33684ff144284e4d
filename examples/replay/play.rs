//! Legs through sessions of an engine in virtual time: what each heard, and how it went, tick by tick.

use std::error::Error;
use std::path::PathBuf;

use media_core::frame::Provenance;
use media_core::graph::NodeEventKind;
use media_core::{
    EngineConfig, EventKind, EventStream, IoGroup, LegQuality, Micros, Millis, OfflineEngine, SessionId, SessionStats,
    TapPoint, TapReader, TapWriter, Tick,
};

use crate::leg::{LEAD_US, Leg};

/// 10 ms of a leg.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub provenance: Provenance,
    /// Behind the fastest way through the network, where it is known what was played.
    pub delay_us: Option<i64>,
    pub target_us: u64,
    /// Packets that came too late, or were dropped since they had waited too long.
    pub late: u64,
    pub accelerated: u64,
    pub expanded: u64,
}

/// Something that the session reported.
pub struct Happened {
    pub at_s: f64,
    pub what: String,
}

/// A digit that was pressed.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Digit {
    pub digit: String,
    /// Seconds since the start of the replay, when its end was told.
    pub at_s: f64,
    pub duration_ms: u32,
    pub complete: bool,
}

/// What came of a leg.
pub struct Heard {
    /// After the last packet that was played: what comes behind it is no fault of the network.
    pub audio: SessionStats,
    pub stats: SessionStats,
    /// How that is rated.
    pub quality: Option<LegQuality>,
    /// Datagrams that no session would take.
    pub refused: u64,
    pub moments: Vec<Moment>,
    pub digits: Vec<Digit>,
    pub happened: Vec<Happened>,
}

struct Seat<'a> {
    leg: &'a Leg,
    id: SessionId,
    ingress: media_core::IngressPort,
    tap: TapReader,
    wav: Option<TapWriter>,
    next: usize,
    by_time: Vec<(u32, i64)>,
    before: SessionStats,
    heard: Heard,
}

/// Seconds that a replay may last.
const LONGEST_S: u64 = 24 * 3_600;
/// Time after the last arrival, for what still waits.
const TAIL_US: u64 = 2_500_000;

/// Plays all legs, each into a WAV file of its own.
pub fn run(legs: &[Leg], wavs: &[PathBuf]) -> Result<Vec<Heard>, Box<dyn Error>> {
    let last_us = legs.iter().filter_map(|leg| Some(leg.arrivals.last()?.at_us)).max().ok_or("there is no packet")?;
    if last_us > LONGEST_S * 1_000_000 {
        return Err(format!("{} hours are too long: choose a stream by --ssrc", last_us / 3_600_000_000).into());
    }
    let config = EngineConfig::new().workers(1).phases(1).max_sessions(legs.len()).stats_interval(1);
    let mut engine = OfflineEngine::new(config)?;
    let (control, mut events) = (engine.control(), engine.events().ok_or("the events are taken")?);
    let mut egress = engine.egress(IoGroup(0)).ok_or("the egress is taken")?;
    let mut seats = Vec::new();
    for (at, leg) in legs.iter().enumerate() {
        let created = control.create(leg.spec.clone())?;
        let (_, tap, opened) = control.tap(created.id, TapPoint::Received, Millis(100))?;
        opened.detach();
        let wav = match wavs.get(at) {
            Some(path) => {
                let mut wav = TapWriter::create(path, tap.rate()).map_err(|e| format!("{}: {e}", path.display()))?;
                wav.start_at(Tick(LEAD_US / 10_000));
                Some(wav)
            }
            None => None,
        };
        seats.push(Seat::new(leg, created, tap, wav));
    }
    for _ in 0..(LEAD_US + last_us + TAIL_US).div_ceil(10_000) {
        let now = engine.now();
        seats.iter_mut().for_each(|seat| seat.arrive(now));
        let tick = engine.tick();
        egress.pull(usize::MAX, |_, _| {});
        for seat in &mut seats {
            let stats = control.stats(seat.id)?;
            seat.listen(tick, &stats)?;
        }
        report(&mut events, &mut seats);
    }
    for seat in &mut seats {
        seat.heard.quality = Some(control.quality(seat.id)?);
    }
    seats.into_iter().map(Seat::finish).collect()
}

fn report(events: &mut EventStream, seats: &mut [Seat<'_>]) {
    while let Some(event) = events.try_next() {
        let Some(seat) = seats.iter_mut().find(|seat| event.session == Some(seat.id)) else { continue };
        let at_s = (event.tick.start().0 as f64 - LEAD_US as f64) / 1e6;
        let what = match event.kind {
            EventKind::Node { kind: NodeEventKind::Digit { code, duration, complete, .. }, .. } => {
                let digit = Digit { digit: digit(code), at_s, duration_ms: duration.0, complete };
                seat.heard.digits.push(digit);
                continue;
            }
            EventKind::Node { kind: NodeEventKind::SourceSwitched { ssrc }, .. } => {
                format!("another source: SSRC {:#010x}", ssrc.0)
            }
            EventKind::CodecChanged { codec, ptime, .. } => format!("{} in packets of {} ms", codec.name(), ptime.0),
            EventKind::Panicked => "the session panicked: please report this".into(),
            _ => continue,
        };
        seat.heard.happened.push(Happened { at_s, what });
    }
}

fn digit(code: u8) -> String {
    match code {
        0..=9 => code.to_string(),
        10 => "*".into(),
        11 => "#".into(),
        12..=15 => char::from(b'A' + code - 12).to_string(),
        16 => "flash".into(),
        _ => format!("event {code}"),
    }
}

impl<'a> Seat<'a> {
    fn new(leg: &'a Leg, created: media_core::Created, tap: TapReader, wav: Option<TapWriter>) -> Self {
        let mut by_time: Vec<(u32, i64)> = leg.places.iter().map(|place| (place.timestamp, place.due_us)).collect();
        by_time.sort_unstable();
        let heard = Heard {
            audio: SessionStats::default(),
            stats: SessionStats::default(),
            quality: None,
            refused: 0,
            moments: Vec::new(),
            digits: Vec::new(),
            happened: Vec::new(),
        };
        let (id, ingress) = (created.id, created.ingress);
        created.op.detach();
        Self { leg, id, ingress, tap, wav, next: 0, by_time, before: SessionStats::default(), heard }
    }

    /// What has come by now.
    fn arrive(&mut self, now: Micros) {
        while let Some(arrival) = self.leg.arrivals.get(self.next).filter(|a| a.at_us + LEAD_US <= now.0) {
            // What is refused is counted by the port or by the session.
            let _ = self.ingress.push(&arrival.datagram, Micros(arrival.at_us + LEAD_US));
            self.next += 1;
        }
    }

    fn listen(&mut self, tick: Tick, stats: &SessionStats) -> Result<(), Box<dyn Error>> {
        let before = std::mem::replace(&mut self.before, *stats);
        while let Some(frame) = self.tap.read() {
            if let Some(wav) = &mut self.wav {
                wav.write(&frame)?;
            }
            let provenance = frame.info.provenance;
            let played = matches!(provenance, Provenance::Received | Provenance::Repaired | Provenance::Stretched);
            if played || stats.received == 0 {
                self.heard.audio = *stats;
            }
            let moment = Moment {
                provenance,
                delay_us: if played { self.delay(tick, frame.info.media_time) } else { None },
                target_us: stats.target_delay_us,
                late: stats.late + stats.discarded - before.late - before.discarded,
                accelerated: stats.accelerated_samples - before.accelerated_samples,
                expanded: stats.expanded_samples - before.expanded_samples,
            };
            self.heard.moments.push(moment);
        }
        Ok(())
    }

    /// How long after its time on the fastest way the audio of this tick is heard.
    fn delay(&self, tick: Tick, media_time: u64) -> Option<i64> {
        let (rate, clock) = (u64::from(self.leg.codec.rate.hz()), u64::from(self.leg.codec.clock_rate));
        let units = (u128::from(media_time) * u128::from(clock) / u128::from(rate)) as u32;
        let at = self.by_time.partition_point(|(timestamp, _)| *timestamp <= units).checked_sub(1)?;
        let (timestamp, due_us) = self.by_time[at];
        let within_us = i64::from(units - timestamp) * 1_000_000 / clock as i64;
        let now_us = tick.start().0 as i64 - LEAD_US as i64;
        // In the middle of a packet of 120 ms at most.
        (within_us <= 120_000).then_some(now_us - due_us - within_us)
    }

    fn finish(mut self) -> Result<Heard, Box<dyn Error>> {
        if let Some(wav) = self.wav.take() {
            wav.finish()?;
        }
        self.heard.stats = self.before;
        self.heard.refused = self.ingress.rejected();
        Ok(self.heard)
    }
}
