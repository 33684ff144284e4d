//! Other codecs, another rate, other bounds for a leg in mid-call: its stream goes on.

use std::any::Any;

use crate::buffer::playout::Playout;
use crate::buffer::playout::mend::Reach;
use crate::buffer::playout::units::steps;
use crate::buffer::{AtRate, Entry, Held};
use crate::processing::format::Resampler;
use crate::types::SampleRate;

/// Ticks of audio that are converted to another rate at most, the past among them.
const MOST_TICKS: usize = 18;
impl Playout {
    /// Prepares to succeed a playout at `rate`. Allocates.
    pub fn after(mut self, rate: SampleRate) -> Self {
        self.converter = (rate != self.rate).then(|| Box::new(Resampler::new(rate, self.rate)));
        self
    }

    /// Goes on where `old` is: with its stream, its figures, the packets that wait, and the audio that
    /// is decoded already. `kept` pairs lines of this playout with those of `old` whose decoders go
    /// on. `old` is left with what this one brought and has no use for. Real-time: copies what
    /// waits, and where the rate changes converts up to 180 ms of audio.
    pub fn succeed(&mut self, old: &mut Playout, kept: &[(u8, u8)]) {
        std::mem::swap(self, old);
        let parts = old;
        self.restore();
        let line = |old: u8| kept.iter().find(|pair| pair.1 == old).map(|pair| pair.0);
        let (from, to) = (self.per_tick, parts.per_tick);
        let change = |entry: &mut Entry| {
            entry.line = line(entry.line).unwrap_or(u8::MAX);
            entry.samples = (usize::from(entry.samples) * to / from).min(usize::from(u16::MAX)) as u16;
        };
        // What finds no room is as if it had found none when it came: its place is passed as one of the lost.
        parts.packets.take_over(&mut self.packets, change, |entry| {
            self.account.accepted -= 1;
            self.account.overflow += 1;
            self.account.repaired -= u64::from(entry.held == Held::Repaired);
        });
        std::mem::swap(&mut self.packets, &mut parts.packets);
        self.take_decoders(parts, kept);
        self.reach = Reach::default();
        if let Some(mut converter) = parts.converter.take() {
            self.convert(parts, &mut converter);
            // Freed with the rest of what retires.
            parts.converter = Some(converter);
        }
        self.delay.set_bounds(&parts.config);
        self.config = parts.config;
    }

    fn take_decoders(&mut self, parts: &mut Playout, kept: &[(u8, u8)]) {
        let (before, same_rate) = (self.line, self.rate == parts.rate);
        std::mem::swap(&mut self.decoder, &mut parts.decoder);
        std::mem::swap(&mut self.others, &mut parts.others);
        std::mem::swap(&mut self.line, &mut parts.line);
        for &(line, old) in kept {
            let (Some(new), Some(running)) = (self.decoder_mut(line), parts.decoder_mut(old)) else { continue };
            let shell = (&mut **new as &mut dyn Any).downcast_mut::<AtRate>();
            // At another rate a codec that stays begins anew.
            if !shell.is_some_and(|shell| shell.take_from(running)) && same_rate {
                std::mem::swap(new, running);
            }
        }
        let line = kept.iter().find(|pair| pair.1 == before).map_or(self.line, |pair| pair.0);
        self.bring(line);
    }

    /// Puts the audio that is decoded, and the past behind it, to the rate of `parts`.
    fn convert(&mut self, parts: &mut Playout, converter: &mut Resampler) {
        let (from, to) = (self.per_tick, parts.per_tick);
        let scale = |samples: usize| samples * to / from;
        let concealing = self.concealer.active();
        // The filter needs what comes after the audio's end: what concealment would make of it.
        if !concealing {
            self.concealer.open(self.fifo.recent());
        }
        let waiting = self.fifo.len().min((MOST_TICKS - 2) * from);
        self.fifo.keep_last(waiting);
        let tail = self.fifo.tail(from);
        let added = tail.len();
        self.concealer.fill(tail);
        self.fifo.commit(added);
        let known = self.fifo.known();
        let ticks = (known.len() / from).min(MOST_TICKS);
        let known = &known[known.len() - ticks * from..];
        // Where playing goes on in the converted audio.
        let start = scale((ticks * from).saturating_sub(waiting + added)) + converter.delay();
        parts.fifo.rewrite(start, scale(waiting), |out| {
            for (block, out) in known.chunks(from).zip(out.chunks_mut(to)) {
                converter.process(block, out);
            }
        });
        std::mem::swap(&mut self.fifo, &mut parts.fifo);
        std::mem::swap(&mut self.concealer, &mut parts.concealer);
        // What comes next has another delay: it is blended with what would have followed.
        if concealing || !self.silent {
            self.concealer.open(self.fifo.recent());
        }
        (self.front_concealed, self.concealed) = (scale(self.front_concealed), scale(self.concealed as usize) as u64);
        self.front_concealed = self.front_concealed.min(self.fifo.len());
        self.front_silent = scale(self.front_silent).min(self.fifo.len() - self.front_concealed);
        self.account.rescale(from, to, self.decoded_waiting());
        self.window.rescale(from as u64, to as u64);
        self.each = scale(self.each.into()).min(u16::MAX.into()) as u16;
        self.debt = self.debt.saturating_mul(to as u64) / from as u64;
        (self.per_tick, self.rate) = (to, parts.rate);
        (self.sample_step, self.clock_step) = steps(self.rate, self.clock_rate);
        std::mem::swap(&mut self.comfort, &mut parts.comfort);
        std::mem::swap(&mut self.follow, &mut parts.follow);
        self.unfollow();
    }
}
