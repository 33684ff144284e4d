//! Who is called by what was dialled.

/// Where a call goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The phone registered under this name.
    User(String),
    /// One hears oneself.
    Echo,
    /// Music.
    Music,
    /// A conference.
    Room(u32),
    /// A message is recorded and played back.
    Message,
    /// Nothing has this number.
    Nobody,
}

impl Destination {
    /// By the user part of the address that was called.
    pub fn of(dialled: &str) -> Self {
        match dialled.strip_prefix('*') {
            None if dialled.is_empty() => Self::Nobody,
            None => Self::User(dialled.to_owned()),
            Some("43") => Self::Echo,
            Some("44") => Self::Music,
            Some("9") => Self::Message,
            Some(room) => match room.parse() {
                Ok(room @ 60..=69) => Self::Room(room),
                _ => Self::Nobody,
            },
        }
    }
}
