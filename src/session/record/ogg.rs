//! Recordings in Ogg/Opus (RFC 7845).

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use ogg::writing::{PacketWriteEndInfo, PacketWriter};

use crate::codec::AudioEncoder;
use crate::codec::audio::opus::{OpusConfig, OpusEncoder};
use crate::session::file::delimit;
use crate::session::record::{Layout, RecordError};
use crate::types::SampleRate;

/// Packets on a page: a second, as RFC 7845 §6 has it at most.
const PAGE: u64 = 50;

/// The stream's number in the file; it is the only one.
const SERIAL: u32 = 1;

/// Writes channels, each as a stream of its own.
pub(super) struct OpusOutput {
    /// None any more once it has failed.
    ogg: Option<PacketWriter<'static, BufWriter<File>>>,
    encoders: Vec<OpusEncoder>,
    rate: SampleRate,
    /// Of a packet, interleaved.
    gathered: Vec<f32>,
    /// Samples of one channel, those that were recorded and those encoded.
    written: u64,
    encoded: u64,
    /// The last packet, which the next one or the end puts on a page.
    packet: Option<Vec<u8>>,
    packets: u64,
}

impl OpusOutput {
    pub fn create(
        path: &Path,
        layout: Layout,
        channels: usize,
        rate: SampleRate,
        bitrate: Option<u32>,
    ) -> Result<Self, RecordError> {
        if ![8_000, 12_000, 16_000, 24_000, 48_000].contains(&rate.hz()) {
            return Err(RecordError::Rate(rate.hz()));
        }
        let config = OpusConfig { bitrate, ..OpusConfig::new(rate, 1) };
        let encoders = (0..channels).map(|_| OpusEncoder::new(config)).collect::<Result<Vec<_>, _>>()?;
        let file = File::create(path).map_err(RecordError::Ogg)?;
        let mut output = Self {
            ogg: Some(PacketWriter::new(BufWriter::new(file))),
            encoders,
            rate,
            gathered: Vec::new(),
            written: 0,
            encoded: 0,
            packet: None,
            packets: 0,
        };
        output.put(output.head(layout), PacketWriteEndInfo::EndPage, 0)?;
        output.put(tags(), PacketWriteEndInfo::EndPage, 0)?;
        Ok(output)
    }

    pub fn write(&mut self, samples: &[f32]) -> Result<(), RecordError> {
        self.gathered.extend_from_slice(samples);
        self.written += (samples.len() / self.encoders.len()) as u64;
        if self.gathered.len() >= self.packet_length() { self.encode() } else { Ok(()) }
    }

    pub fn finish(mut self: Box<Self>) -> Result<(), RecordError> {
        // The decoder is behind by the look-ahead; what is beyond the end is cut by the last page's position.
        while self.encoded < self.written + self.lookahead() {
            self.gathered.resize(self.packet_length(), 0.0);
            self.encode()?;
        }
        if let Some(packet) = self.packet.take() {
            let end = self.clock(self.lookahead() + self.written);
            self.put(packet, PacketWriteEndInfo::EndStream, end)?;
        }
        self.ogg.as_mut().map_or(Ok(()), |ogg| ogg.inner_mut().flush()).map_err(RecordError::Ogg)
    }

    /// Interleaved samples of 20 ms.
    fn packet_length(&self) -> usize {
        2 * self.rate.per_tick() * self.encoders.len()
    }

    fn lookahead(&self) -> u64 {
        self.encoders.first().map_or(0, OpusEncoder::lookahead) as u64
    }

    /// A count of samples on the clock of Opus, 48 kHz.
    fn clock(&self, samples: u64) -> u64 {
        samples * 48_000 / u64::from(self.rate.hz())
    }

    fn encode(&mut self) -> Result<(), RecordError> {
        if let Some(packet) = self.packet.take() {
            self.packets += 1;
            let full = self.packets.is_multiple_of(PAGE);
            let ends = if full { PacketWriteEndInfo::EndPage } else { PacketWriteEndInfo::NormalPacket };
            self.put(packet, ends, self.clock(self.encoded))?;
        }
        let channels = self.encoders.len();
        let mut all = Vec::new();
        for (channel, encoder) in self.encoders.iter_mut().enumerate() {
            let audio: Vec<f32> = self.gathered.iter().skip(channel).step_by(channels).copied().collect();
            let mut payload = vec![0; encoder.max_payload(audio.len())];
            let encoded = encoder.encode(&audio, &mut payload).map_err(|_| RecordError::Rate(self.rate.hz()))?;
            payload.truncate(encoded.bytes);
            let last = channel + 1 == channels;
            // An encoder of 20 ms makes packets of one frame.
            all.extend(if last { payload } else { delimit(&payload).unwrap_or(payload) });
        }
        self.encoded += (self.gathered.len() / channels) as u64;
        self.gathered.clear();
        self.packet = Some(all);
        Ok(())
    }

    fn put(&mut self, packet: Vec<u8>, ends: PacketWriteEndInfo, position: u64) -> Result<(), RecordError> {
        let broken = || RecordError::Ogg(std::io::ErrorKind::BrokenPipe.into());
        let written = self.ogg.as_mut().ok_or_else(broken)?.write_packet(packet, SERIAL, ends, position);
        // After an error its pages are not what it believes.
        if written.is_err() {
            self.ogg = None;
        }
        written.map_err(RecordError::Ogg)
    }

    /// The identification header (RFC 7845 §5.1).
    fn head(&self, layout: Layout) -> Vec<u8> {
        let channels = self.encoders.len() as u8;
        let family = match (channels, layout) {
            (1, _) => 0,
            (_, Layout::Stereo) => 1,
            _ => 255,
        };
        let mut head = b"OpusHead\x01".to_vec();
        head.push(channels);
        head.extend((self.clock(self.lookahead()) as u16).to_le_bytes());
        head.extend(self.rate.hz().to_le_bytes());
        head.extend([0, 0, family]);
        if family != 0 {
            head.extend([channels, 0]);
            head.extend(0..channels);
        }
        head
    }
}

/// The comment header (RFC 7845 §5.2), without a comment.
fn tags() -> Vec<u8> {
    let vendor = concat!("media-core ", env!("CARGO_PKG_VERSION"));
    [&b"OpusTags"[..], &(vendor.len() as u32).to_le_bytes(), vendor.as_bytes(), &[0; 4]].concat()
}
