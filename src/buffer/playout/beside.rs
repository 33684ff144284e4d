//! Packets of the stream that hold no audio of its codec: comfort noise, and telephone events.

use crate::buffer::playout::pull::Produced;
use crate::buffer::playout::{Arrival, Inserted, Placed, Playout};
use crate::buffer::{Entry, Follows, Held, Stored};
use crate::codec::audio::comfort::{ComfortNoise, ComfortPayload};

/// What is played while no audio comes and none is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pause {
    /// The sender does not pause.
    #[default]
    None,
    /// Silence: an event has the place of the audio.
    Silence,
    /// The noise that the sender described.
    Comfort,
}

impl Playout {
    /// Makes room for the noise of a stream that may have it. Allocates.
    pub fn with_comfort(mut self) -> Self {
        self.comfort = Some(Box::new(ComfortNoise::new(self.rate)));
        self
    }

    /// Takes in a packet of comfort noise (RFC 3389). When all audio before it has been played, its noise is,
    /// until audio comes again. Real-time.
    pub fn insert_comfort(&mut self, packet: &Arrival<'_>) -> Inserted {
        let known = self.comfort.is_some() && !packet.payload.is_empty();
        let outcome = if known { self.place(packet, 0, Held::Comfort) } else { Inserted::Malformed };
        self.count(outcome, packet.payload.len())
    }

    /// Takes note of a packet of telephone events: its number is not missing, and where no audio
    /// follows, none is missing either. Real-time.
    pub fn insert_nothing(&mut self, packet: &Arrival<'_>) -> Option<Placed> {
        let arrival_us = packet.arrival.0.min(i64::MAX as u64 / 4);
        let place = self.stream.beside(packet.sequence, packet.timestamp, packet.ssrc)?;
        let placed = Placed { sequence: place.sequence, timestamp: place.timestamp, epoch: place.epoch };
        if let Some(refused) = self.behind(&place) {
            self.count(refused, 0);
            return Some(placed);
        }
        let entry = Entry::new(place.sequence, place.timestamp, place.media_us, arrival_us, place.epoch, 0);
        match self.packets.insert(entry.holding(Held::Nothing), &[]) {
            Stored::Added => self.account.accepted += 1,
            Stored::Replaced => {
                self.unrepair();
                self.account.accepted += 1;
            }
            Stored::Duplicate => self.account.duplicate += 1,
            Stored::TooLarge | Stored::Full => self.account.overflow += 1,
        }
        self.account.accepted_bytes += packet.payload.len() as u64;
        Some(placed)
    }

    /// Takes the first packet, which holds no audio. Real-time.
    pub(super) fn step(&mut self, produced: &mut Produced) {
        let Some(entry) = self.packets.take() else { return };
        let follows = self.relation(entry.epoch, entry.sequence, entry.timestamp);
        if self.concealed > 0 && matches!(follows, Follows::Next | Follows::Pause) {
            self.was_pause(produced);
        }
        self.step_over(&entry);
        self.account.stepped += 1;
        self.account.bursts.present(0);
        if follows == Follows::Anew || (entry.timestamp.wrapping_sub(self.cursor) as i64) > 0 {
            self.cursor = entry.timestamp;
        }
        self.end_concealment();
        self.hole = false;
        let described = match entry.held {
            Held::Comfort => ComfortPayload::parse(self.packets.payload(&entry)),
            _ => None,
        };
        match (&mut self.comfort, described) {
            (Some(noise), Some(described)) => {
                // After speech the noise of the pause before it says nothing.
                if self.pause != Pause::Comfort {
                    noise.reset();
                }
                noise.update(&described);
                self.pause = Pause::Comfort;
                self.account.comfort += 1;
            }
            _ if self.pause == Pause::None => self.pause = Pause::Silence,
            _ => {}
        }
        self.packets.release(entry);
    }
}
