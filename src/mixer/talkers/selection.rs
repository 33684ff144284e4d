//! The loudest K: who is heard, who dominates.

use super::activity::Dbov;
use super::floor::Floor;

/// How talkers are chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TalkersConfig {
    /// Most members heard at once. Default 3: one talks, one answers, one interrupts.
    pub most: usize,
    /// Decibels by which somebody has to be louder than a talker to take his place. Default 6.
    pub margin: f32,
    /// Ticks for which he has to be. Default 20 (200 ms): a cough takes nobody's place.
    pub patience: u32,
    /// Ticks for which a dominant speaker keeps that name against a louder one. Default 100 (1 s).
    pub dominance: u32,
}

impl Default for TalkersConfig {
    fn default() -> Self {
        Self { most: 3, margin: 6.0, patience: 20, dominance: 100 }
    }
}

/// A member in one tick, as the choice sees him.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Names him on every worker of the room. Candidates come in ascending order of keys.
    pub key: u64,
    /// He talks ([`super::Activity::is_talking`]).
    pub talking: bool,
    /// How loud.
    pub level: Dbov,
    /// Whatever the floor says, he may be heard.
    pub moderator: bool,
}

/// What changed in a tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TalkEvent {
    /// He is heard from now on.
    Start(u64, Dbov),
    /// He is not heard any more.
    Stop(u64, Dbov),
    /// The dominant speaker is another one, or there is none.
    Dominant(Option<u64>),
}

/// Who is heard in a room.
#[derive(Clone, Debug)]
pub struct Talkers {
    config: TalkersConfig,
    /// Who may be heard.
    pub floor: Floor,
    /// Most members heard from the next tick on; at most what was configured.
    pub(super) most: usize,
    heard: Vec<Talker>,
    /// Who is about to take a talker's place, and since how many ticks.
    challenger: Option<(u64, u32)>,
    dominant: Option<u64>,
    rival: Option<(u64, u32)>,
}

#[derive(Clone, Copy, Debug)]
struct Talker {
    key: u64,
    level: Dbov,
    present: bool,
}

impl Talkers {
    /// Nobody is heard. Allocates.
    pub fn new(config: TalkersConfig) -> Self {
        let most = config.most.max(1);
        Self {
            config: TalkersConfig { most, ..config },
            floor: Floor::default(),
            most,
            heard: Vec::with_capacity(most),
            challenger: None,
            dominant: None,
            rival: None,
        }
    }

    /// Whether a member is heard. Real-time: O(K).
    pub fn hears(&self, key: u64) -> bool {
        self.heard.iter().any(|talker| talker.key == key)
    }

    /// The dominant speaker.
    pub fn dominant(&self) -> Option<u64> {
        self.dominant
    }

    /// Chooses for the next tick, from all members' levels. Real-time: O(members · K).
    pub fn tick(&mut self, all: impl Iterator<Item = Candidate> + Clone, mut tell: impl FnMut(TalkEvent)) {
        let floor = self.floor;
        let mut wanting = all.filter(|one| one.talking && floor.admits(one.key, one.moderator));
        for talker in &mut self.heard {
            talker.present = false;
        }
        for one in wanting.clone() {
            if let Some(talker) = self.heard.iter_mut().find(|talker| talker.key == one.key) {
                (talker.present, talker.level) = (true, one.level);
            }
        }
        self.heard.retain(|talker| {
            if !talker.present {
                tell(TalkEvent::Stop(talker.key, talker.level));
            }
            talker.present
        });
        while self.heard.len() > self.most {
            let Some(softest) = self.softest() else { break };
            self.stop(softest, &mut tell);
        }
        while self.heard.len() < self.most {
            let Some(next) = loudest(wanting.clone().filter(|one| !self.hears(one.key))) else { break };
            self.start(next, &mut tell);
        }
        match loudest(wanting.by_ref().filter(|one| !self.hears(one.key))) {
            Some(next) => self.challenge(next, &mut tell),
            None => self.challenger = None,
        }
        self.dominate(&mut tell);
    }

    /// Somebody more than K wants to be heard.
    fn challenge(&mut self, next: Candidate, tell: &mut impl FnMut(TalkEvent)) {
        let Some(softest) = self.softest().filter(|talker| next.level.0 >= talker.level.0 + self.config.margin) else {
            self.challenger = None;
            return;
        };
        let since = self.challenger.filter(|(key, _)| *key == next.key).map_or(1, |(_, since)| since + 1);
        self.challenger = Some((next.key, since));
        if since >= self.config.patience {
            self.stop(softest, tell);
            self.start(next, tell);
            self.challenger = None;
        }
    }

    fn softest(&self) -> Option<Talker> {
        self.heard.iter().copied().min_by(|a, b| a.level.0.total_cmp(&b.level.0).then(b.key.cmp(&a.key)))
    }

    fn stop(&mut self, talker: Talker, tell: &mut impl FnMut(TalkEvent)) {
        self.heard.retain(|other| other.key != talker.key);
        tell(TalkEvent::Stop(talker.key, talker.level));
    }

    fn start(&mut self, one: Candidate, tell: &mut impl FnMut(TalkEvent)) {
        self.heard.push(Talker { key: one.key, level: one.level, present: true });
        tell(TalkEvent::Start(one.key, one.level));
    }

    fn dominate(&mut self, tell: &mut impl FnMut(TalkEvent)) {
        let loudest = self.heard.iter().max_by(|a, b| a.level.0.total_cmp(&b.level.0).then(b.key.cmp(&a.key)));
        let loudest = loudest.map(|talker| talker.key);
        if loudest == self.dominant {
            self.rival = None;
            return;
        }
        let stays = self.dominant.is_some_and(|key| self.hears(key));
        let since = self.rival.filter(|(key, _)| Some(*key) == loudest).map_or(1, |(_, since)| since + 1);
        self.rival = loudest.map(|key| (key, since));
        // A pause of the dominant speaker leaves him the name until somebody else talks.
        if loudest.is_some() && (!stays || since >= self.config.dominance) {
            (self.dominant, self.rival) = (loudest, None);
            tell(TalkEvent::Dominant(loudest));
        }
    }
}

/// The loudest; of equals the first.
fn loudest(all: impl Iterator<Item = Candidate>) -> Option<Candidate> {
    all.reduce(|best, one| if one.level.0 > best.level.0 { one } else { best })
}
