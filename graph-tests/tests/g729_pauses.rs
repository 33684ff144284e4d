//! G.729 Annex B in a call: pauses are announced and not sent, and speech goes on in time.

use graph_tests::{Network, Phone, Scene, Wire};
use media_core::{CodecSpec, Millis, SessionSpec};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

/// Ticks of a scene: twenty seconds.
const TICKS: u64 = 2_000;

#[test]
fn a_pause_is_a_descriptor_and_silence_on_the_line() {
    let pcmu = CodecSpec::pcmu();
    for ptime in [10, 20, 30, 60] {
        let mut scene = Scene::plain();
        scene.call(SessionSpec::new(pcmu), Some(Phone::new(pcmu, 20, 11, Network::clean())));
        scene.call(SessionSpec::new(CodecSpec::g729()).ptime(Millis(ptime)), None);
        // What the second call is sent, a third call hears, and a fourth says again.
        scene.call(SessionSpec::new(CodecSpec::g729()), None);
        scene.call(SessionSpec::new(pcmu), None);
        let _applied = scene.control.bridge(scene.id(0), scene.id(1)).expect("both are free");
        let _applied = scene.control.bridge(scene.id(2), scene.id(3)).expect("both are free");
        Wire::new(1, 2, Network::clean()).run(&mut scene, TICKS);
        let (calls, ..) = scene.stop();
        let packets = &calls[1].sent;

        let due = (TICKS / u64::from(ptime / 10)) as usize;
        assert!(packets.len() > 50 && packets.len() < due, "{ptime} ms: {} of {due} packets", packets.len());
        let descriptors = packets.iter().filter(|packet| packet.rtp().payload.len() % 10 == 2).count();
        assert!(descriptors > 5, "{ptime} ms: {descriptors} descriptors");
        for pair in packets.windows(2) {
            let (before, after) = (pair[0].rtp(), pair[1].rtp());
            assert_eq!(after.header.sequence, before.header.sequence.wrapping_add(1), "{ptime} ms");
            // The timestamp of a packet's end is the time of its sending, whatever was left out before it.
            let elapsed = (pair[1].tick - pair[0].tick) as u32 * 80;
            let (started, samples) = (after.header.timestamp, CodecSpec::g729().payload_samples(after.payload) as u32);
            let apart = started.wrapping_sub(before.header.timestamp);
            assert!(samples > 0 && apart <= elapsed + ptime * 8 && apart + ptime * 8 > elapsed, "{ptime} ms: {apart}");
            let hole = apart - CodecSpec::g729().payload_samples(before.payload) as u32;
            let paused = hole > 0 || before.payload.len() == 2;
            let spurt = paused && after.payload.len() != 2;
            assert_eq!(
                after.header.marker,
                spurt,
                "{ptime} ms, tick {}: a hole of {hole}, {} then {} bytes",
                pair[1].tick,
                before.payload.len(),
                after.payload.len()
            );
        }
        // The other side makes noise of it: a packet for every 20 ms.
        assert!(calls[3].sent.len() as u64 > TICKS / 2 - 40, "{ptime} ms: {} packets", calls[3].sent.len());
    }
}
