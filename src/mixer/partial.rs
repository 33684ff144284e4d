//! The sums of one worker's share of a room, on their way to the shares of others.

use super::room::Room;
use super::zone::LONGEST;

/// What the members of one share said in one tick into one plane of one zone, at one rate.
///
/// Fixed in size, so that it travels through a ring as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partial {
    /// The room's turns when it was taken.
    pub turn: u64,
    /// The zone.
    pub zone: u8,
    /// Mono, left, right.
    pub plane: u8,
    /// Index of the rate.
    pub rate: u8,
    /// The sum in Q23; a frame's first samples are valid.
    pub sum: [i64; LONGEST],
}

impl Room {
    /// Tells all that the members here have said in this tick so far: nothing for a silent bus. To be called when all
    /// have said their part, before [`turn`](Self::turn).
    ///
    /// Real-time.
    pub fn partials(&mut self, mut tell: impl FnMut(&Partial)) {
        for (zone, planes) in (0u8..).zip(&mut self.zones) {
            for (plane, buses) in (0u8..).zip(&mut planes.planes) {
                for rate in 0..self.rates.len() {
                    let Some(words) = buses.bus(rate).sum() else { continue };
                    let mut sum = [0; LONGEST];
                    sum[..words.len()].copy_from_slice(words);
                    tell(&Partial { turn: self.tick, zone, plane, rate: rate as u8, sum });
                }
            }
        }
    }

    /// Adds what another share's members said in this tick, before [`turn`](Self::turn). `false`: it is of another
    /// tick or another room, and nothing was added: that share is not heard in this tick. Real-time.
    pub fn add_partial(&mut self, partial: &Partial) -> bool {
        let Partial { turn, zone, plane, rate, sum } = partial;
        let known = *turn == self.tick && usize::from(*rate) < self.rates.len();
        let plane = self.zones.get_mut(usize::from(*zone)).and_then(|zone| zone.planes.get_mut(usize::from(*plane)));
        let Some(plane) = plane.filter(|_| known) else { return false };
        plane.bus(usize::from(*rate)).add_sum(&sum[..]);
        true
    }
}
