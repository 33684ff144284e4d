//! Audio becomes packets.

use crate::codec::Encoded;
use crate::graph::Io;
use crate::graph::nodes::Send;
use crate::graph::nodes::send::ship::Way;
use crate::graph::nodes::send::stereo::MOST;
use crate::rtp::RTP_HEADER_BYTES;

impl Send {
    /// Takes a tick's audio, that of the input unless it is given with all channels; sends the packet that it completes.
    pub(super) fn encode(&mut self, audio: Option<&[f32]>, io: &mut Io<'_>) {
        if self.filled == 0 {
            self.started = self.timeline.start();
            self.encoded = Encoded::NOTHING;
        }
        if self.collect(audio, io) {
            self.dispatch(None, io);
        }
    }

    /// Takes a tick's audio; `true`: the packet is complete.
    #[inline]
    pub(super) fn collect(&mut self, audio: Option<&[f32]>, io: &Io<'_>) -> bool {
        self.gather(audio.or(io.input(0).map(|(_, samples)| samples)).unwrap_or(&[0.0; MOST]));
        self.filled >= self.length
    }

    /// Sends the packet that is complete: this sender's own payload, or one from elsewhere.
    #[inline]
    pub(super) fn dispatch(&mut self, payload: Option<&[u8]>, io: &mut Io<'_>) {
        self.filled = 0;
        // An encoder that breaks its word on `max_payload` sends nothing, and that is counted.
        if std::mem::take(&mut self.failed) {
            self.egress_dropped += 1;
            return;
        }
        if self.hushed(io) {
            return;
        }
        let Encoded { bytes, skipped, paused } = self.encoded;
        if bytes == 0 {
            return self.timeline.pause();
        }
        if skipped > 0 {
            self.timeline.pause();
        }
        let left = self.length.saturating_sub(skipped);
        let started = self.started + self.clock_ticks(self.length - left);
        let header = self.timeline.packet(started, self.clock_ticks(left), paused);
        let own = payload.is_none();
        let payload = payload.unwrap_or(&self.packet[RTP_HEADER_BYTES..][..bytes]);
        if paused || self.codec.payload_samples(payload) < left {
            // A pause goes on to the packet's end: what comes next begins a talk spurt.
            self.timeline.pause();
        }
        let (tag, now) = (io.session().tag(), self.started);
        let (_, egress) = io.far_and_egress();
        let red = self.beside.as_mut().and_then(|beside| beside.red.as_mut());
        let shipped = match red {
            None if own => {
                self.packet[..RTP_HEADER_BYTES].copy_from_slice(&header.to_bytes());
                egress.send(self.io, tag, &[&self.packet[..RTP_HEADER_BYTES + bytes]])
            }
            red => Way { egress, io: self.io, tag, now }.ship(red, header, payload),
        };
        self.count(shipped, bytes);
    }

    /// Takes the tick's audio into the packet.
    pub(super) fn gather(&mut self, audio: &[f32]) {
        let per_tick = self.rate.per_tick();
        let audio = audio.get(..per_tick * self.channels).unwrap_or(&[0.0; MOST][..per_tick * self.channels]);
        self.filled += per_tick;
        let payload = &mut self.packet[RTP_HEADER_BYTES..];
        let encoded = if self.frame.is_empty() {
            self.encoder.encode(audio, &mut payload[self.encoded.bytes..])
        } else {
            let end = self.filled * self.channels;
            self.frame[end - audio.len()..end].copy_from_slice(audio);
            if self.filled < self.length {
                return;
            }
            self.encoder.encode(&self.frame, payload)
        };
        match encoded {
            Ok(Encoded { bytes, skipped, paused }) => {
                self.encoded = Encoded { bytes: self.encoded.bytes + bytes, skipped, paused };
            }
            Err(_) => self.failed = true,
        }
    }
}
