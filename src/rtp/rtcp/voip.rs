//! The VoIP metrics block of extended reports (RFC 3611 §4.7), in its own units.

use rtcp_types::prelude::*;
use rtcp_types::{RtcpParseError, RtcpWriteError};

/// What the receiver of a stream tells of its quality. Values that do not fit are cut to what fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoipBlock {
    /// Source of the stream.
    pub ssrc: u32,
    /// Packets lost, after repair, in 1/256 of those expected.
    pub loss_rate: u8,
    /// Packets that came and were not played, in 1/256.
    pub discard_rate: u8,
    /// Packets lost or discarded within bursts, in 1/256.
    pub burst_density: u8,
    /// Packets lost or discarded within gaps, in 1/256.
    pub gap_density: u8,
    /// Mean duration of a burst in milliseconds.
    pub burst_duration: u16,
    /// Mean duration of a gap in milliseconds.
    pub gap_duration: u16,
    /// Round trip between the two ends in milliseconds; 0: not known.
    pub round_trip: u16,
    /// Delay within the end itself in milliseconds.
    pub end_system_delay: u16,
    /// Level of the voice in dBm0, two's complement; [`VoipBlock::UNKNOWN`]: not measured.
    pub signal_level: u8,
    /// Level of the noise in pauses in dBm0, likewise.
    pub noise_level: u8,
    /// Residual echo return loss in dB; [`VoipBlock::UNKNOWN`]: not measured.
    pub residual_echo: u8,
    /// Packets in a row that end a burst.
    pub gmin: u8,
    /// R of the stream, 0 to 100; [`VoipBlock::UNKNOWN`]: not measured. So the following.
    pub r_factor: u8,
    /// R of what is beyond the end.
    pub external_r_factor: u8,
    /// Listening quality, 10 to 50.
    pub mos_lq: u8,
    /// Conversational quality, 10 to 50.
    pub mos_cq: u8,
    /// How losses are concealed and how the jitter buffer adapts (§4.7.7).
    pub config: u8,
    /// Delay that the jitter buffer aims at in milliseconds.
    pub buffer_nominal: u16,
    /// Delay that the buffer has had at most of late.
    pub buffer_maximum: u16,
    /// Delay that it can have at most.
    pub buffer_absolute: u16,
}

impl VoipBlock {
    /// Length on the wire.
    pub(super) const BYTES: usize = 36;

    /// Stands for what was not measured.
    pub const UNKNOWN: u8 = 127;

    /// Enhanced concealment, an adaptive jitter buffer (§4.7.7: `PLC` 2, `JBA` 3).
    pub const ADAPTIVE: u8 = 0b1011_0000;
}

impl XrBlockStaticType for VoipBlock {
    const BLOCK_TYPE: u8 = 7;
}

impl<'a> XrBlockParser<'a> for VoipBlock {
    fn parse(data: &'a [u8]) -> Result<Self, RtcpParseError> {
        let short = RtcpParseError::Truncated { expected: Self::BYTES, actual: data.len() };
        let Some(&d) = data.first_chunk::<{ Self::BYTES }>() else { return Err(short) };
        let pair = |at: usize| u16::from_be_bytes([d[at], d[at + 1]]);
        Ok(Self {
            ssrc: u32::from_be_bytes([d[4], d[5], d[6], d[7]]),
            loss_rate: d[8],
            discard_rate: d[9],
            burst_density: d[10],
            gap_density: d[11],
            burst_duration: pair(12),
            gap_duration: pair(14),
            round_trip: pair(16),
            end_system_delay: pair(18),
            signal_level: d[20],
            noise_level: d[21],
            residual_echo: d[22],
            gmin: d[23],
            r_factor: d[24],
            external_r_factor: d[25],
            mos_lq: d[26],
            mos_cq: d[27],
            config: d[28],
            buffer_nominal: pair(30),
            buffer_maximum: pair(32),
            buffer_absolute: pair(34),
        })
    }

    fn header_data(&self) -> [u8; 4] {
        [Self::BLOCK_TYPE, 0, 0, (Self::BYTES / 4 - 1) as u8]
    }
}

impl XrBlockBuilder<'_> for VoipBlock {
    fn type_specific_byte(&self) -> u8 {
        0
    }
}

impl RtcpPacketWriter for VoipBlock {
    fn calculate_size(&self) -> Result<usize, RtcpWriteError> {
        Ok(Self::BYTES)
    }

    fn write_into_unchecked(&self, buf: &mut [u8]) -> usize {
        buf[..4].copy_from_slice(&self.header_data());
        buf[4..8].copy_from_slice(&self.ssrc.to_be_bytes());
        buf[8..12].copy_from_slice(&[self.loss_rate, self.discard_rate, self.burst_density, self.gap_density]);
        let times = [self.burst_duration, self.gap_duration, self.round_trip, self.end_system_delay];
        let buffers = [self.buffer_nominal, self.buffer_maximum, self.buffer_absolute];
        for (at, value) in (12..).step_by(2).zip(times).chain((30..).step_by(2).zip(buffers)) {
            buf[at..at + 2].copy_from_slice(&value.to_be_bytes());
        }
        buf[20..24].copy_from_slice(&[self.signal_level, self.noise_level, self.residual_echo, self.gmin]);
        buf[24..28].copy_from_slice(&[self.r_factor, self.external_r_factor, self.mos_lq, self.mos_cq]);
        buf[28..30].copy_from_slice(&[self.config, 0]);
        Self::BYTES
    }

    fn get_padding(&self) -> Option<u8> {
        None
    }
}
