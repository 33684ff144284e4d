//! A node that panics silences its session and nobody else. Without the allocation guard, since a panic allocates.

use graph_tests::{Network, Phone, Scene, check_cadence, check_stream};
use media_core::engine::Txn;
use media_core::graph::{Io, Node, Ports, Segment};
use media_core::{CodecSpec, EventKind, Reject, SampleRate, SessionSpec};

struct Faulty(u32);

impl Node for Faulty {
    fn kind(&self) -> &'static str {
        "faulty"
    }

    fn ports(&self) -> Ports {
        Ports::filter(SampleRate::HZ_8000)
    }

    fn process(&mut self, io: &mut Io<'_>) {
        self.0 -= 1;
        assert!(self.0 > 0, "a node of the host's own fails");
        io.through();
    }
}

#[test]
fn a_session_whose_node_panics_is_silent_and_can_only_be_destroyed() {
    let codec = CodecSpec::pcmu();
    let mut scene = Scene::plain();
    for n in 0..4 {
        scene.call(SessionSpec::new(codec).relay(false), Some(Phone::new(codec, 20, n, Network::clean())));
    }
    let control = scene.control.clone();
    let ids: Vec<_> = (0..4).map(|n| scene.id(n)).collect();
    let done = [control.bridge(ids[0], ids[1]), control.bridge(ids[2], ids[3])];
    scene.run(10);
    assert!(done.iter().all(|d| matches!(d.as_ref().map(|d| d.try_result()), Ok(Some(Ok(_))))));
    let edit = control.edit(ids[0], |topology, legs| {
        let edge = topology.edges().find(|e| e.from.0 == legs.receive).expect("every leg has it");
        topology.insert_between(edge, Segment::Up, Box::new(Faulty(10)))?;
        Ok(())
    });
    let _applied = edit.expect("the edit fits");
    let panicked = |kind: &EventKind| matches!(kind, EventKind::Panicked);
    scene.run(11);
    assert_eq!(scene.events_of(ids[0]).filter(|e| panicked(&e.kind)).count(), 1);
    assert!(matches!(control.unbridge(ids[0]), Err(Reject::Quarantined(id)) if id == ids[0]));
    scene.run(20);
    // Its peer may be parted from it, and may be joined with another.
    let parted = control.unbridge(ids[1]).expect("the peer is sound");
    let refused = control.txn().migrate(ids[0], media_core::WorkerId(0));
    assert!(matches!(Txn::commit(refused), Err(Reject::Quarantined(_))));
    scene.run(10);
    assert!(parted.try_result().is_some_and(|r| r.is_ok()), "{:?}", parted.try_result());
    let gone = control.destroy(ids[0]).expect("it can be destroyed");
    scene.run(30);
    assert!(gone.try_result().is_some_and(|r| r.is_ok()));
    let (calls, _, report) = scene.stop();
    assert_eq!(report.sessions, 3);
    assert!(calls[0].sent.iter().all(|p| p.tick < 20), "silent from the panic on");
    for call in &calls[1..] {
        check_stream(&codec, &call.sent).expect("whole");
        check_cadence(&codec, 2, &call.sent).expect("untouched");
    }
}
