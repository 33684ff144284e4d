//! What a softswitch calls by name, as lists of changes for one transaction: pure data.
//!
//! Each gives what is to be *different*; the opposite preset takes it back. Control side; allocates.

use super::change::Change;
use super::table::MemberId;
use crate::types::Decibels;

const NOTHING: Decibels = Decibels(f32::NEG_INFINITY);
const AS_IT_IS: Decibels = Decibels(0.0);

/// He neither hears nor is heard; whoever plays to him is an exception.
pub fn hold(member: MemberId) -> Vec<Change> {
    vec![Change::Mute(member, true), Change::Hear(member, NOTHING)]
}

/// Back from [`hold`].
pub fn resume(member: MemberId) -> Vec<Change> {
    vec![Change::Mute(member, false), Change::Hear(member, AS_IT_IS)]
}

/// Nobody hears him.
pub fn mute(member: MemberId) -> Vec<Change> {
    vec![Change::Mute(member, true)]
}

/// He hears nobody.
pub fn deaf(member: MemberId) -> Vec<Change> {
    vec![Change::Hear(member, NOTHING)]
}

/// A supervisor hears all and is heard by nobody.
pub fn spy(supervisor: MemberId) -> Vec<Change> {
    vec![Change::Mute(supervisor, true), Change::Hear(supervisor, AS_IT_IS)]
}

/// A supervisor hears all and is heard by one agent only.
pub fn coach(supervisor: MemberId, agent: MemberId) -> Vec<Change> {
    let mut changes = spy(supervisor);
    changes.push(Change::Pair(agent, supervisor, AS_IT_IS));
    changes
}

/// A supervisor, up to now a spy or a coach of `agents`, talks to all.
pub fn barge(supervisor: MemberId, agents: &[MemberId]) -> Vec<Change> {
    let mut changes = vec![Change::Mute(supervisor, false)];
    changes.extend(agents.iter().map(|&agent| Change::Clear(agent, supervisor)));
    changes
}

/// One says something that only `to` hear of all the `others` in the zone.
///
/// His part in the zone is muted, so it costs an exception for each who hears him, not for each who does not.
pub fn whisper(from: MemberId, to: &[MemberId]) -> Vec<Change> {
    let mut changes = vec![Change::Mute(from, true)];
    changes.extend(to.iter().filter(|&&to| to != from).map(|&to| Change::Pair(to, from, AS_IT_IS)));
    changes
}

/// Ends [`whisper`].
pub fn end_whisper(from: MemberId, to: &[MemberId]) -> Vec<Change> {
    let mut changes = vec![Change::Mute(from, false)];
    changes.extend(to.iter().filter(|&&to| to != from).map(|&to| Change::Clear(to, from)));
    changes
}

/// Some go to a room of their own.
pub fn side_room(members: &[MemberId], zone: u8) -> Vec<Change> {
    members.iter().map(|&member| Change::Move(member, zone)).collect()
}

/// An announcement to some, over their zone at `ducked`. `announcer` is a member for it, muted in the zone.
pub fn announce(announcer: MemberId, to: &[MemberId], ducked: Decibels) -> Vec<Change> {
    let mut changes = vec![Change::Mute(announcer, true)];
    for &to in to.iter().filter(|&&to| to != announcer) {
        changes.extend([Change::Pair(to, announcer, AS_IT_IS), Change::Hear(to, ducked)]);
    }
    changes
}

/// Ends [`announce`].
pub fn end_announcement(announcer: MemberId, to: &[MemberId]) -> Vec<Change> {
    let undo = |&to: &MemberId| [Change::Clear(to, announcer), Change::Hear(to, AS_IT_IS)];
    to.iter().filter(|&&to| to != announcer).flat_map(undo).collect()
}

/// One who matters more than all `others`, an announcement to the whole zone or a priority speaker: they are quieter
/// at the source, so that everybody still hears the same mix.
pub fn priority(speaker: MemberId, others: &[MemberId], ducked: Decibels) -> Vec<Change> {
    let mut changes = vec![Change::Mute(speaker, false), Change::Duck(speaker, AS_IT_IS)];
    changes.extend(others.iter().filter(|&&other| other != speaker).map(|&other| Change::Duck(other, ducked)));
    changes
}

/// Ends [`priority`].
pub fn end_priority(others: &[MemberId]) -> Vec<Change> {
    others.iter().map(|&other| Change::Duck(other, AS_IT_IS)).collect()
}
