//! What a room is to be.

use crate::engine::room::MemberInfo;
use crate::mixer::talkers::{Choice, Dbov, TalkersConfig, Voice, VoiceConfig};
use crate::mixer::{Channels, MemberSpec, Room, RoomConfig, RoomError};
use crate::session::Seat;
use crate::types::{RoomId, SampleRate, SessionId, TenantId};

/// Describes a room; every field has a default.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomSpec {
    rates: Vec<SampleRate>,
    channels: Channels,
    members: usize,
    zones: usize,
    exceptions: usize,
    share: bool,
    rests: bool,
    talkers: Option<TalkersConfig>,
    voice: VoiceConfig,
    pub(super) tenant: Option<TenantId>,
}

impl Default for RoomSpec {
    fn default() -> Self {
        let rates = vec![SampleRate::HZ_8000, SampleRate::HZ_16000, SampleRate::HZ_48000];
        let voice = VoiceConfig { gate: Dbov::SILENCE, loudness: None };
        let (channels, talkers) = (Channels::Mono, None);
        let tenant = None;
        Self {
            rates,
            channels,
            members: 5_000,
            zones: 4,
            exceptions: 256,
            share: true,
            rests: true,
            talkers,
            voice,
            tenant,
        }
    }
}

impl RoomSpec {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Rates at which the room mixes, 1 to 4; 8, 16 and 48 kHz by default. Members of one rate hear each other without a
    /// filter between them; what is said at one rate is converted to the others once for all.
    pub fn rates(mut self, rates: &[SampleRate]) -> Self {
        self.rates = rates.to_vec();
        self
    }

    /// Members have a place between left and right ([`Change::Place`](crate::mixer::Change::Place), with its pan law), and who is
    /// sent a codec of two channels at one of the room's rates hears it; everybody else hears the same sum as in a mono room. Rooms are
    /// mono by default.
    ///
    /// What members say is mono: the mean of a stereo codec's channels. A listener of left and right has them with any gain
    /// of his session; while anything else is on the way to him (play, hold, a node of the host's) he hears the mean of both
    /// instead, and so do taps. In the centre a voice is 3 dB quieter on each side than in mono. The room takes three sums in
    /// place of one, with their filters between rates. Who changes to a codec of another rate in mid-call hears mono until he joins again.
    pub fn stereo(mut self) -> Self {
        self.channels = Channels::Stereo;
        self
    }

    pub(crate) fn is_stereo(&self) -> bool {
        self.channels == Channels::Stereo
    }

    /// What a member hears that is sent a codec of so many channels, without a filter behind the room.
    pub(crate) fn hears(&self, channels: u8, unfiltered: bool) -> Channels {
        if unfiltered && channels == 2 { self.channels } else { Channels::Mono }
    }

    /// Members that the room takes at most; 5 000 by default. A place costs 24 bytes on each worker.
    pub fn members(mut self, members: usize) -> Self {
        self.members = members;
        self
    }

    /// Zones, 1 to 64: who is in one hears no other; 4 by default. New members are in zone 0.
    pub fn zones(mut self, zones: usize) -> Self {
        self.zones = zones;
        self
    }

    /// Pairs that may hear each other not as their zone does; 256 by default.
    pub fn exceptions(mut self, exceptions: usize) -> Self {
        self.exceptions = exceptions;
        self
    }

    /// Whether members who hear the same, and are sent the same codec in packets of the same time, share an encoder;
    /// they do by default. Takes encoders for each codec and packet time on each worker: two states for each tick of a
    /// packet, and four.
    pub fn share(mut self, share: bool) -> Self {
        self.share = share;
        self
    }

    pub(crate) fn is_shared(&self) -> bool {
        self.share
    }

    /// In a room that chooses talkers: whether packets of members who are not heard are left undecoded while they show no
    /// activity (by [`SessionSpec::audio_level`](crate::SessionSpec::audio_level), Opus's voice-activity flags,
    /// pauses, or G.711 codes near zero); they are by default. Who is chosen sounds as if he had always been decoded
    /// from the fifth packet on.
    pub fn decode_on_demand(mut self, on_demand: bool) -> Self {
        self.rests = on_demand;
        self
    }

    pub(crate) fn rests(&self) -> bool {
        self.rests
    }

    /// Only the loudest talkers of a zone are heard (`most` of 1 to 16), and events tell who talks and who dominates;
    /// without it everybody is. A talker is 60 ms late until his first pause, so that none of his first syllable is
    /// missing. Who is muted in his zone is no talker; those for whom he is an exception hear him all the same.
    pub fn talkers(mut self, talkers: TalkersConfig) -> Self {
        self.talkers = Some(talkers);
        self
    }

    /// In a room that chooses talkers: nobody talks who is not as loud as this, whatever the noise around him.
    pub fn gate(mut self, gate: Dbov) -> Self {
        self.voice.gate = gate;
        self
    }

    /// In a room that chooses talkers: brings every member's speech towards `target`, by `range` decibels at most (0 to
    /// 12), so slowly (3 dB a second) that no syllable changes within itself.
    pub fn loudness(mut self, target: Dbov, range: f32) -> Self {
        self.voice.loudness = Some((target, range));
        self
    }

    /// Sums that a share can tell of one tick.
    pub(crate) fn most_sums(&self) -> usize {
        let planes = if self.is_stereo() { 3 } else { 1 };
        self.rates.len() * self.zones * planes
    }

    /// Whether talkers are chosen.
    pub(crate) fn chooses(&self) -> bool {
        self.talkers.is_some()
    }

    /// One worker's side of the choice. Allocates.
    pub(crate) fn choice(&self, workers: usize) -> Option<Choice> {
        self.talkers.map(|talkers| Choice::new(talkers, self.zones, self.members, workers))
    }

    /// A member's side of it, maybe with a gate of his own. Allocates.
    pub(crate) fn voice(&self, id: SessionId, rate: SampleRate, gate: Option<Dbov>) -> Option<Box<Voice>> {
        let config = VoiceConfig { gate: gate.unwrap_or(self.voice.gate), ..self.voice };
        self.talkers.map(|_| Box::new(Voice::new(id.tag(), rate, config)))
    }

    pub(crate) fn most_members(&self) -> usize {
        self.members
    }

    pub(crate) fn most_exceptions(&self) -> usize {
        self.exceptions
    }

    pub(crate) fn has_zone(&self, zone: u8) -> bool {
        usize::from(zone) < self.zones
    }

    /// The rate at which a member takes part whose session is sent audio at `rate`.
    pub(crate) fn rate_for(&self, rate: SampleRate) -> SampleRate {
        let above = self.rates.iter().copied().filter(|room| *room >= rate).min();
        above.or_else(|| self.rates.iter().copied().max()).unwrap_or(rate)
    }

    /// Bytes that a member takes at most: one at the room's largest rate whose session speaks at another. Allocates.
    pub(crate) fn member_bytes(&self, template: &Room) -> Result<usize, RoomError> {
        let rate = self.rates.iter().copied().max().unwrap_or(SampleRate::HZ_8000);
        let from = if rate == SampleRate::HZ_8000 { SampleRate::HZ_16000 } else { SampleRate::HZ_8000 };
        let nobody = SessionId { index: 0, generation: 0 };
        let member = template.prepare(MemberSpec::new(rate))?;
        let seat = Seat::new(RoomId { index: 0, generation: 0 }, member, rate, from, self.voice(nobody, rate, None));
        Ok(seat.bytes() + size_of::<MemberInfo>())
    }

    /// One worker's share. Allocates.
    pub(crate) fn part(&self, members: usize) -> Result<Room, RoomError> {
        let config = RoomConfig::new(&self.rates, members).channels(self.channels);
        Room::new(&config.zones(self.zones).exceptions(self.exceptions))
    }
}
