//! Another codec or packet time in mid-call: the stream goes on, and no audio is left out.
//!
//! Audio that waited for the end of a packet is sent at once as a shorter one where it is encoded
//! already; otherwise it begins the first packet of the new kind.

use crate::graph::Io;
use crate::graph::nodes::Send;
use crate::processing::format::Resampler;
use crate::rtp::RTP_HEADER_BYTES;
use crate::types::SampleRate;

/// A tick of audio: samples of each channel, and channels.
#[derive(Clone, Copy)]
struct Form {
    samples: usize,
    channels: usize,
}

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
        self.inherited.audio = vec![0.0; MOST_TICKS * rate.per_tick().max(self.rate.per_tick()) * self.channels];
        self.inherited.resampler = (rate != self.rate).then(|| Box::new(Resampler::new(rate, self.rate)));
        self
    }

    pub(super) fn take_over(&mut self, old: &mut Self) {
        (self.sent, self.sent_bytes, self.relayed) = (old.sent, old.sent_bytes, old.relayed);
        (self.egress_dropped, self.relay_dropped) = (old.egress_dropped, old.relay_dropped);
        (self.passing, self.transmits) = (old.passing, old.transmits);
        self.wide = old.wide && self.channels > 1;
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
                self.inherited.take(&old.frame[..old.filled * old.channels], old.form(), self.form());
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
        let Form { samples: per_tick, channels } = self.form();
        for tick in audio[..samples * channels].chunks(per_tick * channels) {
            self.encode(Some(tick), io);
            self.timeline.advance(self.clock_ticks(per_tick));
        }
        self.inherited.audio = audio;
    }

    fn form(&self) -> Form {
        Form { samples: self.rate.per_tick(), channels: self.channels }
    }

    pub(super) fn has_inherited(&self) -> bool {
        self.inherited.bytes > 0 || self.inherited.samples > 0
    }
}

impl Inherited {
    /// Keeps audio of whole ticks, at the new rate and in the new channels.
    fn take(&mut self, audio: &[f32], from: Form, to: Form) {
        let most = self.audio.len() / (to.samples * to.channels);
        let ticks = (audio.len() / (from.samples * from.channels)).min(MOST_TICKS).min(most);
        self.samples = ticks * to.samples;
        for channel in 0..to.channels {
            // Between mono and stereo every channel is the mean of those there were.
            let sample = |frame: &[f32]| match from.channels == to.channels {
                true => frame[channel],
                false => frame.iter().sum::<f32>() / from.channels as f32,
            };
            let read = |tick: usize, block: &mut [f32]| {
                let frames = audio[tick * from.samples * from.channels..].chunks_exact(from.channels);
                block.iter_mut().zip(frames).for_each(|(block, frame)| *block = sample(frame));
            };
            self.convert(ticks, read, from.samples, to.samples, |at| at * to.channels + channel);
        }
    }

    /// Converts one channel, of which `read` gives a tick, and whose samples have their places by `place`.
    fn convert(
        &mut self,
        ticks: usize,
        read: impl Fn(usize, &mut [f32]),
        from: usize,
        to: usize,
        place: impl Fn(usize) -> usize,
    ) {
        let (mut block, mut out) = ([0.0; 480], [0.0; 480]);
        let Some(resampler) = &mut self.resampler else {
            for tick in 0..ticks {
                read(tick, &mut block[..to]);
                block[..to].iter().zip(tick * to..).for_each(|(sample, at)| self.audio[place(at)] = *sample);
            }
            return;
        };
        let delay = resampler.delay();
        // The filter looks before and behind the audio: there it finds the audio mirrored at its ends.
        read(0, &mut block[..from]);
        resampler.prime(&block[..from]);
        for tick in 0..=ticks {
            match tick < ticks {
                true => read(tick, &mut block[..from]),
                false => block[..from].reverse(),
            }
            resampler.process(&block[..from], &mut out[..to]);
            let start = tick * to;
            for (at, sample) in out[..to].iter().enumerate() {
                if let Some(at) = (start + at).checked_sub(delay).filter(|at| *at < ticks * to) {
                    self.audio[place(at)] = *sample;
                }
            }
        }
    }
}
