//! A compound packet, item by item. Allocates nothing; whatever comes, it ends and never panics.

use rtcp_types::prelude::*;
use rtcp_types::{
    Bye, Compound, DelaySinceLastReceiverReport, Packet, ReceiverReferenceTime, ReceiverReport, ReportBlock,
    SenderReport, Xr,
};
use thiserror::Error;

use crate::rtp::rtcp::{NtpTime, VoipBlock};
use crate::types::Ssrc;

/// A datagram that is no RTCP. Nothing of it was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RtcpError {
    /// No compound packet of version 2, or one that lies about its lengths.
    #[error("not an RTCP packet of version 2, or one that lies about its lengths")]
    Malformed,
    /// Larger than any datagram that is taken.
    #[error("RTCP of {0} bytes; at most 1500")]
    Length(usize),
}

/// What a receiver tells of a stream (RFC 3550 §6.4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Block {
    /// Source of the stream.
    pub ssrc: Ssrc,
    /// Packets lost since the last report, in 1/256.
    pub fraction_lost: u8,
    /// Packets lost since the beginning; copies count against it.
    pub lost: i32,
    /// Highest sequence number that came, with the count of its wraps.
    pub highest: u32,
    /// Interarrival jitter in units of the stream's clock.
    pub jitter: u32,
    /// Middle of the last sender report's time stamp; 0: none came.
    pub last_report: u32,
    /// Time since that came, in 2⁻¹⁶ s.
    pub since_last: u32,
}

/// One thing that a compound packet says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Item {
    /// A sender's clock: its time of day and the RTP timestamp that belongs to it.
    Sender {
        /// Who.
        ssrc: Ssrc,
        /// When, by its clock.
        ntp: NtpTime,
        /// The same on the stream's clock.
        rtp: u32,
        /// Packets sent.
        packets: u32,
        /// Payload bytes sent.
        bytes: u32,
    },
    /// What `from` received of a stream.
    Received {
        /// Who tells.
        from: Ssrc,
        /// What.
        block: Block,
    },
    /// The clock of a party that sends nothing (RFC 3611 §4.4).
    Reference {
        /// Who.
        from: Ssrc,
        /// When, by its clock.
        ntp: NtpTime,
    },
    /// An answer to a [`Item::Reference`] of ours, as in a report block (RFC 3611 §4.5).
    Answer {
        /// Whose reference is answered.
        to: Ssrc,
        /// Middle of its time stamp.
        last_report: u32,
        /// Time since that came, in 2⁻¹⁶ s.
        since_last: u32,
    },
    /// What a receiver tells of a voice.
    Voip(VoipBlock),
    /// A source has left.
    Bye(Ssrc),
}

/// Parts of a compound packet that were not understood and were left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unread(pub u32);

/// Largest datagram: Ethernet's payload. A compound packet of that size has 375 packets at most.
const MOST_BYTES: usize = 1_500;

/// Reads a compound packet, or a single one (RFC 5506).
pub fn read(datagram: &[u8], mut take: impl FnMut(Item)) -> Result<Unread, RtcpError> {
    if datagram.len() > MOST_BYTES {
        return Err(RtcpError::Length(datagram.len()));
    }
    let compound = Compound::parse(datagram).map_err(|_| RtcpError::Malformed)?;
    let mut unread = Unread::default();
    for packet in compound {
        match packet {
            Ok(Packet::Sr(report)) => sender(&report, &mut take),
            Ok(Packet::Rr(report)) => receiver(&report, &mut take),
            Ok(Packet::Bye(bye)) => goodbye(&bye, &mut take),
            Ok(Packet::Xr(extended)) => xr(&extended, &mut take),
            Ok(_) => unread.0 += 1,
            // What is behind a packet that cannot be read is not read either.
            Err(_) => {
                unread.0 += 1;
                break;
            }
        }
    }
    Ok(unread)
}

fn sender(report: &SenderReport<'_>, take: &mut impl FnMut(Item)) {
    let ssrc = Ssrc(report.ssrc());
    take(Item::Sender {
        ssrc,
        ntp: NtpTime(report.ntp_timestamp()),
        rtp: report.rtp_timestamp(),
        packets: report.packet_count(),
        bytes: report.octet_count(),
    });
    report.report_blocks().for_each(|block| take(Item::Received { from: ssrc, block: known(&block) }));
}

fn receiver(report: &ReceiverReport<'_>, take: &mut impl FnMut(Item)) {
    let from = Ssrc(report.ssrc());
    report.report_blocks().for_each(|block| take(Item::Received { from, block: known(&block) }));
}

fn known(block: &ReportBlock<'_>) -> Block {
    Block {
        ssrc: Ssrc(block.ssrc()),
        fraction_lost: block.fraction_lost(),
        // 24 bits with a sign.
        lost: (block.cumulative_lost() << 8) as i32 >> 8,
        highest: block.extended_sequence_number(),
        jitter: block.interarrival_jitter(),
        last_report: block.last_sender_report_timestamp(),
        since_last: block.delay_since_last_sender_report_timestamp(),
    }
}

fn goodbye(bye: &Bye<'_>, take: &mut impl FnMut(Item)) {
    bye.ssrcs().for_each(|ssrc| take(Item::Bye(Ssrc(ssrc))));
}

fn xr(extended: &Xr<'_>, take: &mut impl FnMut(Item)) {
    let from = Ssrc(extended.sender_ssrc());
    for block in extended.block_iter() {
        // A block that says that it is shorter than it has to be would be read into the next one.
        if let Some(voip) = block.parse_into::<VoipBlock>().ok().filter(|_| block.length() >= VoipBlock::BYTES) {
            take(Item::Voip(voip));
        } else if let Ok(reference) = block.parse_into::<ReceiverReferenceTime<'_>>() {
            take(Item::Reference { from, ntp: NtpTime(reference.ntp_timestamp()) });
        } else if let Ok(answers) = block.parse_into::<DelaySinceLastReceiverReport<'_>>() {
            // The crate's iterator (0.3.0) goes on into the blocks behind.
            for answer in answers.block_iter().take(block.length().saturating_sub(4) / 12) {
                take(Item::Answer {
                    to: Ssrc(answer.ssrc()),
                    last_report: answer.last_receiver_report(),
                    since_last: answer.delay_since_last_receiver_report_timestamp(),
                });
            }
        }
    }
}
