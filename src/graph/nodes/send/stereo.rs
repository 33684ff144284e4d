//! A codec of left and right: those of a room where nothing but the room is heard, else the same on both.

use crate::graph::Io;
use crate::graph::nodes::Send;

/// Samples of a tick at the largest rate, of both channels.
pub(super) const MOST: usize = 2 * 480;

impl Send {
    /// As [`speak`](Self::speak), for left and right. Apart, so that mono does not clear room for it.
    #[inline(never)]
    pub(super) fn speak_wide(&mut self, io: &mut Io<'_>) {
        let mut both = [0.0; MOST];
        let both = &mut both[..2 * self.rate.per_tick()];
        let steady = self.widen(io, both);
        self.say(Some(both), steady, io);
    }

    /// Writes the tick's left and right, interleaved. `false`: they have just come, or go, and fade within this tick.
    ///
    /// What is between the two is that of the input; how they differ is the room's.
    fn widen(&mut self, io: &Io<'_>, out: &mut [f32]) -> bool {
        let length = self.rate.per_tick();
        let sides = &io.cx.exchange.sides;
        let known = sides.length == length;
        let (was, is) = (self.wide && known, sides.pass && known);
        self.wide = is;
        let (left, right) = sides.both();
        let mono = io.input(0).map_or(&[0.0; 480][..length], |(_, samples)| &samples[..length]);
        let pairs = out.chunks_exact_mut(2);
        match (was, is) {
            (false, false) => pairs.zip(mono).for_each(|(out, &mono)| out.fill(mono)),
            (true, true) => pairs.zip(left).zip(right).for_each(|((out, &left), &right)| {
                out.copy_from_slice(&[left, right]);
            }),
            _ => {
                let step = 1.0 / length as f32;
                for ((((out, mono), left), right), passed) in pairs.zip(mono).zip(left).zip(right).zip(1u16..) {
                    let line = f32::from(passed) * step;
                    let side = 0.5 * (left - right) * if is { line } else { 1.0 - line };
                    out.copy_from_slice(&[mono + side, mono - side]);
                }
            }
        }
        was == is
    }
}
