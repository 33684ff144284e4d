//! What happened: who talked when, who came and went, and what everybody heard.

use std::fmt;

use media_core::{Event, EventKind, SessionId};

use crate::phone::Phone;
use crate::script::Act;

/// Someone's part.
pub struct Part {
    pub name: &'static str,
    /// In the room, in ticks.
    pub inside: Vec<(u64, u64)>,
    /// Heard as a talker.
    pub talked: Vec<(u64, u64)>,
    pub dominant: u32,
    /// dB of what was said, a tick each.
    pub levels: Vec<f32>,
    heard: Vec<f32>,
    rate: u32,
}

pub struct Story {
    pub parts: Vec<Part>,
    pub ticks: u64,
    /// Whispers and announcements: what, from, to.
    pub spans: Vec<(&'static str, u64, u64)>,
    announcer: Option<SessionId>,
}

/// Not over yet.
const OPEN: u64 = u64::MAX;

impl Story {
    pub fn new(names: &[&'static str], ticks: u64) -> Self {
        let part = |&name| Part {
            name,
            inside: Vec::new(),
            talked: Vec::new(),
            dominant: 0,
            levels: Vec::new(),
            heard: Vec::new(),
            rate: 8_000,
        };
        Self { parts: names.iter().map(part).collect(), ticks, spans: Vec::new(), announcer: None }
    }

    pub fn announcer(&mut self, id: SessionId) {
        self.announcer = Some(id);
    }

    /// Takes note of a step of the plan.
    pub fn acted(&mut self, tick: u64, act: Act) {
        match act {
            Act::Whisper(from, to, true) => {
                say(tick, &format!("{} whispers to {}", self.parts[from].name, self.parts[to].name));
                self.spans.push(("whisper", tick, OPEN));
            }
            Act::Whisper(.., false) => self.over("whisper", tick),
            Act::Announce => {
                say(tick, "an announcement, all others at -18 dB");
                self.spans.push(("announcement", tick, OPEN));
            }
            _ => {}
        }
    }

    pub fn announced(&mut self, tick: u64) {
        say(tick, "the announcement is over");
        self.over("announcement", tick);
    }

    fn over(&mut self, what: &str, tick: u64) {
        for (_, _, end) in self.spans.iter_mut().filter(|(name, _, end)| *name == what && *end == OPEN) {
            *end = tick;
        }
    }

    /// Takes note of an event.
    pub fn told(&mut self, tick: u64, event: &Event, ids: &[SessionId]) {
        if event.session.is_some() && event.session == self.announcer {
            return;
        }
        let Some(part) = ids.iter().position(|id| Some(*id) == event.session).and_then(|n| self.parts.get_mut(n))
        else {
            return;
        };
        let close = |spans: &mut Vec<(u64, u64)>| {
            if let Some((_, end)) = spans.last_mut().filter(|(_, end)| *end == OPEN) {
                *end = tick;
            }
        };
        match &event.kind {
            EventKind::Joined { .. } => {
                part.inside.push((tick, OPEN));
                say(tick, &format!("{} comes in", part.name));
            }
            EventKind::Left { .. } => {
                close(&mut part.inside);
                close(&mut part.talked);
                say(tick, &format!("{} leaves", part.name));
            }
            EventKind::TalkStart { level, .. } => {
                part.talked.push((tick, OPEN));
                say(tick, &format!("{} talks ({:.0} dBov)", part.name, level.0));
            }
            EventKind::TalkStop { .. } => {
                close(&mut part.talked);
                say(tick, &format!("{} pauses", part.name));
            }
            EventKind::Dominant { .. } => part.dominant += 1,
            _ => {}
        }
    }

    /// The meeting is over.
    pub fn end(&mut self, phones: Vec<Phone>) {
        let ticks = self.ticks;
        for (part, phone) in self.parts.iter_mut().zip(phones) {
            for (_, end) in part.inside.iter_mut().chain(&mut part.talked) {
                *end = (*end).min(ticks);
            }
            (part.levels, part.heard, part.rate) = (phone.levels, phone.heard, phone.codec.rate.hz());
        }
        self.spans.iter_mut().for_each(|(_, _, end)| *end = (*end).min(ticks));
    }

    /// What everybody heard: name, rate, audio.
    pub fn heard(&self) -> impl Iterator<Item = (&'static str, u32, &[f32])> {
        self.parts.iter().map(|part| (part.name, part.rate, &part.heard[..]))
    }

    pub fn seconds(&self) -> f64 {
        self.ticks as f64 / 100.0
    }
}

/// Prints what happens, as it happens.
fn say(tick: u64, what: &str) {
    println!("{:6.2} s  {what}", tick as f64 / 100.0);
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "           in the room   talked   turns   dominant   heard (rms)")?;
        for part in &self.parts {
            let sum = |spans: &[(u64, u64)]| spans.iter().map(|(from, to)| to - from).sum::<u64>() as f64 / 100.0;
            let power = part.heard.iter().map(|s| s * s).sum::<f32>() / part.heard.len().max(1) as f32;
            writeln!(
                f,
                "{:8} {:10.1} s {:8.1} s {:5} {:8}   {:8.1} dBFS",
                part.name,
                sum(&part.inside),
                sum(&part.talked),
                part.talked.len(),
                part.dominant,
                10.0 * power.max(1e-9).log10()
            )?;
        }
        Ok(())
    }
}
