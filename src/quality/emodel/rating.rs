//! A connection as the engine knows it, and its rating in each band.

use crate::quality::emodel::{Band, Impairment, Narrowband, delay_impairment};

/// What is known of one way of a connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Connection {
    /// What of the sound it carries.
    pub band: Band,
    /// The codec's part.
    pub impairment: Impairment,
    /// Packets that were not played, lost or late, in per cent.
    pub loss: f64,
    /// Runs of those against random ones.
    pub burst_ratio: f64,
    /// From mouth to ear one way in ms, if it is known.
    pub delay: Option<f64>,
}

/// A rating, for somebody who listens and for somebody who converses.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Rating {
    /// R without what delay costs, on the scale of the band.
    pub r_listening: f64,
    /// R with it; `None` as long as the delay is not known.
    pub r_conversation: Option<f64>,
    /// Listening quality, MOS-LQE.
    pub mos_lq: f64,
    /// Conversational quality, MOS-CQE.
    pub mos_cq: Option<f64>,
}

impl Connection {
    /// Rates it. In the narrow band all of G.107 with its defaults, the echo path's delay being the connection's. In
    /// the wider bands levels, noise and echo are as they should be, which costs nothing there; codec, loss and delay
    /// are rated as in G.107.1 clauses 7.4 and 7.5 and G.107.2 clauses 7.4 and 7.5.
    pub fn rate(&self) -> Rating {
        let r_listening = self.r(0.0);
        let r_conversation = self.delay.map(|delay| self.r(delay));
        Rating {
            r_listening,
            r_conversation,
            mos_lq: self.band.mos(r_listening),
            mos_cq: r_conversation.map(|r| self.band.mos(r)),
        }
    }

    fn r(&self, delay: f64) -> f64 {
        let Self { band, impairment, loss, burst_ratio, .. } = *self;
        let most = match band {
            Band::Narrow => {
                let (echo_delay, round_trip) = (delay, 2.0 * delay);
                let model =
                    Narrowband { impairment, loss, burst_ratio, delay, echo_delay, round_trip, ..Default::default() };
                return model.rating();
            }
            Band::Wide => 95.0,
            Band::Full => 132.0,
        };
        band.best() - delay_impairment(delay) - impairment.effective(loss, burst_ratio, most)
    }
}
