//! What is played where no packet is: concealment or silence.

use crate::buffer::playout::mend::Mended;
use crate::buffer::playout::pull::Produced;
use crate::buffer::playout::{Pause, Playout};

/// A last sample below this, −50 dBFS, can be followed by silence without a click.
const CLICK: f32 = 0.003;

impl Playout {
    /// Fills the tick with concealment, or as much of it as `most`.
    pub(super) fn conceal(&mut self, most: usize, produced: &mut Produced) {
        let most = match self.mend() {
            Mended::Filled => return,
            Mended::Before(unrepaired) => most.min(unrepaired),
            Mended::Not => most,
        };
        let mut count = self.need.saturating_sub(self.fifo.len()).min(most);
        if count == 0 {
            return;
        }
        if self.concealed == 0 {
            self.account.concealment_events += 1;
        }
        if self.passing {
            self.fifo.tail(count);
        } else if !self.bare_codec && self.decoder.conceal(self.fifo.tail(self.per_tick)) {
            count = self.per_tick;
        } else {
            self.bare_codec = true;
            if !self.concealer.active() {
                self.concealer.open(self.fifo.recent());
            }
            if self.concealer.faded() {
                produced.hushed += count;
            }
            self.concealer.fill(self.fifo.tail(count));
        }
        self.fifo.commit(count);
        if !self.passing && self.bare_codec {
            self.decoder.concealed(self.fifo.recent(), count);
        }
        self.concealed += count as u64;
        produced.concealed += count;
    }

    /// Fills the tick with silence, or with the noise that the sender described.
    pub(super) fn silence(&mut self, produced: &mut Produced) {
        let count = self.need.saturating_sub(self.fifo.len());
        if self.rest(produced) {
            return;
        }
        let joins = !std::mem::replace(&mut self.silent, true) && !self.passing;
        let noise = self.comfort.as_mut().filter(|_| self.pause == Pause::Comfort && !self.passing);
        if joins && !self.concealer.active() {
            let last = self.fifo.recent().last().copied().unwrap_or(0.0);
            if noise.is_some() || last.abs() > CLICK {
                self.concealer.open(self.fifo.recent());
            }
        }
        if noise.is_none() && !(joins && self.concealer.active()) {
            self.fifo.hush(count);
            produced.hushed += count;
            produced.silent += count;
            return;
        }
        let tail = self.fifo.tail(count);
        let audible = match noise {
            Some(noise) => {
                noise.fill(tail);
                produced.noise += count;
                true
            }
            None => {
                tail.fill(0.0);
                false
            }
        };
        if joins && self.concealer.active() && (audible || !self.concealer.faded()) {
            self.concealer.merge(tail);
        } else if !audible {
            produced.hushed += count;
        }
        self.fifo.commit(count);
        produced.silent += count;
    }

    /// While the sender pauses: fills a tick with the noise that its codec makes, if it makes any.
    fn rest(&mut self, produced: &mut Produced) -> bool {
        if self.passing || !self.decoder.paused() {
            return false;
        }
        let count = self.per_tick;
        let tail = self.fifo.tail(count);
        if tail.len() < count || !self.decoder.conceal(tail) {
            return false;
        }
        if self.concealer.active() {
            self.concealer.merge(tail);
        }
        self.fifo.commit(count);
        produced.silent += count;
        produced.noise += count;
        true
    }
}
