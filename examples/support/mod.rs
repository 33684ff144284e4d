//! A line of telephones in virtual time: each speaks a clip at 8 kHz in packets of 20 ms and keeps what it hears.
#![allow(dead_code, reason = "shared by several examples, and not all of it is used by each")]
#![allow(clippy::print_stdout, reason = "an example tells what it hears")]

use std::error::Error;
use std::path::Path;

use hound::{SampleFormat, WavSpec, WavWriter};
use media_core::codec::{AudioDecoder, AudioEncoder};
use media_core::rtp::{RtpHeader, RtpPacket};
use media_core::{
    CodecSpec, Control, EgressPort, EngineConfig, EventStream, IngressPort, IoGroup, OfflineEngine, SampleRate,
    SessionId, SessionSpec, Source, Ssrc,
};

/// An engine with telephones.
pub struct Office {
    engine: OfflineEngine,
    egress: EgressPort,
    pub control: Control,
    pub events: EventStream,
    phones: Vec<Phone>,
}

/// One telephone, and the session that it is connected to.
pub struct Phone {
    pub id: SessionId,
    /// What it says, again and again.
    pub says: Vec<f32>,
    /// What it has heard, at 8 kHz.
    pub heard: Vec<f32>,
    /// Packets that did not continue the sequence, the timestamps or the source of the one before.
    pub breaks: u32,
    pub packets: u32,
    encoder: Box<dyn AudioEncoder>,
    decoder: Box<dyn AudioDecoder>,
    ingress: IngressPort,
    next: RtpHeader,
    position: usize,
    last: Option<RtpHeader>,
}

/// Samples in a packet of 20 ms.
const PACKET: usize = 160;

impl Office {
    pub fn open() -> Result<Self, Box<dyn Error>> {
        let mut engine = OfflineEngine::new(EngineConfig::new().workers(1))?;
        let (egress, events) = (engine.egress(IoGroup(0)), engine.events());
        let (Some(egress), Some(events)) = (egress, events) else { return Err("taken already".into()) };
        Ok(Self { control: engine.control(), engine, egress, events, phones: Vec::new() })
    }

    /// Connects a telephone that says `says`, audio at 8 kHz, again and again.
    pub fn connect(&mut self, codec: CodecSpec, says: Vec<f32>) -> Result<SessionId, Box<dyn Error>> {
        let created = self.control.create(SessionSpec::new(codec))?;
        let ssrc = Ssrc(created.id.index() + 1);
        let next = RtpHeader { marker: true, payload_type: codec.payload_type, sequence: 0, timestamp: 0, ssrc };
        self.phones.push(Phone {
            id: created.id,
            says,
            heard: Vec::new(),
            breaks: 0,
            packets: 0,
            encoder: codec.encoder(),
            decoder: codec.decoder(),
            ingress: created.ingress,
            next,
            position: 0,
            last: None,
        });
        Ok(created.id)
    }

    /// Lets `millis` pass: the telephones speak, the engine ticks, the telephones listen.
    pub fn run(&mut self, millis: u64) -> Result<(), Box<dyn Error>> {
        for _ in 0..millis / 10 {
            let now = self.engine.now();
            let packet_due = now.0.is_multiple_of(20_000);
            for phone in self.phones.iter_mut().filter(|phone| packet_due && !phone.ingress.is_closed()) {
                let datagram = phone.speak()?;
                phone.ingress.push(&datagram, now)?;
            }
            self.engine.tick();
            let phones = &mut self.phones;
            self.egress.pull(usize::MAX, |id, datagram| {
                if let Some(phone) = phones.iter_mut().find(|phone| phone.id == id) {
                    phone.listen(datagram);
                }
            });
        }
        Ok(())
    }

    pub fn phone(&self, id: SessionId) -> Result<&Phone, Box<dyn Error>> {
        self.phones.iter().find(|phone| phone.id == id).ok_or_else(|| "no such telephone".into())
    }
}

impl Phone {
    fn speak(&mut self) -> Result<Vec<u8>, Box<dyn Error>> {
        let frame: Vec<f32> = self.says.iter().cycle().skip(self.position).take(PACKET).copied().collect();
        self.position = (self.position + PACKET) % self.says.len();
        let mut payload = vec![0; self.encoder.max_payload(PACKET)];
        let encoded = self.encoder.encode(&frame, &mut payload)?;
        let datagram = [&self.next.to_bytes()[..], &payload[..encoded.bytes]].concat();
        self.next.marker = false;
        self.next.sequence = self.next.sequence.wrapping_add(1);
        self.next.timestamp = self.next.timestamp.wrapping_add(PACKET as u32);
        Ok(datagram)
    }

    fn listen(&mut self, datagram: &[u8]) {
        let Ok(RtpPacket { header, payload, .. }) = RtpPacket::parse(datagram) else { return };
        let mut audio = [0.0; PACKET];
        let samples = self.decoder.decode(payload, &mut audio).unwrap_or(0);
        self.heard.extend(&audio[..samples]);
        self.packets += 1;
        if let Some(last) = self.last.replace(header) {
            let sequence = last.sequence.wrapping_add(1);
            let timestamp = last.timestamp.wrapping_add(PACKET as u32);
            let continued = RtpHeader { marker: header.marker, sequence, timestamp, ..last };
            self.breaks += u32::from(header != continued);
        }
    }
}

/// The audio of a WAV file at 8 kHz.
pub fn clip(wav: &[u8]) -> Result<Vec<f32>, Box<dyn Error>> {
    match Source::wav_bytes(wav)? {
        Source::Pcm { samples, rate: SampleRate::HZ_8000, .. } => Ok(samples.to_vec()),
        other => Err(format!("a clip of 8 kHz was expected, not {other:?}").into()),
    }
}

/// Writes audio at 8 kHz to a WAV file of 16 bits, and its folder if it is not there.
pub fn save(path: &str, audio: &[f32]) -> Result<(), Box<dyn Error>> {
    if let Some(dir) = Path::new(path).parent() {
        std::fs::create_dir_all(dir)?;
    }
    let (channels, sample_rate, bits_per_sample) = (1, 8_000, 16);
    let spec = WavSpec { channels, sample_rate, bits_per_sample, sample_format: SampleFormat::Int };
    let mut wav = WavWriter::create(path, spec)?;
    for sample in audio {
        wav.write_sample((sample * 32_768.0) as i16)?;
    }
    Ok(wav.finalize()?)
}

/// Tells how long and how loud some audio at 8 kHz is, and what it sounds like.
pub fn tell(what: &str, heard: &[f32], candidates: &[(&str, &[f32])]) {
    print!("{what}: {:.2} s at {:.0} dBFS", heard.len() as f32 / 8_000.0, level(heard));
    for (name, audio) in candidates {
        print!(", likeness to {name} {:.2}", likeness(heard, audio));
    }
    println!();
}

/// Level of some audio in dB below full scale.
fn level(audio: &[f32]) -> f32 {
    let power = audio.iter().map(|s| s * s).sum::<f32>() / audio.len().max(1) as f32;
    10.0 * power.max(1e-10).log10()
}

/// How well half a second from the middle of `heard` matches the best place of `said`, 0 to 1.
fn likeness(heard: &[f32], said: &[f32]) -> f32 {
    let start = (heard.len() / 2).saturating_sub(2_000);
    let probe = &heard[start..heard.len().min(start + 4_000)];
    let matches = said.windows(probe.len().max(1)).map(|place| {
        let [mut product, mut a, mut b] = [0.0f32; 3];
        for (x, y) in probe.iter().zip(place) {
            product += x * y;
            a += x * x;
            b += y * y;
        }
        product / (a * b).sqrt().max(1e-9)
    });
    matches.fold(0.0, f32::max)
}
