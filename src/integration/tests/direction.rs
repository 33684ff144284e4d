use crate::integration::MediaDirection::{self, Inactive, RecvOnly, SendOnly, SendRecv};

/// RFC 3264 §6.1.
#[test]
fn an_answer_does_what_both_sides_want() {
    for (ours, theirs, want) in [
        (SendRecv, SendRecv, SendRecv),
        (SendRecv, SendOnly, RecvOnly),
        (SendRecv, RecvOnly, SendOnly),
        (SendRecv, Inactive, Inactive),
        (SendOnly, SendRecv, SendOnly),
        (SendOnly, SendOnly, Inactive),
        (RecvOnly, SendOnly, RecvOnly),
        (Inactive, SendRecv, Inactive),
    ] {
        assert_eq!(ours.towards(theirs), want, "{ours:?} towards {theirs:?}");
    }
}

#[test]
fn every_direction_is_found_by_its_name_and_made_of_its_halves() {
    for direction in [SendRecv, SendOnly, RecvOnly, Inactive] {
        assert_eq!(MediaDirection::named(direction.name()), Some(direction));
        assert_eq!(MediaDirection::new(direction.sends(), direction.receives()), direction);
    }
    assert_eq!(MediaDirection::named("both"), None);
}
