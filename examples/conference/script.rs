//! What happens when: the plan of the meeting, stretched over its length.

/// People, by their place in the meeting.
pub const ALICE: usize = 0;
pub const BOB: usize = 1;
pub const CAROL: usize = 2;
pub const DAVE: usize = 3;
pub const ERIN: usize = 4;

/// Something that happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Act {
    Join(usize),
    Leave(usize),
    /// A turn to talk begins or ends.
    Talk(usize, bool),
    /// One listens and is not heard.
    Spy(usize),
    /// One is heard by another one only, or that ends.
    Whisper(usize, usize, bool),
    Announce,
}

/// When, in ticks from the start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    pub tick: u64,
    pub act: Act,
}

/// Turns: who, from and to in hundredths of the meeting.
const TURNS: &[(usize, u64, u64)] = &[
    (ALICE, 1, 16),
    (BOB, 15, 28),
    (ALICE, 27, 34),
    (CAROL, 34, 46),
    (DAVE, 44, 54),
    // The supervisor whispers while Dave talks on; then all talk at once.
    (ERIN, 48, 56),
    (ALICE, 58, 70),
    (BOB, 59, 70),
    (CAROL, 60, 70),
    (DAVE, 61, 70),
    (ALICE, 74, 86),
    (DAVE, 88, 95),
];

/// All that happens in a meeting of so many ticks, in order.
pub fn plan(ticks: u64) -> Vec<Step> {
    let at = |hundredth: u64, act| Step { tick: ticks * hundredth / 100, act };
    let mut steps = vec![
        at(0, Act::Join(ALICE)),
        at(0, Act::Join(BOB)),
        at(4, Act::Join(ERIN)),
        at(4, Act::Spy(ERIN)),
        at(20, Act::Join(CAROL)),
        at(30, Act::Join(DAVE)),
        at(47, Act::Whisper(ERIN, BOB, true)),
        at(57, Act::Whisper(ERIN, BOB, false)),
        at(76, Act::Announce),
        at(94, Act::Leave(BOB)),
    ];
    for &(who, from, to) in TURNS {
        steps.extend([at(from, Act::Talk(who, true)), at(to, Act::Talk(who, false))]);
    }
    steps.sort_by_key(|step| step.tick);
    steps
}
