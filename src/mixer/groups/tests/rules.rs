//! When listeners share, part and come back.

use crate::codec::CodecSpec;
use crate::mixer::groups::{Counters, Group, GroupKey, Groups, Listener};
use crate::mixer::{Channels, Mix};
use crate::types::{Millis, PayloadType};

const MIX: Mix = Mix::Shared { zone: 0, rate: 0, channels: Channels::Mono };

#[test]
fn a_thousand_listeners_cost_one_encode() {
    let codec = CodecSpec::g722();
    let mut counters = Counters::default();
    let mut group = Group::new(&codec, 320);
    let mut listeners: Vec<Listener> = (0..1_000).map(|_| Listener::new(&codec, 320, 25)).collect();
    for stamp in 0..10 {
        for listener in &mut listeners {
            listener.packet(&mut group, true, stamp, &[0.1; 320], &mut counters);
        }
    }
    // Those behind the first one see for a while that their own bytes would be the same.
    assert_eq!((counters.encodes, counters.rejoins), (10, 1_000));
    assert_eq!(counters.private_encodes, 999 * 5);
    assert!(listeners.iter().all(Listener::is_shared));
}

#[test]
fn the_key_is_mix_codec_settings_and_packet_time_but_not_the_payload_type() {
    let (codec, ptime) = (CodecSpec::pcmu(), Millis(20));
    let key = GroupKey::new(MIX, codec, ptime);
    let other = PayloadType::new(100).expect("below 128");
    assert_eq!(key, GroupKey::new(MIX, codec.under(other), ptime));
    assert_ne!(key, GroupKey::new(MIX, codec, Millis(30)));
    assert_ne!(key, GroupKey::new(MIX, CodecSpec::pcma(), ptime));
    assert_ne!(key, GroupKey::new(Mix::Silence, codec, ptime));
    let mut groups = Groups::new(1);
    let group = || Box::new(Group::new(&codec, 160));
    let id = groups.insert(key, group()).ok().expect("there is room");
    assert!(groups.insert(key, group()).is_err() && groups.find(&key) == Some(id));
    assert!(groups.remove(id).is_some() && groups.find(&key).is_none() && groups.group(id).is_none());
}

#[test]
fn who_comes_back_alone_takes_his_state_along() {
    let codec = CodecSpec::g722();
    let mut counters = Counters::default();
    let (mut group, mut listener) = (Group::new(&codec, 320), Listener::new(&codec, 320, 25));
    let mut reference = codec.encoder();
    let mut own = vec![0; 160];
    for stamp in 0..60u64 {
        let frame: Vec<f32> = (0..320).map(|n| ((n as f32 * 0.3).sin() + (stamp as f32 * 0.9).cos()) * 0.3).collect();
        let packet = listener.packet(&mut group, stamp / 10 % 2 == 0, stamp, &frame, &mut counters);
        assert_eq!(packet.shared, stamp / 10 % 2 == 0);
        let bytes = reference.encode(&frame, &mut own).expect("room for it").bytes;
        assert_eq!(packet.payload, &own[..bytes], "packet {stamp}");
    }
    assert_eq!((counters.forks, counters.rejoins), (3, 3));
}
