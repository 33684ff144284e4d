//! Who is heard in a room whose members run on several workers: every worker comes to the same answer.
//!
//! In a tick each worker gathers its members who talk, and tells the others those that can matter: who is heard
//! already, and the loudest K of the rest in each zone. At the boundary each has the same list, and decides.

use super::selection::{Candidate, TalkEvent, Talkers, TalkersConfig};
use super::told::{Spoken, Told};

/// The rules of a floor, as they are set. Keys are of members, on whichever worker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Who alone is heard, if anybody.
    pub holder: Option<u64>,
    /// Nobody is heard while no moderator is here.
    pub waits: bool,
    /// Who is heard whatever the floor says.
    pub moderators: Vec<u64>,
}

/// A worker's side of the choice of a room.
#[derive(Debug)]
pub struct Choice {
    most: usize,
    zones: Box<[Talkers]>,
    rules: Rules,
    /// Members of this worker that have talked in this tick; room for all.
    here: Vec<Spoken>,
    moderators: u32,
    /// What each worker told last: one that is late is taken to go on as it did.
    told: Box<[Told]>,
    all: Vec<Spoken>,
}

impl Choice {
    /// Nobody is heard, everybody may be. For a share of so many members, in a room of `workers`. Allocates.
    pub fn new(config: TalkersConfig, zones: usize, members: usize, workers: usize) -> Self {
        let most = config.most.clamp(1, 16);
        Self {
            most,
            zones: (0..zones).map(|_| Talkers::new(TalkersConfig { most, ..config })).collect(),
            rules: Rules::default(),
            here: Vec::with_capacity(members),
            moderators: 0,
            told: vec![Told::default(); workers].into(),
            all: Vec::with_capacity(workers * Told::default().capacity()),
        }
    }

    /// Sets the rules of the floor; what they were comes back in their place. Real-time.
    pub fn rule(&mut self, rules: &mut Rules) {
        std::mem::swap(&mut self.rules, rules);
        for talkers in &mut self.zones {
            talkers.floor.lock(self.rules.holder);
            talkers.floor.wait_for_moderator(self.rules.waits);
        }
    }

    /// So many are heard in each zone at most, or with `None` as many as the choice was made for. Real-time.
    pub fn cap(&mut self, most: Option<u8>) {
        let most = most.map_or(self.most, |most| usize::from(most).clamp(1, self.most));
        self.zones.iter_mut().for_each(|talkers| talkers.most = most);
    }

    /// Whether a member is heard in this tick. Real-time: O(K).
    pub fn hears(&self, zone: u8, key: u64) -> bool {
        self.zones.get(usize::from(zone)).is_some_and(|talkers| talkers.hears(key))
    }

    /// Takes note of a member of this worker: of each once a tick. Real-time.
    pub fn note(&mut self, zone: u8, one: Candidate) {
        let moderator = self.rules.moderators.contains(&one.key);
        self.moderators += u32::from(moderator);
        // Room for all members was made.
        if one.talking && self.here.len() < self.here.capacity() {
            self.here.push(Spoken { zone, one: Candidate { moderator, ..one } });
        }
    }

    /// Ends the tick of this worker, the `me`-th: what it tells the others. Real-time: O(n log n) of those who talk.
    pub fn close(&mut self, me: usize) -> Told {
        let Self { zones, here, most, moderators, .. } = self;
        let heard = |s: &Spoken| zones.get(usize::from(s.zone)).is_some_and(|talkers| talkers.hears(s.one.key));
        let admitted = |s: &Spoken| {
            zones.get(usize::from(s.zone)).is_some_and(|talkers| talkers.floor.admits(s.one.key, s.one.moderator))
        };
        here.sort_unstable_by(|a, b| {
            let loudest = b.one.level.0.total_cmp(&a.one.level.0).then(a.one.key.cmp(&b.one.key));
            heard(b).cmp(&heard(a)).then(admitted(b).cmp(&admitted(a))).then(loudest)
        });
        let mut told = Told::default();
        told.moderators = std::mem::take(moderators);
        for (n, spoken) in here.iter().enumerate() {
            let before = here[..n].iter().filter(|other| other.zone == spoken.zone && !heard(other)).count();
            if heard(spoken) || before < *most {
                told.push(*spoken);
            }
        }
        here.clear();
        if let Some(mine) = self.told.get_mut(me) {
            *mine = told;
        }
        told
    }

    /// Takes what another worker told. Real-time.
    pub fn hear(&mut self, worker: usize, told: &Told) {
        if let Some(place) = self.told.get_mut(worker) {
            *place = *told;
        }
    }

    /// Chooses for the next tick, from what all workers told of the last one. Real-time.
    pub fn turn(&mut self, mut tell: impl FnMut(TalkEvent)) {
        self.all.clear();
        // Room for what all can tell was made.
        self.all.extend(self.told.iter().flat_map(Told::spoken));
        self.all.sort_unstable_by_key(|spoken| spoken.one.key);
        let moderators = self.told.iter().map(|told| told.moderators).sum();
        for (zone, talkers) in (0u8..).zip(&mut self.zones) {
            talkers.floor.present(moderators);
            let here = self.all.iter().filter(|spoken| spoken.zone == zone).map(|spoken| spoken.one);
            talkers.tick(here, &mut tell);
        }
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        let talkers = self.zones.len() * (size_of::<Talkers>() + self.most * 24);
        talkers + size_of_val(&*self.told) + (self.here.capacity() + self.all.capacity()) * size_of::<Spoken>()
    }
}
