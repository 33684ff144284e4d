//! The codecs that a leg may receive: one plays, the others are at hand.

use crate::buffer::playout::Playout;
use crate::codec::AudioDecoder;

impl Playout {
    /// Adds a decoder of the same rate for packets of `line`; those of line 0 are the first decoder's. Allocates.
    pub fn and_line(mut self, line: u8, decoder: Box<dyn AudioDecoder>) -> Self {
        self.others.push((line, decoder));
        self
    }

    /// Says which codec the packets inserted from now on are of. Real-time.
    pub fn arrives_as(&mut self, line: u8) {
        self.arriving = line;
    }

    /// The codec of the packet taken last.
    pub fn line(&self) -> u8 {
        self.line
    }

    /// Samples of a payload of the codec that packets arrive in.
    pub(super) fn samples_of(&self, payload: &[u8]) -> Option<usize> {
        if self.arriving == self.line {
            return self.decoder.samples(payload);
        }
        self.others.iter().find(|other| other.0 == self.arriving).and_then(|other| other.1.samples(payload))
    }

    /// Goes on with the codec of `line`. What was played before is blended with what comes.
    pub(super) fn turn_to(&mut self, line: u8) {
        if line == self.line || !self.bring(line) {
            return;
        }
        self.decoder.reset();
        self.bare_codec = false;
        if !self.passing && !self.silent && !self.concealer.active() {
            self.concealer.open(self.fifo.recent());
        }
    }

    /// Puts the decoder of `line` where it plays.
    pub(super) fn bring(&mut self, line: u8) -> bool {
        let Some(other) = self.others.iter_mut().find(|other| other.0 == line) else { return line == self.line };
        std::mem::swap(&mut self.decoder, &mut other.1);
        other.0 = std::mem::replace(&mut self.line, line);
        true
    }

    /// The decoder of a line, wherever it is.
    pub(super) fn decoder_mut(&mut self, line: u8) -> Option<&mut Box<dyn AudioDecoder>> {
        if line == self.line {
            return Some(&mut self.decoder);
        }
        self.others.iter_mut().find(|other| other.0 == line).map(|other| &mut other.1)
    }
}
