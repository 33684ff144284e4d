//! Limits of quality, and alerts where a leg is beyond them for a while.

use serde::Serialize;

use crate::quality::{Findings, LegQuality};

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AlertKind {
    /// The listening MOS is too low.
    Mos,
    /// Too much is lost or discarded, in per cent.
    Loss,
    /// Too much jitter, in milliseconds.
    Jitter,
    /// Nobody has been heard for too long, in milliseconds.
    DeadAir,
    /// Packets have gone one way only for too long, in milliseconds.
    OneWay,
    /// Too much of what comes is clipped, in per cent.
    Clipping,
}

impl AlertKind {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Mos, Self::Loss, Self::Jitter, Self::DeadAir, Self::OneWay, Self::Clipping];
}

/// Limits; what has none is not watched.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Thresholds {
    /// Least listening MOS. Default 3.1: below it many are dissatisfied (G.107 Annex B).
    pub mos: Option<f64>,
    /// Most packets lost or discarded, in per cent. Default 5.
    pub loss: Option<f64>,
    /// Most interarrival jitter in milliseconds. Default 60.
    pub jitter_ms: Option<f64>,
    /// Longest time in which nobody is heard. Default 15 s.
    pub dead_air_ms: Option<f64>,
    /// Longest time in which packets go one way only. Default 5 s.
    pub one_way_ms: Option<f64>,
    /// Most of what comes that is clipped, in per cent of the frames. Default 5.
    pub clipping: Option<f64>,
    /// Looks in a row beyond a limit that raise an alert. Default 2.
    pub raise_after: u32,
    /// Looks in a row well within it, by a tenth, that clear it. Default 3.
    pub clear_after: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            mos: Some(3.1),
            loss: Some(5.0),
            jitter_ms: Some(60.0),
            dead_air_ms: Some(15_000.0),
            one_way_ms: Some(5_000.0),
            clipping: Some(5.0),
            raise_after: 2,
            clear_after: 3,
        }
    }
}

impl Thresholds {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// No limits at all.
    pub fn none() -> Self {
        let limit = None;
        Self {
            mos: limit,
            loss: limit,
            jitter_ms: limit,
            dead_air_ms: limit,
            one_way_ms: limit,
            clipping: limit,
            ..Self::default()
        }
    }

    /// Sets the limit of one kind, in the unit that [`AlertKind`] says.
    pub fn limit(mut self, kind: AlertKind, limit: f64) -> Self {
        *match kind {
            AlertKind::Mos => &mut self.mos,
            AlertKind::Loss => &mut self.loss,
            AlertKind::Jitter => &mut self.jitter_ms,
            AlertKind::DeadAir => &mut self.dead_air_ms,
            AlertKind::OneWay => &mut self.one_way_ms,
            AlertKind::Clipping => &mut self.clipping,
        } = Some(limit);
        self
    }

    /// Sets after how many looks in a row alerts are raised and cleared.
    pub fn after(mut self, raise: u32, clear: u32) -> Self {
        (self.raise_after, self.clear_after) = (raise.max(1), clear.max(1));
        self
    }

    fn of(&self, kind: AlertKind) -> Option<f64> {
        match kind {
            AlertKind::Mos => self.mos,
            AlertKind::Loss => self.loss,
            AlertKind::Jitter => self.jitter_ms,
            AlertKind::DeadAir => self.dead_air_ms,
            AlertKind::OneWay => self.one_way_ms,
            AlertKind::Clipping => self.clipping,
        }
    }
}

/// A limit that was crossed, or that a leg is within again.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Alert {
    /// What it is about.
    pub kind: AlertKind,
    /// What was measured.
    pub value: f64,
    /// The limit.
    pub limit: f64,
    /// It was raised; otherwise it is over.
    pub raised: bool,
}

/// Which alerts stand, and what speaks for a change.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alarms([Alarm; AlertKind::ALL.len()]);

#[derive(Clone, Copy, Debug, Default)]
struct Alarm {
    raised: bool,
    looks: u32,
}

/// How far within a limit a leg is where an alert may end.
const WELL_WITHIN: f64 = 0.1;

impl Alarms {
    /// Takes in a look; tells what has changed. What was not measured changes nothing.
    pub fn look(&mut self, limits: &Thresholds, quality: &LegQuality, found: &Findings, mut tell: impl FnMut(Alert)) {
        for (alarm, kind) in self.0.iter_mut().zip(AlertKind::ALL) {
            let (Some(limit), Some(value)) = (limits.of(kind), measured(kind, quality, found)) else { continue };
            let lower = kind == AlertKind::Mos;
            let beyond = |limit: f64| if lower { value < limit } else { value > limit };
            // No connection is better than 4.5, so a limit near that is well met at 4.4.
            let well =
                if lower { (limit * (1.0 + WELL_WITHIN)).min(limit.max(4.4)) } else { limit * (1.0 - WELL_WITHIN) };
            let (speaks, needed) = match alarm.raised {
                true => (!beyond(well), limits.clear_after),
                false => (beyond(limit), limits.raise_after),
            };
            alarm.looks = if speaks { alarm.looks + 1 } else { 0 };
            if alarm.looks >= needed {
                *alarm = Alarm { raised: !alarm.raised, looks: 0 };
                tell(Alert { kind, value, limit, raised: alarm.raised });
            }
        }
    }

    /// The alerts that stand.
    pub fn raised(&self) -> impl Iterator<Item = AlertKind> + '_ {
        self.0.iter().zip(AlertKind::ALL).filter(|(alarm, _)| alarm.raised).map(|(_, kind)| kind)
    }
}

fn measured(kind: AlertKind, quality: &LegQuality, found: &Findings) -> Option<f64> {
    match kind {
        AlertKind::Mos => quality.rating.map(|rating| rating.mos_lq),
        AlertKind::Loss => (quality.packets > 0).then_some(100.0 * (quality.loss + quality.discard)),
        AlertKind::Jitter => (quality.packets > 0).then_some(quality.jitter_ms),
        AlertKind::DeadAir => found.dead_air_ms.map(|ms| ms as f64),
        AlertKind::OneWay => Some(found.one_way.map_or(0.0, |(_, ms)| ms as f64)),
        AlertKind::Clipping => found.clipped.map(|part| 100.0 * part),
    }
}
