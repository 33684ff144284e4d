//! Checks of what an engine sent.

use media_core::CodecSpec;
use media_core::rtp::RtpPacket;

/// A datagram that the engine sent, with the tick in which it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// When.
    pub tick: u64,
    /// What.
    pub datagram: Vec<u8>,
}

impl Packet {
    /// The packet in the datagram.
    pub fn rtp(&self) -> RtpPacket<'_> {
        RtpPacket::parse(&self.datagram).expect("the engine sends RTP")
    }
}

/// Checks that a stream is one line: one SSRC, the codec's payload type, sequence numbers that rise by
/// one, timestamps that follow each other without overlap, and without a hole but before a marker.
pub fn check_stream(codec: &CodecSpec, packets: &[Packet]) -> Result<(), String> {
    for (at, pair) in packets.windows(2).enumerate() {
        let (before, after) = (pair[0].rtp(), pair[1].rtp());
        let (b, a) = (before.header, after.header);
        let wrong = |what: &str| Err(format!("packet {}, tick {}: {what}: {b:?} then {a:?}", at + 1, pair[1].tick));
        if a.ssrc != b.ssrc || a.payload_type != codec.payload_type || b.payload_type != codec.payload_type {
            return wrong("identity");
        }
        if a.sequence != b.sequence.wrapping_add(1) {
            return wrong("sequence");
        }
        let duration = clock_ticks(codec, codec.payload_samples(before.payload));
        let hole = a.timestamp.wrapping_sub(b.timestamp).wrapping_sub(duration) as i32;
        if hole < 0 || (hole > 0 && !a.marker) {
            return wrong("timestamp");
        }
    }
    Ok(())
}

/// Checks that from its first packet on a stream has one packet every `ticks` ticks, all of one length.
pub fn check_cadence(codec: &CodecSpec, ticks: u64, packets: &[Packet]) -> Result<(), String> {
    let bytes = codec.payload_bytes(codec.rate.per_tick() * ticks as usize);
    for (at, packet) in packets.iter().enumerate() {
        let due = packets[0].tick + at as u64 * ticks;
        let length = packet.rtp().payload.len();
        if packet.tick != due || length != bytes {
            return Err(format!("packet {at}: tick {}, due {due}; {length} bytes, due {bytes}", packet.tick));
        }
    }
    Ok(())
}

/// The audio of a stream.
pub fn audio(codec: &CodecSpec, packets: &[Packet]) -> Vec<f32> {
    let mut decoder = codec.decoder();
    let mut heard = Vec::new();
    for packet in packets {
        let payload = packet.rtp().payload;
        let start = heard.len();
        heard.resize(start + codec.payload_samples(payload), 0.0);
        decoder.decode(payload, &mut heard[start..]).expect("the engine sends its codec");
    }
    heard
}

/// The best normalised correlation of `heard` with `said` over delays of up to `most` samples, and that delay.
pub fn correlation(said: &[f32], heard: &[f32], most: usize) -> (f64, usize) {
    let at = |delay: usize| {
        let pairs = said.iter().zip(heard.iter().skip(delay)).map(|(a, b)| (f64::from(*a), f64::from(*b)));
        let (ab, aa, bb) = pairs.fold((0.0, 1e-9, 1e-9), |(x, y, z), (a, b)| (x + a * b, y + a * a, z + b * b));
        ab / f64::sqrt(aa * bb)
    };
    (0..most).map(|delay| (at(delay), delay)).max_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or_default()
}

/// The largest step from one sample to the next.
pub fn largest_step(audio: &[f32]) -> f32 {
    audio.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
}

/// Samples as units of the RTP clock.
fn clock_ticks(codec: &CodecSpec, samples: usize) -> u32 {
    (samples as u64 * u64::from(codec.clock_rate) / u64::from(codec.rate.hz())) as u32
}
