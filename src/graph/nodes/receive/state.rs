//! What a receiver consists of.

use crate::buffer::{AtRate, JitterConfig, Playout};
use crate::codec::CodecSpec;
use crate::graph::ParamId;
use crate::graph::nodes::beside::Beside;
use crate::graph::nodes::receive::Wanted;
use crate::graph::nodes::receive::lines::{Incoming, Line};
use crate::quality::Level;
use crate::rt::{ByteConsumer, byte_ring, prefault};
use crate::rtp::{Payloads, Reception};
use crate::types::{Millis, PayloadType, SampleRate, Ssrc};

/// Codecs that a leg takes at once at most, those among them that it gave up of late.
const MOST_LINES: usize = 8;

/// Jitter buffer, decoder and concealment behind an ingress ring.
///
/// One node and not three, since each decision goes both ways between them: the decoder's backlog
/// decides what the buffer releases, and concealment decides how the next packet is joined.
#[repr(C, align(64))]
pub struct Receive {
    pub(super) datagrams: ByteConsumer,
    /// The line whose packets pass undecoded.
    pub(super) relay: Option<u8>,
    /// A packet was accepted, and the host was told so.
    pub(super) heard: bool,
    pub(super) told: bool,
    /// Begins with what every tick touches.
    pub(super) playout: Playout,
    pub(super) incoming: Incoming,
    pub(super) counts: Counts,
    pub(super) level: Level,
    pub(super) rate: SampleRate,
    pub(super) codec: CodecSpec,
    /// Apart, since most streams have audio alone.
    pub(super) beside: Option<Box<Beside>>,
    /// Digits told before this receiver succeeded another one.
    pub(super) digits: u64,
    /// Where the host is told what is missing; a receiver that succeeds another one gets that one's.
    pub(super) wanted: Option<Wanted>,
    /// Its datagrams are copies, made by a session that may run before or after it in a tick: each is taken in the tick after.
    pub(super) copied: bool,
    /// Datagrams taken ahead of the tick that comes.
    pub(super) ahead: usize,
    /// The codec and packet time that packets have from here on, until the host is told.
    pub(super) changed: Option<(PayloadType, Millis)>,
    /// What is still to be played before its session goes.
    pub(super) draining: Option<Draining>,
    /// Lines of a receiver that this one succeeds, each behind the line here that goes on with its decoder.
    pub(super) kept: Vec<(u8, u8)>,
}

/// The end of what a receiver still plays.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draining {
    /// The last packet of it.
    pub last: u64,
    /// Ticks of it that are decoded, when the last packet is.
    pub ticks: Option<usize>,
}

/// What a receiver counts beside playout.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub datagrams: u64,
    pub malformed: u64,
    pub wrong_payload_type: u64,
    pub relay_dropped: u64,
    /// Telephone events of another source than the audio's.
    pub apart: u64,
    /// What came of the source, by its numbers.
    pub reception: Reception,
}

impl Receive {
    /// 0.0 decodes; 1.0 + n passes packets of line n on to the far leg undecoded.
    pub const RELAY: ParamId = ParamId(0);
    /// 1.0 keeps telephone events from the far leg; they are told all the same.
    pub const MUTE: ParamId = ParamId(1);

    /// A receiver of one of `codecs`, mostly the first, in packets of mostly `ptime`, with the reading
    /// end of its ingress ring. Its audio is at the first codec's rate. Allocates.
    pub fn new(codecs: &[CodecSpec], ptime: Millis, jitter: JitterConfig, datagrams: ByteConsumer) -> Self {
        let lines = codecs.iter().map(|codec| Line { codec: *codec, leaving: false }).collect();
        Self::with_lines(lines, ptime, jitter, datagrams, codecs[0].rate)
    }

    /// A receiver that is to succeed one of the codecs `before`: packets of theirs that are under way
    /// are still taken. Allocates.
    pub fn after(before: &[CodecSpec], codecs: &[CodecSpec], ptime: Millis, jitter: JitterConfig) -> Self {
        let mut lines: Vec<_> = codecs.iter().map(|codec| Line { codec: *codec, leaving: false }).collect();
        let mut kept = Vec::new();
        for (old, codec) in (0u8..).zip(before) {
            let here = lines.iter().position(|line| line.codec == *codec);
            if here.is_none() && lines.len() < MOST_LINES {
                lines.push(Line { codec: *codec, leaving: true });
            }
            let here = here.unwrap_or(lines.len() - 1);
            if lines[here].codec == *codec {
                kept.push((here as u8, old));
            }
        }
        let old_rate = before.first().map_or(lines[0].codec.rate, |codec| codec.rate);
        // A ring nobody writes to, until the old one is taken over.
        let (_, nothing) = byte_ring(64);
        let this = Self::with_lines(lines, ptime, jitter, nothing, old_rate);
        Self { playout: this.playout.after(old_rate), kept, ..this }
    }

    /// Takes other payloads than the codecs' as well. Allocates.
    pub fn with(mut self, payloads: Payloads) -> Self {
        if payloads.comfort_noise.is_some() {
            self.playout = self.playout.with_comfort();
        }
        self.beside = (!payloads.is_empty()).then(|| Box::new(Beside::new(payloads, self.codec.clock_rate)));
        self
    }

    /// Packets tell how loud they are in this header extension (RFC 6464).
    pub fn telling_level(mut self, id: Option<u8>) -> Self {
        self.incoming.audio_level = id;
        self
    }

    /// Takes copies of another session's datagrams, each in the tick that it is stamped with.
    pub fn copied(mut self, copied: bool) -> Self {
        self.copied = copied;
        self
    }

    /// Tells what is missing there.
    pub fn telling(mut self, wanted: Wanted) -> Self {
        self.wanted = Some(wanted);
        self
    }

    /// Another source is about to take the stream over. Real-time.
    pub(crate) fn expect_source(&mut self, ssrc: Option<Ssrc>) {
        self.playout.expect_source(ssrc);
    }

    /// The codecs that it takes, by line.
    pub fn codecs(&self) -> impl Iterator<Item = CodecSpec> + '_ {
        self.incoming.lines.iter().map(|line| line.codec)
    }

    fn with_lines(
        lines: Vec<Line>,
        ptime: Millis,
        jitter: JitterConfig,
        datagrams: ByteConsumer,
        old_rate: SampleRate,
    ) -> Self {
        let first = lines[0].codec;
        let mut playout = Playout::new(jitter, first.mono_decoder(), first.clock_rate);
        for (line, at) in lines.iter().zip(0u8..).skip(1) {
            // A codec that leaves goes on with its decoder, whatever the rate is now.
            let decoder = match line.leaving && old_rate != first.rate {
                true => AtRate::empty(old_rate, first.rate),
                false => AtRate::of(line.codec.mono_decoder(), first.rate),
            };
            playout = playout.and_line(at, decoder);
        }
        // Zeroed memory may be a promise of the kernel only; the worker must not be the one to claim it.
        let (samples, payloads) = playout.storage();
        prefault(samples);
        prefault(payloads);
        let mut incoming = Incoming::new(lines, first.clock_rate);
        incoming.agree(ptime);
        Self {
            rate: first.rate,
            codec: first,
            datagrams,
            playout,
            incoming,
            relay: None,
            heard: false,
            told: false,
            counts: Counts::default(),
            level: Level::default(),
            copied: false,
            ahead: 0,
            changed: None,
            draining: None,
            kept: Vec::new(),
            wanted: None,
            digits: 0,
            beside: None,
        }
    }
}
