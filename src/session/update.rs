//! What a session is to be from now on: a change of its spec in mid-call.

use crate::buffer::JitterConfig;
use crate::codec::CodecSpec;
use crate::codec::negotiation::Negotiated;
use crate::session::SessionSpec;
use crate::session::spec::MOST_ALSO;
use crate::types::{Millis, PayloadType};

/// Changes of a running session; what is not named stays.
///
/// The stream sent keeps its SSRC, sequence numbers and time line, the one received its playout and
/// its figures; the ingress port stays the same.
#[derive(Clone, Debug, Default)]
pub struct SessionUpdate {
    receive: Option<CodecSpec>,
    send: Option<CodecSpec>,
    send_as: Option<PayloadType>,
    also: Option<Vec<CodecSpec>>,
    ptime: Option<Millis>,
    jitter: Option<JitterConfig>,
    beside: Option<Negotiated>,
    redundancy: Option<u8>,
}

impl SessionUpdate {
    /// Nothing changes.
    pub fn new() -> Self {
        Self::default()
    }

    /// What a further offer and its answer agreed on (a re-INVITE), as
    /// [`SessionSpec::negotiated`] takes the first: codecs, packet time, and what goes beside the codec.
    pub fn negotiated(agreed: &Negotiated) -> Self {
        let mut codecs = agreed.receive.iter().copied();
        let first = codecs.next().unwrap_or(agreed.send);
        let also = Some(codecs.take(MOST_ALSO).collect());
        Self { also, ..Self::new().receive(first).send(agreed.send).ptime(agreed.ptime).beside(agreed) }
    }

    /// Telephone events, comfort noise and redundancy as negotiation has them now; redundancy keeps its levels, one at least.
    pub fn beside(mut self, agreed: &Negotiated) -> Self {
        self.beside = Some(agreed.clone());
        self
    }

    /// Receives and sends `codec`.
    pub fn codec(self, codec: CodecSpec) -> Self {
        self.receive(codec).send(codec)
    }

    /// Receives mainly `codec`; its rate becomes that of the audio from the party. What is sent stays.
    pub fn receive(mut self, codec: CodecSpec) -> Self {
        self.receive = Some(codec);
        self
    }

    /// Sends `codec`; its rate becomes that of the audio to the party.
    pub fn send(mut self, codec: CodecSpec) -> Self {
        self.send = Some(codec);
        self
    }

    /// Sends under another payload type than the codec's own.
    pub fn send_as(mut self, payload_type: PayloadType) -> Self {
        self.send_as = Some(payload_type);
        self
    }

    /// Takes packets of `codec` as well; the first call replaces all that were taken so far.
    pub fn also_receive(mut self, codec: CodecSpec) -> Self {
        self.also.get_or_insert_default().push(codec);
        self
    }

    /// Audio in each packet sent.
    pub fn ptime(mut self, ptime: Millis) -> Self {
        self.ptime = Some(ptime);
        self
    }

    /// Bounds of the jitter buffer.
    pub fn jitter(mut self, jitter: JitterConfig) -> Self {
        self.jitter = Some(jitter);
        self
    }

    /// Sends each payload again in so many packets (RFC 2198), 0 to 4; where signalling agreed on no redundancy nothing changes.
    pub fn redundancy_levels(mut self, levels: u8) -> Self {
        self.redundancy = Some(levels);
        self
    }

    /// The spec with the changes.
    pub(crate) fn apply(&self, spec: &SessionSpec) -> SessionSpec {
        let mut new = spec.clone();
        let sends = spec.sends();
        if let Some(codec) = self.receive {
            new.codec = codec;
            new.also.retain(|also| also.payload_type != codec.payload_type);
        }
        (new.send, new.send_as) = (Some(self.send.unwrap_or(sends)), self.send_as);
        if let Some(also) = &self.also {
            new.also.clone_from(also);
        }
        if let (Some(levels), Some((_, sent))) = (self.redundancy, &mut new.payloads.redundancy) {
            // What comes may repeat as often as before.
            new.expected.get_or_insert(spec.payloads);
            *sent = levels;
        }
        new.ptime = self.ptime.unwrap_or(spec.ptime);
        new.jitter = self.jitter.unwrap_or(spec.jitter);
        match &self.beside {
            Some(agreed) => {
                let levels = spec.payloads.redundancy.map_or(1, |(_, levels)| levels.max(1));
                new.beside(agreed, levels)
            }
            None => new,
        }
    }
}
