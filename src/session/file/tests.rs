//! Ogg/Opus headers and packets of several streams.

use crate::session::file::packets::{Head, Streams, delimit};

#[test]
fn what_is_delimited_is_taken_apart_again() {
    // One frame of every length that has another code, two frames of one length, and two of two.
    let mut packets: Vec<Vec<u8>> =
        [0, 1, 251, 252, 255, 256, 1_275].map(|length| [vec![0xf8], vec![length as u8; length]].concat()).to_vec();
    let delimited: Vec<u8> = packets.iter().flat_map(|packet| delimit(packet).expect("one frame")).collect();
    packets.push(vec![0xf9, 1, 2, 3, 4]);
    packets.push(vec![0xfa, 1, 9, 8, 7]);
    packets.push(vec![0xfb, 1, 0]);
    assert!(packets[7..].iter().all(|packet| delimit(packet).is_none()));
    let two = [&delimited[..], &[0xf9, 2, 1, 2, 3, 4], &[0xfa, 1, 2, 9, 8, 7], &packets[9]].concat();
    let streams = Streams::of(&two, 10).expect("ten streams");
    assert!(streams.iter().eq(packets.iter().map(Vec::as_slice)));
    assert!((0..two.len().min(1_000)).all(|length| Streams::of(&two[..length], 10).is_none()));
}

#[test]
fn headers_of_known_kinds_are_taken_and_no_others() {
    let head = |channels: u8, family: &[u8]| {
        [b"OpusHead\x01", &[channels][..], &[0x38, 1, 0x80, 0xbb, 0, 0, 0, 0xff], family].concat()
    };
    let mono = Head::parse(&head(1, &[0])).expect("it is one");
    assert_eq!((mono.pre_skip, mono.gain, mono.streams, mono.coupled), (312, -256, 1, 0));
    let stereo = Head::parse(&head(2, &[0])).expect("it is one");
    assert_eq!((stereo.streams, stereo.coupled), (1, 1));
    let many = Head::parse(&head(3, &[255, 2, 1, 0, 1, 2])).expect("it is one");
    let shares: Vec<f32> = many.streams().collect();
    assert_eq!(shares, [2.0 / 3.0, 1.0 / 3.0]);
    for wrong in [head(3, &[0]), head(0, &[0]), head(4, &[2, 4, 0]), head(2, &[1, 1]), head(2, &[255, 1, 2, 0, 1])] {
        assert_eq!(Head::parse(&wrong), None, "{wrong:?}");
    }
    assert!((0..19).all(|length| Head::parse(&head(1, &[0])[..length]).is_none()));
}
