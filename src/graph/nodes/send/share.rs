//! A member of a room whose mix is also that of others: packets from the group's encoder as long as that is so.
//!
//! While it is, this sender's own encoder rests, and no audio is gathered here: the group has both. When the mix parts in
//! the middle of a packet, the encoder takes over the group's state from before the packet and encodes again what the group
//! has gathered of it: the packet is what it would have been without the group.

use crate::codec::{Encoded, EncoderParam};
use crate::graph::Io;
use crate::graph::nodes::Send;
use crate::graph::nodes::send::stereo::MOST;
use crate::mixer::Mix;
use crate::mixer::groups::{Bond, GroupId, GroupKey, Groups, HANG_OVER, Lent};
use crate::rtp::RTP_HEADER_BYTES;
use crate::types::{Millis, TICK_MS, Tick};

/// What a sender has in common with others.
#[derive(Debug)]
pub(super) struct Share {
    bond: Bond,
    /// The group of the packet under way.
    group: Option<GroupId>,
    /// All of the packet under way was the group's mix so far.
    whole: bool,
    /// The packet under way is this encoder's own, made at its end: it leans towards the group's.
    leans: bool,
    /// Settings were changed: this encoder is like no other.
    pub tuned: bool,
    /// Its effort is below what its session should have: for that long it is like no other either.
    slowed: bool,
}

impl Default for Share {
    fn default() -> Self {
        Self { bond: Bond::new(HANG_OVER), group: None, whole: false, leans: false, tuned: false, slowed: false }
    }
}

impl Send {
    /// One tick's audio of a member of a room. Real-time: at most one encode for all who hear the same, and a private one;
    /// where the mix parts, the audio of one packet more.
    pub(super) fn share(&mut self, lent: &mut Lent, audio: Option<&[f32]>, steady: bool, io: &mut Io<'_>) {
        let (stamp, phase) = self.place(io.tick());
        let mix = lent.mix.filter(|_| !self.share.tuned && !self.share.slowed && steady);
        if self.filled == 0 {
            self.begin(&mut lent.groups, mix, stamp, phase);
        }
        let (at, length) = (self.filled * self.channels, self.rate.per_tick() * self.channels);
        match self.share.group.filter(|group| mix.is_some() && lent.groups.mix(*group) == mix) {
            Some(id) => {
                let audio = audio.or(io.input(0).map(|(_, samples)| samples));
                if let (Some((group, _)), Some(audio)) = (lent.groups.group(id), audio) {
                    group.gather(stamp, at, &audio[..length]);
                }
            }
            None => {
                self.part_from(&mut lent.groups, stamp);
                self.share.whole = false;
            }
        }
        if self.share.bond.is_shared() || self.share.leans {
            self.filled += self.rate.per_tick();
        } else if !self.collect(audio, io) {
            return;
        }
        if self.filled < self.length {
            return;
        }
        self.end(&mut lent.groups, stamp, io);
    }

    /// The number of the packet under way among those of its phase, and the phase; `tick` is the next that it takes in.
    fn place(&self, tick: Tick) -> (u64, u8) {
        let (per_tick, ticks) = (self.rate.per_tick(), (self.length / self.rate.per_tick()) as u64);
        let start = tick.0.wrapping_sub((self.filled / per_tick) as u64);
        (start / ticks, (start % ticks) as u8)
    }

    fn key(&self, mix: Mix, phase: u8) -> GroupKey {
        let ptime = Millis((self.length / self.rate.per_tick()) as u32 * TICK_MS);
        GroupKey::new(mix, self.codec, ptime).at(phase)
    }

    /// Whether this sender can do without the samples of `mix` in `tick`, no tick being left out before it: the group that
    /// encodes for it has them already. Real-time.
    pub(crate) fn is_served(&self, groups: &mut Groups, mix: Mix, tick: Tick) -> bool {
        let (stamp, phase) = self.place(tick);
        let looks = self.beside.as_ref().is_some_and(|beside| beside.hush.is_some());
        let settled = self.is_shared() && !self.share.tuned && !self.passing && !self.has_inherited() && !looks;
        let Some(id) = self.share.group.filter(|_| settled) else { return false };
        let same = match self.filled {
            0 => groups.is(id, &self.key(mix, phase)),
            _ => self.share.whole && groups.mix(id) == Some(mix),
        };
        let gathered = groups.group(id).map_or(0, |(group, _)| group.audio(stamp).len());
        same && gathered >= (self.filled + self.rate.per_tick()) * self.channels
    }

    /// Before the first tick of a packet: which group it may come from, and whether it does for certain.
    fn begin(&mut self, groups: &mut Groups, mix: Option<Mix>, stamp: u64, phase: u8) {
        (self.started, self.encoded) = (self.timeline.start(), Encoded::NOTHING);
        let key = mix.map(|mix| self.key(mix, phase));
        let group = key.and_then(|key| groups.claim(&key, self.share.group, stamp));
        if group != self.share.group {
            self.part_from(groups, stamp);
            self.share.bond.stray();
            self.share.group = group;
        }
        (self.share.whole, self.share.leans) = (group.is_some(), false);
        if let Some((group, counters)) = group.and_then(|id| groups.group(id)) {
            self.share.bond.enter(group, stamp, &*self.encoder, counters);
            self.share.leans = self.share.bond.leans() && self.encoder.approaches();
        }
    }

    /// After the last tick of a packet: sends the group's, or this sender's own.
    fn end(&mut self, groups: &mut Groups, stamp: u64, io: &mut Io<'_>) {
        let whole = self.share.whole;
        let group = self.share.group.filter(|_| whole);
        let shared = self.share.bond.is_shared();
        groups.counters.private_encodes += u64::from(!shared);
        let Some((group, counters)) = group.and_then(|id| groups.group(id)) else {
            self.share.bond.stray();
            return self.dispatch(None, io);
        };
        let entered =
            group.packet(stamp, counters).is_some() && (shared || self.share.bond.let_in(group, stamp, counters));
        let Some((encoded, payload)) = group.packet(stamp, counters) else {
            // Whoever shares has gathered all of it; so this is a private packet.
            return self.dispatch(None, io);
        };
        if !entered {
            if std::mem::take(&mut self.share.leans) {
                let encoded = group.lean(stamp, &mut *self.encoder, &mut self.packet[RTP_HEADER_BYTES..], counters);
                (self.encoded, self.failed) = (encoded.unwrap_or(Encoded::NOTHING), encoded.is_err());
            }
            let own = &self.packet[RTP_HEADER_BYTES..][..self.encoded.bytes];
            self.share.bond.compare(!self.failed && group.agrees(&*self.encoder, own));
            return self.dispatch(None, io);
        }
        counters.shared_bytes += payload.len() as u64;
        (self.encoded, self.failed) = (encoded, false);
        self.dispatch(Some(payload), io);
    }

    /// Goes on alone from the packet under way on, in the state that an encoder of its own would have. Real-time.
    pub(crate) fn part(&mut self, groups: &mut Groups, tick: Tick) {
        let (stamp, _) = self.place(tick);
        self.part_from(groups, stamp);
        // The next groups may be another room's, or another worker's.
        (self.share.group, self.share.whole) = (None, false);
    }

    /// Whether another one's encoder works for this sender.
    pub(crate) fn is_shared(&self) -> bool {
        self.share.bond.is_shared()
    }

    /// This sender's own encoder has not seen the packet under way.
    pub(super) fn rests(&self) -> bool {
        self.is_shared() || self.share.leans
    }

    /// Changes a setting of the encoder; one that it has not changes nothing. Real-time.
    pub(crate) fn set_encoder(&mut self, param: EncoderParam, value: i32) {
        self.share.tuned |= self.encoder.set(param, value);
    }

    /// Sets the encoder's effort; `cut`: to less than its session should have. Real-time.
    pub(crate) fn set_effort(&mut self, value: i32, cut: bool) {
        self.encoder.set(EncoderParam::Complexity, value);
        self.share.slowed = cut;
    }

    fn part_from(&mut self, groups: &mut Groups, stamp: u64) {
        if !self.is_shared() && !std::mem::take(&mut self.share.leans) {
            return self.share.bond.stray();
        }
        let Some((group, counters)) = self.share.group.and_then(|id| groups.group(id)) else { return };
        self.share.bond.part(group, stamp, &mut *self.encoder, counters);
        let (ready, length) = (std::mem::take(&mut self.filled) * self.channels, self.rate.per_tick() * self.channels);
        let audio = group.audio(stamp);
        for at in (0..ready).step_by(length) {
            self.gather(audio.get(at..at + length).unwrap_or(&[0.0; MOST]));
        }
    }
}
