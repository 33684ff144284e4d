//! What a packet's arrival tells of the network, and of the sender's clock.

use crate::buffer::playout::Playout;
use crate::buffer::stream::Place;

impl Playout {
    /// A packet of `samples` arrived. `overtaken`: later ones came before it. Real-time.
    pub(super) fn observe(&mut self, arrival_us: u64, place: &Place, samples: u16, overtaken: bool) {
        let transit_us = (arrival_us as i64).wrapping_sub(place.media_us);
        if self.drift.observe(arrival_us, transit_us) {
            self.drifts = self.drift.matters().is_some() || !self.follow.is_off();
        }
        let ahead_us = self.drift.ahead_us();
        let (arrival_us, transit_us) =
            (arrival_us.saturating_add(ahead_us as u64), transit_us.saturating_add(ahead_us));
        if overtaken {
            self.delay.observe_overtaken(arrival_us, transit_us, self.to_us(samples.into()) as u32);
        } else {
            self.delay.observe(arrival_us, transit_us);
        }
    }
}
