//! Each preset, by who hears whom.

use crate::mixer::presets;
use crate::mixer::{Change, ChangeError, MemberId, MemberSpec, Room, RoomConfig};
use crate::types::{Decibels, Millis, SampleRate};

const RATE: SampleRate = SampleRate::HZ_8000;

struct Four {
    room: Room,
    ids: [MemberId; 4],
}

impl Four {
    fn new() -> Self {
        let mut room = Room::new(&RoomConfig::new(&[RATE], 4).exceptions(8)).expect("valid");
        let ids =
            [(); 4].map(|()| room.join(room.prepare(MemberSpec::new(RATE)).expect("fits")).expect("there is room"));
        Self { room, ids }
    }

    fn apply(&mut self, changes: &[Change]) {
        self.room.apply(changes, Millis(20)).expect("possible");
    }

    /// Gain of each source (column) to each listener (row) in per cent, when all ramps have ended.
    fn matrix(&mut self) -> [[i32; 4]; 4] {
        let mut matrix = [[0; 4]; 4];
        for source in 0..4 {
            for _ in 0..5 {
                self.room.turn();
                for (n, id) in self.ids.into_iter().enumerate() {
                    self.room.say(id, if n == source { &[0.5; 80] } else { &[] });
                    let mut heard = [0.0; 80];
                    self.room.hear(id, &mut heard).expect("he is here");
                    matrix[n][source] = (heard[79] * 200.0).round() as i32;
                }
            }
        }
        matrix
    }
}

const ALL: [[i32; 4]; 4] = [[0, 100, 100, 100], [100, 0, 100, 100], [100, 100, 0, 100], [100, 100, 100, 0]];

#[test]
fn hold_mute_and_deaf() {
    let mut four = Four::new();
    let [a, ..] = four.ids;
    assert_eq!(four.matrix(), ALL);
    four.apply(&presets::mute(a));
    assert_eq!(four.matrix(), [[0, 100, 100, 100], [0, 0, 100, 100], [0, 100, 0, 100], [0, 100, 100, 0]]);
    four.apply(&presets::hold(a));
    assert_eq!(four.matrix(), [[0, 0, 0, 0], [0, 0, 100, 100], [0, 100, 0, 100], [0, 100, 100, 0]]);
    four.apply(&presets::resume(a));
    assert_eq!(four.matrix(), ALL);
    four.apply(&presets::deaf(a));
    assert_eq!(four.matrix(), [[0, 0, 0, 0], [100, 0, 100, 100], [100, 100, 0, 100], [100, 100, 100, 0]]);
}

#[test]
fn spy_coach_barge_and_whisper() {
    let mut four = Four::new();
    let [boss, agent, customer, other] = four.ids;
    four.apply(&presets::coach(boss, agent));
    assert_eq!(four.matrix(), [[0, 100, 100, 100], [100, 0, 100, 100], [0, 100, 0, 100], [0, 100, 100, 0]]);
    four.apply(&presets::barge(boss, &[agent]));
    assert_eq!(four.matrix(), ALL);
    assert_eq!(four.room.exceptions(), 0);
    four.apply(&presets::whisper(customer, &[agent, other]));
    assert_eq!(four.matrix(), [[0, 100, 0, 100], [100, 0, 100, 100], [100, 100, 0, 100], [100, 100, 100, 0]]);
    four.apply(&presets::end_whisper(customer, &[agent, other]));
    assert_eq!(four.matrix(), ALL);
    four.apply(&presets::spy(boss));
    assert_eq!(four.matrix(), [[0, 100, 100, 100], [0, 0, 100, 100], [0, 100, 0, 100], [0, 100, 100, 0]]);
}

#[test]
fn side_room_announcement_and_priority() {
    let mut four = Four::new();
    let [a, b, c, d] = four.ids;
    four.apply(&presets::side_room(&[a, b], 1));
    assert_eq!(four.matrix(), [[0, 100, 0, 0], [100, 0, 0, 0], [0, 0, 0, 100], [0, 0, 100, 0]]);
    four.apply(&presets::side_room(&[a, b], 0));
    four.apply(&presets::announce(d, &[a, b], Decibels(-20.0)));
    assert_eq!(four.matrix(), [[0, 10, 10, 100], [10, 0, 10, 100], [100, 100, 0, 0], [100, 100, 100, 0]]);
    four.apply(&presets::end_announcement(d, &[a, b]));
    four.apply(&presets::priority(d, &[a, b, c, d], Decibels(-20.0)));
    assert_eq!(four.matrix(), [[0, 10, 10, 100], [10, 0, 10, 100], [10, 10, 0, 100], [10, 10, 10, 0]]);
    four.apply(&presets::end_priority(&[a, b, c]));
    assert_eq!(four.matrix(), ALL);
}

#[test]
fn a_list_with_a_fault_changes_nothing() {
    let mut four = Four::new();
    let [a, b, ..] = four.ids;
    let mute = Change::Mute(a, true);
    let nan = Change::Talk(b, Decibels(f32::NAN));
    assert_eq!(four.room.apply(&[mute, nan], Millis(0)), Err(ChangeError::Gain));
    let loud = Change::Pair(a, b, Decibels(f32::INFINITY));
    assert_eq!(four.room.apply(&[mute, loud], Millis(0)), Err(ChangeError::Gain));
    assert_eq!(four.room.apply(&[mute, Change::Move(a, 9)], Millis(0)), Err(ChangeError::NoSuchZone(9)));
    assert_eq!(four.room.apply(&[mute, Change::Pair(a, a, Decibels(0.0))], Millis(0)), Err(ChangeError::Oneself));
    let many: Vec<Change> = (0..9).map(|_| Change::Pair(a, b, Decibels(0.0))).collect();
    assert_eq!(four.room.apply(&many, Millis(0)), Err(ChangeError::TooManyExceptions(9)));
    let stale = a;
    assert!(four.room.leave(a).is_some() && four.room.leave(a).is_none());
    assert_eq!(four.room.apply(&[Change::Mute(stale, true)], Millis(0)), Err(ChangeError::UnknownMember));
    assert_eq!(four.room.exceptions(), 0);
}
