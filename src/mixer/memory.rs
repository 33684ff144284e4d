//! What rooms and members take.

use super::member::Member;
use super::room::Room;
use super::zone::Plane;

impl Room {
    /// Bytes on the heap, members apart.
    pub fn heap_bytes(&self) -> usize {
        let shared = |samples: &[f32]| size_of_val(samples) + size_of::<super::zone::Shared>();
        let zone = |zone: &super::room::Zone| {
            zone.planes.iter().map(|plane| size_of::<Plane>() + plane.heap_bytes()).sum::<usize>()
                + zone.mono.iter().chain(&zone.stereo).map(|mix| shared(&mix.samples)).sum::<usize>()
        };
        self.zones.iter().map(zone).sum::<usize>() + self.members.heap_bytes() + self.pairs.heap_bytes()
    }
}

impl Member {
    /// Bytes of a member, on the heap and in himself.
    pub fn bytes(&self) -> usize {
        let voices = self.said.iter().map(|said| size_of_val(&*said.words)).sum::<usize>();
        let filters: usize = self.converted.iter().map(|way| way.bytes()).sum();
        size_of::<Self>() + voices + filters
    }
}
