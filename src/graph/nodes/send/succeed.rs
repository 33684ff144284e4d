//! Another codec or packet time in mid-call: the stream goes on, and no audio is left out.
//!
//! Audio that waited for the end of a packet is sent at once as a shorter one where it is encoded
//! already; otherwise it begins the first packet of the new kind.

use crate::graph::Io;
use crate::graph::nodes::Send;
use crate::processing::format::Resampler;
use crate::rtp::RTP_HEADER_BYTES;
use crate::types::SampleRate;

/// What a sender takes over from the one before.
#[derive(Default)]
pub(super) struct Inherited {
    /// A packet to be sent first.
    packet: Vec<u8>,
    bytes: usize,
    /// Audio that no packet holds yet.
    audio: Vec<f32>,
    samples: usize,
    resampler: Option<Box<Resampler>>,
}

/// Ticks that wait for the end of a packet at most.
const MOST_TICKS: usize = 5;

impl Send {
    /// Prepares to succeed a sender of audio at `rate`. Allocates.
    pub fn after(mut self, rate: SampleRate) -> Self {
        self.inherited.audio = vec![0.0; MOST_TICKS * rate.per_tick().max(self.rate.per_tick())];
        self.inherited.resampler = (rate != self.rate).then(|| Box::new(Resampler::new(rate, self.rate)));
        self
    }

    pub(super) fn take_over(&mut self, old: &mut Self) {
        (self.sent, self.sent_bytes, self.relayed) = (old.sent, old.sent_bytes, old.relayed);
        (self.egress_dropped, self.relay_dropped) = (old.egress_dropped, old.relay_dropped);
        (self.passing, self.transmits) = (old.passing, old.transmits);
        self.level = old.level.clone();
        let clock = (self.codec.clock_rate, self.length / self.rate.per_tick());
        let same_clock = clock == (old.codec.clock_rate, old.length / old.rate.per_tick());
        if let (Some(new), Some(old)) = (&mut self.beside, &mut old.beside) {
            new.take_over(old, same_clock);
        }
        if self.codec == old.codec.under(self.codec.payload_type) {
            std::mem::swap(&mut self.encoder, &mut old.encoder);
            self.share.tuned = old.share.tuned;
        }
        self.timeline = old.timeline.clone();
        let mut now = self.timeline.now();
        // A sender that was itself succeeded before it ran hands on what it was left.
        std::mem::swap(&mut self.inherited.packet, &mut old.inherited.packet);
        self.inherited.bytes = old.inherited.bytes;
        if old.filled > 0 && !old.passing && !old.failed {
            if old.frame.is_empty() {
                let header = self.timeline.packet(old.started, old.clock_ticks(old.filled), false);
                old.packet[..RTP_HEADER_BYTES].copy_from_slice(&header.to_bytes());
                std::mem::swap(&mut self.inherited.packet, &mut old.packet);
                self.inherited.bytes = RTP_HEADER_BYTES + old.encoded.bytes;
            } else {
                self.inherited.take(&old.frame[..old.filled], self.rate.per_tick(), old.rate.per_tick());
                // What waits is sent on the new clock.
                now = old.started;
            }
        }
        self.timeline.go_on_as(self.codec.payload_type, self.codec.clock_rate, now);
    }

    /// Sends what the sender before has left: a packet, and audio that goes first.
    pub(super) fn settle_inheritance(&mut self, io: &mut Io<'_>) {
        let bytes = std::mem::take(&mut self.inherited.bytes);
        if bytes > 0 {
            let session = io.session();
            let (_, egress) = io.far_and_egress();
            if egress.send(self.io, session.tag(), &[&self.inherited.packet[..bytes]]) {
                self.sent += 1;
                self.sent_bytes += (bytes - RTP_HEADER_BYTES) as u64;
            } else {
                self.egress_dropped += 1;
            }
        }
        let samples = std::mem::take(&mut self.inherited.samples);
        let audio = std::mem::take(&mut self.inherited.audio);
        for tick in audio[..samples].chunks(self.rate.per_tick()) {
            self.encode(Some(tick), io);
            self.timeline.advance(self.clock_ticks(tick.len()));
        }
        self.inherited.audio = audio;
    }

    pub(super) fn has_inherited(&self) -> bool {
        self.inherited.bytes > 0 || self.inherited.samples > 0
    }
}

impl Inherited {
    /// Keeps audio of whole ticks, at the new rate.
    fn take(&mut self, audio: &[f32], to: usize, from: usize) {
        let ticks = (audio.len() / from).min(MOST_TICKS).min(self.audio.len() / to);
        self.samples = ticks * to;
        let Some(resampler) = &mut self.resampler else {
            self.audio[..self.samples].copy_from_slice(&audio[..self.samples]);
            return;
        };
        let (delay, mut block, mut out) = (resampler.delay(), [0.0; 480], [0.0; 480]);
        // The filter looks before and behind the audio: there it finds the audio mirrored at its ends.
        resampler.prime(&audio[..from]);
        for tick in 0..=ticks {
            match audio.get(tick * from..(tick + 1) * from).filter(|_| tick < ticks) {
                Some(samples) => block[..from].copy_from_slice(samples),
                None => block[..from].reverse(),
            }
            resampler.process(&block[..from], &mut out[..to]);
            let start = tick * to;
            for (at, sample) in out[..to].iter().enumerate() {
                if let Some(place) = (start + at).checked_sub(delay).and_then(|at| self.audio[..ticks * to].get_mut(at))
                {
                    *place = *sample;
                }
            }
        }
    }
}
