//! Ogg/Opus files (RFC 7845): the container by the crate ogg, the packets by the engine's own decoder.

use std::collections::VecDeque;
use std::io::{Read, Seek, SeekFrom};

use ogg::reading::{OggReadError, PacketReader};

use crate::codec::AudioDecoder;
use crate::codec::audio::opus::{OpusDecoder, Packet};
use crate::graph::ReadFailure;
use crate::session::SourceError;
use crate::session::file::decode::Decode;
use crate::session::file::packets::{Head, Streams};
use crate::types::{Decibels, SampleRate};

/// Opus is decoded at this rate whatever it was encoded from (RFC 7845 §4).
const RATE: SampleRate = SampleRate::HZ_48000;

/// What a decoder hears before the place that is looked for, to be settled there (RFC 7845 §4.6): 80 ms.
const PRE_ROLL: u64 = 3_840;

/// Longest packet, 120 ms.
const LONGEST: usize = 5_760;

/// An Ogg/Opus file of any number of channels, mixed to mono.
pub(super) struct OpusFile<T: Read + Seek> {
    ogg: PacketReader<T>,
    head: Head,
    gain: f32,
    /// One for each stream.
    decoders: Vec<OpusDecoder>,
    /// Place of the next packet's first sample, pre-skip included.
    at: u64,
    /// What is decoded before it is nobody's to hear.
    from: u64,
    ready: VecDeque<f32>,
    over: bool,
}

impl<T: Read + Seek> OpusFile<T> {
    pub fn new(input: T) -> Result<Self, SourceError> {
        let mut ogg = PacketReader::new(input);
        let first = ogg.read_packet().map_err(|_| SourceError::Format)?.ok_or(SourceError::Empty)?;
        let head = Head::parse(&first.data).ok_or(SourceError::Format)?;
        let decoders = head.streams().map(|_| OpusDecoder::new(RATE, 1)).collect::<Result<_, _>>();
        let gain = Decibels(f32::from(head.gain) / 256.0).linear();
        let from = u64::from(head.pre_skip);
        let decoders = decoders.map_err(|_| SourceError::Format)?;
        let mut file = Self { ogg, head, gain, decoders, at: 0, from, ready: VecDeque::new(), over: false };
        file.skip_tags().map_err(|_| SourceError::Format)?;
        Ok(file)
    }

    /// The second packet tells of the file, not of its sound.
    fn skip_tags(&mut self) -> Result<(), ReadFailure> {
        self.ogg.read_packet().map_err(failure)?.ok_or(ReadFailure::Corrupt)?;
        Ok(())
    }

    /// The next packet's audio.
    fn decode(&mut self) -> Result<(), ReadFailure> {
        let Some(packet) = self.ogg.read_packet().map_err(failure)? else {
            self.over = true;
            return Ok(());
        };
        let streams = Streams::of(&packet.data, self.head.streams).ok_or(ReadFailure::Corrupt)?;
        let samples = Packet::parse(streams.first()).ok_or(ReadFailure::Corrupt)?.samples(RATE);
        let end = self.at + samples as u64;
        // What is long past is not decoded.
        if end + PRE_ROLL > self.from {
            let mut mix = [0.0f32; LONGEST];
            let shares = self.head.streams();
            for ((stream, decoder), share) in streams.iter().zip(&mut self.decoders).zip(shares) {
                let mut audio = [0.0; LONGEST];
                let decoded = decoder.decode(stream, &mut audio).map_err(|_| ReadFailure::Corrupt)?;
                if decoded != samples {
                    return Err(ReadFailure::Corrupt);
                }
                let gain = share * self.gain;
                mix.iter_mut().zip(&audio[..samples]).for_each(|(mix, sample)| *mix += gain * sample);
            }
            // The last page says how many samples there are in truth (RFC 7845 §4.4).
            let last = packet.last_in_stream() && packet.absgp_page() > self.at;
            let until = if last { packet.absgp_page().min(end) } else { end };
            let (first, last) = (self.from.clamp(self.at, end) - self.at, until.max(self.at) - self.at);
            self.ready.extend(&mix[first.min(last) as usize..last as usize]);
        }
        self.at = end;
        self.over |= packet.last_in_stream();
        Ok(())
    }
}

impl<T: Read + Seek + Send> Decode for OpusFile<T> {
    fn rate(&self) -> SampleRate {
        RATE
    }

    fn read(&mut self, out: &mut [f32]) -> Result<usize, ReadFailure> {
        while self.ready.len() < out.len() && !self.over {
            self.decode()?;
        }
        let count = self.ready.len().min(out.len());
        out.iter_mut().zip(self.ready.drain(..count)).for_each(|(to, from)| *to = from);
        Ok(count)
    }

    /// Reads over the packets before; only those of the last 80 ms are decoded.
    fn seek(&mut self, to: u64) -> Result<(), ReadFailure> {
        self.ogg.seek_bytes(SeekFrom::Start(0)).map_err(|_| ReadFailure::Unreadable)?;
        self.ogg.read_packet().map_err(failure)?.ok_or(ReadFailure::Corrupt)?;
        self.skip_tags()?;
        self.decoders.iter_mut().for_each(AudioDecoder::reset);
        self.ready.clear();
        (self.at, self.from, self.over) = (0, to + u64::from(self.head.pre_skip), false);
        Ok(())
    }
}

fn failure(why: OggReadError) -> ReadFailure {
    match why {
        OggReadError::ReadError(why) if why.raw_os_error().is_some() => ReadFailure::Unreadable,
        _ => ReadFailure::Corrupt,
    }
}
