//! The codecs that a leg takes: which packet is of which, and when the sender has changed.

use crate::buffer::{Arrival, Clocks, unwrap32};
use crate::codec::CodecSpec;
use crate::rtp::extension::AudioLevel;
use crate::types::{Millis, PayloadType};

/// A codec that a leg takes.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// The codec.
    pub codec: CodecSpec,
    /// It was given up: packets are taken that were sent before the first of another codec.
    pub leaving: bool,
}

/// What is known of the stream beside its audio.
pub(super) struct Incoming {
    pub lines: Vec<Line>,
    pub clocks: Clocks,
    /// The line of the packet before.
    pub line: u8,
    /// First sequence number of a codec that stays, where some are leaving.
    pub stays_from: Option<u16>,
    /// The header extension in which packets tell how loud they are (RFC 6464).
    pub audio_level: Option<u8>,
    /// The last timestamp on its own clock, unwrapped.
    raw: u64,
    /// The timestamp of the packet at hand, where its clock is not that of playout.
    pub wire: Option<u32>,
    run: Run,
}

/// Packets in a row of one length.
#[derive(Clone, Copy, Default)]
struct Run {
    samples: u32,
    next: u32,
    count: u8,
    /// The length told to the host.
    told: u32,
}

/// Packets of another length that prove another packet time: single ones come before a pause.
const PROOF: u8 = 3;

impl Incoming {
    pub fn new(lines: Vec<Line>, clock_rate: u32) -> Self {
        Self {
            lines,
            clocks: Clocks::new(clock_rate),
            line: 0,
            stays_from: None,
            audio_level: None,
            raw: 1 << 40,
            wire: None,
            run: Run::default(),
        }
    }

    /// The line of a packet. Codecs that stay go first where a payload type has two meanings.
    pub fn line_of(&self, payload_type: PayloadType, sequence: u16) -> Option<u8> {
        let is = |line: &Line| line.codec.payload_type == payload_type;
        let first = self.lines.iter().position(is)?;
        let late = |from: u16| sequence.wrapping_sub(from) as i16 >= 0;
        let gone = self.lines[first].leaving && self.stays_from.is_some_and(late);
        (!gone).then_some(first as u8)
    }

    /// Whether a datagram's header says that nobody talks in it.
    pub fn tells_calm(&self, datagram: &[u8]) -> bool {
        self.audio_level.and_then(|id| AudioLevel::of(datagram, id)).is_some_and(AudioLevel::is_calm)
    }

    /// The rate of a line's timestamps.
    pub fn clock_of(&self, line: u8) -> u32 {
        self.lines.get(usize::from(line)).map_or(self.clocks.reference(), |line| line.codec.clock_rate)
    }

    /// The timestamp of the packet at hand, placed at `timestamp`, on its own clock.
    pub fn own_time(&mut self, timestamp: u64) -> u64 {
        self.raw = self.wire.map_or(timestamp, |wire| unwrap32(self.raw, wire));
        self.raw
    }

    /// Takes note of an accepted packet; the codec and packet time, if one has changed.
    pub fn note(&mut self, line: u8, packet: &Arrival<'_>, in_order: bool) -> Option<(PayloadType, Millis)> {
        let Line { codec, leaving } = *self.lines.get(usize::from(line))?;
        if !leaving && self.stays_from.is_none_or(|from| (packet.sequence.wrapping_sub(from) as i16) < 0) {
            self.stays_from = self.lines.last().filter(|last| last.leaving).map(|_| packet.sequence);
        }
        if !in_order {
            return None;
        }
        let changed = std::mem::replace(&mut self.line, line) != line;
        let samples = codec.payload_samples(packet.payload) as u32;
        let clock = self.clocks.reference();
        let units = (u64::from(samples) * u64::from(clock) / u64::from(codec.rate.hz())) as u32;
        let run = &mut self.run;
        let goes_on = !changed && samples == run.samples && packet.timestamp == run.next;
        run.count = if goes_on { run.count.saturating_add(1) } else { 1 };
        (run.samples, run.next) = (samples, packet.timestamp.wrapping_add(units));
        let ms = samples * 1_000 / codec.rate.hz();
        let proved = run.count == PROOF && ms != run.told;
        if proved {
            run.told = ms;
        }
        // What was told before stays true until the new codec has proved another one.
        (changed || proved).then_some((codec.payload_type, Millis(run.told)))
    }

    /// Goes on where another receiver's stream is; `kept` pairs lines here with lines there.
    pub fn succeed(&mut self, old: &Self, kept: &[(u8, u8)]) {
        (self.clocks, self.audio_level) = (old.clocks.clone(), old.audio_level);
        (self.raw, self.run) = (old.raw, Run { told: self.run.told, ..old.run });
        self.line = kept.iter().find(|pair| pair.1 == old.line).map_or(self.line, |pair| pair.0);
    }

    /// The packet time that the host counts on.
    pub fn agree(&mut self, ptime: Millis) {
        self.run.told = ptime.0;
    }
}
