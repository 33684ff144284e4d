//! Datagrams that are taken ahead of their tick, since all that happens to them is that they pass.

use crate::graph::Io;
use crate::graph::nodes::Receive;
use crate::graph::nodes::receive::intake::ARRIVAL_BYTES;
use crate::rtp::RtpPacket;

/// Datagrams that a session may take ahead of a tick; where more wait, it is the tick that bounds them.
const MAX_AHEAD: usize = 16;

impl Receive {
    /// Takes what waits, if all of it is audio of the source and codec that are relayed, and nothing else is under way: then it makes no
    /// difference that the tick comes later. Returns how many. Real-time: O(16 datagrams).
    pub(crate) fn take_ahead(&mut self, io: &mut Io<'_>) -> usize {
        let Some(line) = self.relay.filter(|_| !self.copied) else { return 0 };
        if self.beside.as_ref().is_some_and(|beside| beside.is_busy()) {
            return 0;
        }
        let (incoming, source) = (&self.incoming, self.counts.reception.ssrc);
        let plain = |record: &[u8]| {
            let packet = record.get(ARRIVAL_BYTES..).and_then(|datagram| RtpPacket::parse(datagram).ok());
            packet.is_some_and(|RtpPacket { header, .. }| {
                header.ssrc == source && incoming.line_of(header.payload_type, header.sequence) == Some(line)
            })
        };
        let count = self.datagrams.waiting(MAX_AHEAD - self.ahead.min(MAX_AHEAD), plain);
        self.ahead += count;
        self.take_up_to(count, io);
        count
    }
}
