//! The exceptions of a room's matrix: pairs of which one hears the other not as the zone does.
//!
//! A slab of fixed size with one list for each listener, in the order of sources: what a tick costs is the pairs
//! that there are, not the pairs that there could be.

use crate::processing::dsp::Ramp;

/// No pair.
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub source: u32,
    /// How much of the source is still heard through the zone: 0.0 at rest.
    pub through: Ramp,
    /// Gain of the source apart from the zone.
    pub direct: Ramp,
    clearing: bool,
    next: u32,
}

/// All pairs of a room.
#[derive(Debug)]
pub(super) struct Pairs {
    slots: Box<[Pair]>,
    heads: Box<[u32]>,
    free: u32,
    used: usize,
}

impl Pairs {
    /// Room for `pairs` of `listeners`. Allocates.
    pub fn new(listeners: usize, pairs: usize) -> Self {
        let slot = |n: usize| Pair {
            source: NONE,
            through: Ramp::new(1.0),
            direct: Ramp::new(0.0),
            clearing: false,
            next: if n + 1 < pairs { n as u32 + 1 } else { NONE },
        };
        Self {
            slots: (0..pairs).map(slot).collect(),
            heads: vec![NONE; listeners].into(),
            free: if pairs > 0 { 0 } else { NONE },
            used: 0,
        }
    }

    /// Pairs that are left.
    pub fn room(&self) -> usize {
        self.slots.len() - self.used
    }

    /// Pairs in use.
    pub fn used(&self) -> usize {
        self.used
    }

    pub fn is_empty(&self, listener: u32) -> bool {
        self.heads[listener as usize] == NONE
    }

    pub fn contains(&self, listener: u32, source: u32) -> bool {
        self.row(listener).any(|pair| pair.source == source)
    }

    /// The exceptions of a listener, by source.
    pub fn row(&self, listener: u32) -> impl Iterator<Item = &Pair> {
        let slot = |at: u32| self.slots.get(at as usize);
        std::iter::successors(slot(self.heads[listener as usize]), move |pair| slot(pair.next))
    }

    /// Sources of all pairs that are in use, once for each pair.
    pub fn sources(&self) -> impl Iterator<Item = u32> {
        self.slots.iter().map(|pair| pair.source).filter(|source| *source != NONE)
    }

    /// The listener hears the source with this gain, reached within `samples`. `Some(true)`: the pair is new; `None`:
    /// there is no room. Real-time: O(the listener's pairs).
    pub fn set(&mut self, listener: u32, source: u32, gain: f32, samples: u32) -> Option<bool> {
        let (before, found) = self.find(listener, source);
        let at = if found == NONE { self.insert(listener, source, before)? } else { found };
        let pair = &mut self.slots[at as usize];
        pair.through.set(0.0, samples);
        pair.direct.set(gain, samples);
        pair.clearing = false;
        Some(found == NONE)
    }

    /// The listener hears the source through the zone again. Real-time: O(the listener's pairs).
    pub fn clear(&mut self, listener: u32, source: u32, samples: u32) {
        let (_, found) = self.find(listener, source);
        if let Some(pair) = self.slots.get_mut(found as usize) {
            pair.through.set(1.0, samples);
            pair.direct.set(0.0, samples);
            pair.clearing = true;
        }
    }

    /// Ends a tick of a listener's pairs; tells of each pair that is gone its source. Real-time.
    pub fn pass(&mut self, listener: u32, samples: usize, mut gone: impl FnMut(u32)) {
        self.retain(listener, |pair| {
            pair.through.skip(samples);
            pair.direct.skip(samples);
            let done = pair.clearing && pair.through.is_unity() && pair.direct.is_silent();
            if done {
                gone(pair.source);
            }
            !done
        });
    }

    /// Drops the pairs of a listener for which `keep` is false. Real-time.
    pub fn retain(&mut self, listener: u32, mut keep: impl FnMut(&mut Pair) -> bool) {
        let (mut before, mut at) = (NONE, self.heads[listener as usize]);
        while let Some(pair) = self.slots.get_mut(at as usize) {
            let next = pair.next;
            if keep(pair) {
                before = at;
            } else {
                (pair.source, pair.next) = (NONE, self.free);
                (self.free, self.used) = (at, self.used - 1);
                self.link(listener, before, next);
            }
            at = next;
        }
    }

    pub fn heap_bytes(&self) -> usize {
        size_of_val(&*self.slots) + size_of_val(&*self.heads)
    }

    /// The last pair before the source's place, and the source's own.
    fn find(&self, listener: u32, source: u32) -> (u32, u32) {
        let (mut before, mut at) = (NONE, self.heads[listener as usize]);
        while let Some(pair) = self.slots.get(at as usize) {
            if pair.source >= source {
                return (before, if pair.source == source { at } else { NONE });
            }
            (before, at) = (at, pair.next);
        }
        (before, NONE)
    }

    fn insert(&mut self, listener: u32, source: u32, before: u32) -> Option<u32> {
        let at = self.free;
        let next = self.slots.get(before as usize).map_or(self.heads[listener as usize], |pair| pair.next);
        let pair = self.slots.get_mut(at as usize)?;
        self.free = pair.next;
        *pair = Pair { source, through: Ramp::new(1.0), direct: Ramp::new(0.0), clearing: false, next };
        self.used += 1;
        self.link(listener, before, at);
        Some(at)
    }

    fn link(&mut self, listener: u32, before: u32, to: u32) {
        match self.slots.get_mut(before as usize) {
            Some(pair) => pair.next = to,
            None => self.heads[listener as usize] = to,
        }
    }
}
