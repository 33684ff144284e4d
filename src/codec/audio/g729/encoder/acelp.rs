//! The fixed codebook: four pulses chosen against the target (G.729 clause 3.8, clause A.3.8). Real-time.

use super::acelp_matrix::CorrelationMatrix;
use super::acelp_search::search;
use super::closed_loop::backward_filtered;
use crate::codec::audio::g729::acelp::{places, pulses, sharpen};
use crate::codec::audio::g729::frame::SUBFRAME;

/// Tracks of pulse places: 0, 5, … 35 and those one, two, three and four samples later.
pub const TRACKS: usize = 5;

/// Places of a track.
pub const PLACES: usize = 8;

/// The chosen pulses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Innovation {
    /// C: 13 bits.
    pub positions: u16,
    /// S: 4 bits.
    pub signs: u8,
    /// The code vector with its pitch repetitions, Q13.
    pub code: [i16; SUBFRAME],
    /// It, filtered: Q12.
    pub filtered: [i16; SUBFRAME],
}

/// The pulses whose filtered sum resembles `target` most. Delays below a subframe repeat them with gain
/// `sharpness` (Q14) (eqs. 48 and 49).
pub fn innovation(target: &[i16; SUBFRAME], response: &[i16; SUBFRAME], lag: i16, sharpness: i16) -> Innovation {
    let mut response = *response;
    sharpen(&mut response, lag, sharpness);
    let backward = backward_filtered(target, &response);
    let mut matrix = CorrelationMatrix::new();
    matrix.set(&response, &backward);
    let chosen = search(&backward, &matrix);
    let minus = chosen.map(|place| backward[place] < 0);
    let signs = (0..4).fold(0, |signs, i| signs | u8::from(!minus[i]) << i);
    let positions = positions(chosen);
    let mut code = pulses(positions, signs);
    sharpen(&mut code, lag, sharpness);
    Innovation { positions, signs, code, filtered: filtered(&response, chosen, minus) }
}

impl Innovation {
    /// The pulses of these positions and signs, as [`innovation`] gives its own.
    pub fn of(positions: u16, signs: u8, response: &[i16; SUBFRAME], lag: i16, sharpness: i16) -> Self {
        let mut response = *response;
        sharpen(&mut response, lag, sharpness);
        let mut code = pulses(positions, signs);
        let places = places(positions);
        let filtered = filtered(&response, places, std::array::from_fn(|i| signs >> i & 1 == 0));
        sharpen(&mut code, lag, sharpness);
        Self { positions, signs, code, filtered }
    }
}

/// C of the four places (eq. 61 and table 7).
fn positions(places: [usize; 4]) -> u16 {
    let [p0, p1, p2, p3] = places.map(|place| (place / TRACKS) as u16);
    let last_track = u16::from(places[3] % TRACKS == 4);
    p0 | p1 << 3 | p2 << 6 | (2 * p3 + last_track) << 9
}

/// The sum of the pulses' responses, saturated after each.
fn filtered(response: &[i16; SUBFRAME], places: [usize; 4], minus: [bool; 4]) -> [i16; SUBFRAME] {
    let mut sum = [0i16; SUBFRAME];
    for (place, minus) in places.into_iter().zip(minus) {
        for (sum, &h) in sum[place..].iter_mut().zip(response) {
            *sum = if minus { sum.saturating_sub(h) } else { sum.saturating_add(h) };
        }
    }
    sum
}
