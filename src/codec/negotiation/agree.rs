//! The meeting of an offer and an answer (RFC 3264 §6, §7).

use thiserror::Error;

use crate::codec::CodecSpec;
use crate::codec::negotiation::capabilities::describe;
use crate::codec::negotiation::{Auxiliary, Capabilities, MediaFormat, MediaFormats};
use crate::types::{Millis, TICK_MS};

/// Whose order decides among the codecs that both have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preference {
    /// The order of the offer, as RFC 3264 §6.1 recommends.
    #[default]
    Theirs,
    /// Our own.
    Ours,
}

/// What both sides agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Negotiated {
    /// What to send, under the payload type that the peer gave it, within what the peer takes.
    pub send: CodecSpec,
    /// What may come, each under the payload type that we gave it; never empty, the preferred first.
    pub receive: Vec<CodecSpec>,
    /// Audio in each packet sent.
    pub ptime: Millis,
    /// DTMF events, if both sides have them at the clock rate of `send`.
    pub telephone_event: Option<Auxiliary>,
    /// Comfort noise, likewise.
    pub comfort_noise: Option<Auxiliary>,
    /// Redundancy, likewise.
    pub redundancy: Option<Auxiliary>,
}

/// Why there is no common ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NegotiationError {
    /// No codec is on both sides.
    #[error("no codec in common")]
    NoCommonCodec,
    /// A format that was answered is not one that was offered.
    #[error("the answer holds no codec of the offer")]
    NotOffered,
    /// The codec has no packets that short.
    #[error("the codec has no packets of at most {0} ms")]
    Ptime(u32),
}

impl Capabilities {
    /// Answers an offer: what goes back to the peer, and what it comes to.
    ///
    /// Formats of the answer have the offer's payload types (RFC 3264 §6.1).
    pub fn answer(
        &self,
        offer: &MediaFormats,
        preference: Preference,
    ) -> Result<(MediaFormats, Negotiated), NegotiationError> {
        let mut pairs = self.pairs(offer);
        if preference == Preference::Ours {
            pairs.sort_by_key(|(ours, _)| *ours);
        }
        let both: Vec<CodecSpec> = pairs.iter().map(|(_, agreed)| *agreed).collect();
        let receive: Vec<CodecSpec> =
            pairs.iter().map(|(ours, agreed)| self.codecs[*ours].under(agreed.payload_type)).collect();
        let send = *both.first().ok_or(NegotiationError::NoCommonCodec)?;
        let mut answer = MediaFormats {
            formats: receive.iter().map(describe).collect(),
            ptime: None,
            max_ptime: Some(self.max_ptime),
        };
        for format in offer.formats.iter().filter(|f| Auxiliary::is(f)) {
            if let Some(ours) = self.counterpart(format) {
                answer.formats.push(MediaFormat { payload_type: format.payload_type, ..ours.clone() });
            }
        }
        let agreed = self.settle(send, receive, &answer, offer)?;
        answer.ptime = Some(agreed.ptime);
        Ok((answer, agreed))
    }

    /// Takes the answer to our own [`offer`](Self::offer).
    pub fn accept(&self, answer: &MediaFormats) -> Result<Negotiated, NegotiationError> {
        let pairs = self.pairs(answer);
        let (_, send) = *pairs.first().ok_or(NegotiationError::NotOffered)?;
        let mut receive: Vec<CodecSpec> = pairs.iter().map(|(ours, _)| self.codecs[*ours]).collect();
        receive.dedup();
        self.settle(send, receive, &self.offer(), answer)
    }

    /// For each codec that both have, in the peer's order: ours by index, and what we may send.
    fn pairs(&self, theirs: &MediaFormats) -> Vec<(usize, CodecSpec)> {
        let kinds = self.kinds();
        let specs = theirs.formats.iter().filter(|f| !Auxiliary::is(f)).filter_map(|f| f.spec(&kinds));
        let agree =
            |their: CodecSpec| self.codecs.iter().enumerate().find_map(|(at, our)| Some((at, our.agree(&their)?)));
        specs.filter_map(agree).collect()
    }

    fn settle(
        &self,
        send: CodecSpec,
        receive: Vec<CodecSpec>,
        ours: &MediaFormats,
        theirs: &MediaFormats,
    ) -> Result<Negotiated, NegotiationError> {
        let auxiliary = |name| Auxiliary::agree(name, send.clock_rate, ours, theirs);
        Ok(Negotiated {
            ptime: self.packet_time(&send, theirs)?,
            telephone_event: Auxiliary::agree_on_events(send.clock_rate, ours, theirs),
            comfort_noise: auxiliary(Auxiliary::COMFORT_NOISE),
            redundancy: auxiliary(Auxiliary::REDUNDANCY),
            send,
            receive,
        })
    }

    /// The packet time nearest to what the peer asks for that the codec, the peer and we can do.
    fn packet_time(&self, send: &CodecSpec, theirs: &MediaFormats) -> Result<Millis, NegotiationError> {
        let most = theirs.max_ptime.unwrap_or(self.max_ptime).min(self.max_ptime);
        let wanted = theirs.ptime.unwrap_or(self.ptime).min(most);
        let codec = send.kind.codec();
        let possible = (1..=most.0 / TICK_MS).map(|ticks| Millis(ticks * TICK_MS)).filter(|&ptime| codec.allows(ptime));
        possible.min_by_key(|ptime| (ptime.0.abs_diff(wanted.0), ptime.0)).ok_or(NegotiationError::Ptime(most.0))
    }
}
