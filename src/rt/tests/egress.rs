use crate::rt::{ByteConsumer, Egress, EgressPort, byte_ring};
use crate::types::IoGroup;

fn worker(bytes: usize) -> (Egress, ByteConsumer) {
    let (tx, rx) = byte_ring(bytes);
    (Egress::new(vec![tx]), rx)
}

#[test]
fn tag_and_datagram_arrive_together() {
    let (mut egress, rx) = worker(1_024);
    assert!(egress.send(IoGroup(0), 0x0123_4567_89ab_cdef, &[b"header", b"payload"]));
    let mut seen = Vec::new();
    let mut port = EgressPort::new(vec![rx]);
    assert_eq!(port.pull(8, |tag, bytes| seen.push((tag, bytes.to_vec()))), 1);
    assert_eq!(seen, [(0x0123_4567_89ab_cdef, b"headerpayload".to_vec())]);
    assert!(port.is_empty());
}

#[test]
fn unknown_group_and_full_ring_are_counted() {
    let (mut egress, rx) = worker(64);
    assert!(!egress.send(IoGroup(1), 0, &[b"x"]));
    while egress.send(IoGroup(0), 0, &[b"x"]) {}
    assert_eq!(egress.dropped(), 2);
    assert_eq!(EgressPort::new(vec![rx]).dropped(), 1);
    assert!(!Egress::none().send(IoGroup(0), 0, &[b"x"]));
}

#[test]
fn a_busy_worker_does_not_starve_another() {
    let (mut busy, busy_rx) = worker(64 * 1_024);
    let (mut quiet, quiet_rx) = worker(64 * 1_024);
    let mut port = EgressPort::new(vec![busy_rx, quiet_rx]);
    for _ in 0..1_000 {
        assert!(busy.send(IoGroup(0), 0, &[b"x"]));
    }
    for i in 0..40 {
        assert!(quiet.send(IoGroup(0), 1, &[&[i]]));
    }
    let mut order = Vec::new();
    while port.pull(50, |tag, bytes| order.extend((tag == 1).then(|| bytes[0]))) > 0 && order.len() < 40 {}
    assert_eq!(order, (0..40).collect::<Vec<_>>());
    assert!(!port.is_empty());
}

#[test]
fn a_port_without_workers_is_empty() {
    let mut port = EgressPort::new(Vec::new());
    assert_eq!(port.pull(8, |_, _| ()), 0);
    assert!(port.is_empty());
}
