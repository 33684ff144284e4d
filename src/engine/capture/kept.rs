//! The control side of a capture: takes what the worker copied, and lets the oldest go.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::engine::Direction;
use crate::engine::capture::{Capsule, Capture, CapturedPacket, Trigger};
use crate::rt::PacketTapReader;
use crate::session::SessionSpec;
use crate::types::{Micros, SessionId, Tick};

/// Bytes that a packet takes beside its own.
const OVERHEAD: usize = 64;

/// Packets of one session, the newest last.
#[derive(Debug)]
pub(crate) struct Capturing {
    pub how: Capture,
    reader: PacketTapReader,
    packets: VecDeque<CapturedPacket>,
    bytes: usize,
    overwritten: u64,
    /// The session had received nothing when the capture began.
    fresh: bool,
}

impl Capturing {
    pub fn new(how: Capture, reader: PacketTapReader, fresh: bool) -> Self {
        Self { how, reader, packets: VecDeque::new(), bytes: 0, overwritten: 0, fresh }
    }

    /// Takes what has come by now, and lets go what is too old or too much.
    pub fn take(&mut self, now: Tick) {
        let Self { reader, packets, bytes, .. } = self;
        reader.drain(|packet| {
            *bytes += packet.datagram.len() + OVERHEAD;
            packets.push_back(CapturedPacket {
                direction: if packet.sent { Direction::Outbound } else { Direction::Inbound },
                tick: packet.tick,
                time: Micros(packet.time_us),
                datagram: packet.datagram.into(),
            });
        });
        let oldest = now.0.saturating_sub(self.how.length.ticks().into());
        while let Some(packet) = self.packets.front() {
            if packet.tick.0 >= oldest && self.bytes <= self.how.bytes {
                break;
            }
            self.bytes -= packet.datagram.len() + OVERHEAD;
            self.packets.pop_front();
            self.overwritten += 1;
        }
    }

    /// What there is now. The datagrams are shared, not copied.
    pub fn capsule(&self, session: SessionId, spec: &SessionSpec, trigger: Trigger) -> Arc<Capsule> {
        let lost = self.reader.dropped();
        Arc::new(Capsule {
            session,
            trigger,
            whole: self.fresh && self.overwritten == 0 && lost == 0,
            overwritten: self.overwritten,
            lost,
            packets: self.packets.iter().cloned().collect(),
            spec: spec.clone(),
        })
    }
}
