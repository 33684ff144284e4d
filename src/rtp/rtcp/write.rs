//! A compound packet of ours: sender or receiver report, CNAME, extended reports, and goodbye.

use rtcp_types::prelude::*;
use rtcp_types::{
    Bye, Compound, DelaySinceLastReceiverReport, DelaySinceLastReceiverReportBlock, ReceiverReferenceTime,
    ReceiverReport, ReportBlock, Sdes, SdesChunk, SdesItem, SenderReport, Xr,
};

use crate::rtp::rtcp::{Block, NtpTime, VoipBlock};
use crate::types::Ssrc;

/// The stream that the party is sent, as a sender report has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentStream {
    /// The RTP timestamp of what is sent at the report's time.
    pub rtp: u32,
    /// Packets sent.
    pub packets: u32,
    /// Payload bytes sent.
    pub bytes: u32,
}

/// What a report says.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// Who reports: the source of the stream sent, whether anything was sent or not.
    pub ssrc: Ssrc,
    /// When.
    pub ntp: NtpTime,
    /// The stream, if anything was sent.
    pub sent: Option<SentStream>,
    /// What was received.
    pub block: Option<Block>,
    /// The reporter's canonical name (RFC 7022).
    pub cname: &'a str,
    /// Quality of what is received.
    pub voip: Option<VoipBlock>,
    /// A reference time that is to be answered: whose, the middle of its time stamp, the time since it came.
    pub answer: Option<(Ssrc, u32, u32)>,
    /// The source leaves.
    pub bye: bool,
}

fn wire(block: &Block) -> rtcp_types::ReportBlockBuilder {
    ReportBlock::builder(block.ssrc.0)
        .fraction_lost(block.fraction_lost)
        .cumulative_lost(block.lost as u32 & 0xff_ffff)
        .extended_sequence_number(block.highest)
        .interarrival_jitter(block.jitter)
        .last_sender_report_timestamp(block.last_report)
        .delay_since_last_sender_report_timestamp(block.since_last)
}

/// The compound packet of a report. All tell their reference time (RFC 3611 §4.4): who sends nothing, or nothing that
/// arrives, learns the round trip by it. Allocates.
pub fn write(report: &Report<'_>) -> Vec<u8> {
    let (ssrc, block) = (report.ssrc.0, report.block.as_ref().map(wire));
    let compound = match report.sent {
        Some(sent) => {
            let sender = SenderReport::builder(ssrc)
                .ntp_timestamp(report.ntp.0)
                .rtp_timestamp(sent.rtp)
                .packet_count(sent.packets)
                .octet_count(sent.bytes);
            Compound::builder()
                .add_packet(block.into_iter().fold(sender, |sender, block| sender.add_report_block(block)))
        }
        None => {
            let receiver = ReceiverReport::builder(ssrc);
            Compound::builder()
                .add_packet(block.into_iter().fold(receiver, |receiver, block| receiver.add_report_block(block)))
        }
    };
    let name = SdesItem::builder(SdesItem::CNAME, report.cname);
    let compound = compound.add_packet(Sdes::builder().add_chunk(SdesChunk::builder(ssrc).add_item(name)));
    let reference = ReceiverReferenceTime::builder().ntp_timestamp(report.ntp.0);
    let mut extended = Xr::builder().sender_ssrc(ssrc).add_block(reference);
    if let Some((to, last_report, since_last)) = report.answer {
        let answer = DelaySinceLastReceiverReportBlock::builder()
            .ssrc(to.0)
            .last_receiver_report(last_report)
            .delay_since_last_receiver_report_timestamp(since_last);
        extended = extended.add_block(DelaySinceLastReceiverReport::builder().add_block(answer));
    }
    if let Some(voip) = report.voip {
        extended = extended.add_block(voip);
    }
    let compound = compound.add_packet(extended);
    let compound = if report.bye { compound.add_packet(Bye::builder().add_source(ssrc)) } else { compound };
    let mut bytes = vec![0; compound.calculate_size().unwrap_or(0)];
    // A CNAME beyond 255 bytes is the only thing that cannot be written; then nothing is.
    let length = compound.write_into(&mut bytes).unwrap_or(0);
    bytes.truncate(length);
    bytes
}
