//! What a member's party hears of its room: one mix, or left and right beside their mean.

use crate::frame::{FrameInfo, Provenance};
use crate::graph::{Exchange, Sides};
use crate::mixer::{Channels, Mix, Room};
use crate::processing::dsp::Ramp;
use crate::session::Seat;
use crate::types::Tick;

impl Seat {
    /// It hears so many channels.
    pub fn hearing(mut self, channels: Channels) -> Self {
        self.stereo = (channels == Channels::Stereo).then_some(Ramp::new(1.0));
        self
    }

    /// What it hears in `tick`; tells whose mix that is. Of a shared mix that is `needless` to it only that it is.
    pub fn hear(
        &mut self,
        room: &mut Room,
        tick: Tick,
        exchange: &mut Exchange,
        needless: impl FnOnce(Mix) -> bool,
    ) -> Option<Mix> {
        let mut withheld = false;
        let length = self.rate.per_tick();
        let Exchange { incoming: frame, sides, .. } = exchange;
        let out = match self.stereo {
            None => &mut frame.samples[..length],
            Some(_) => &mut sides.samples[..2 * length],
        };
        let place = self.place.filter(|_| self.waits == 0);
        self.waits = self.waits.saturating_sub(1);
        let needless = |mix| {
            withheld = needless(mix);
            withheld
        };
        let heard = place.and_then(|place| room.hear_unless(place, out, needless));
        let silent = heard.is_none_or(|heard| heard.silent);
        if heard.is_none() {
            out.fill(0.0);
        }
        let provenance = if silent { Provenance::Silence } else { Provenance::Received };
        (frame.present, frame.rate, frame.withheld) = (true, self.rate, withheld);
        frame.info =
            FrameInfo { provenance, silent, media_time: tick.0.wrapping_mul(length as u64), ..FrameInfo::default() };
        if self.stereo.is_some() && !withheld {
            sides.length = length;
            let (left, right) = sides.both();
            for ((mean, left), right) in frame.samples.iter_mut().zip(left).zip(right) {
                *mean = 0.5 * (left + right);
            }
        }
        heard.map(|heard| heard.mix)
    }

    /// Left and right on their way beside their mean, which `fader` is all to change; without it they do not arrive.
    pub fn send_off(&mut self, fader: Option<Ramp>, sides: &mut Sides) {
        let Some(gain) = &mut self.stereo else { return };
        sides.pass = fader.is_some();
        *gain = fader.unwrap_or(*gain);
        let (left, right) = sides.samples[..2 * sides.length].split_at_mut(sides.length);
        gain.clone().apply(left);
        gain.apply(right);
    }
}
