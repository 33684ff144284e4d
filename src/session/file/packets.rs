//! What an Ogg/Opus file says of its streams, and how their packets lie in one (RFC 7845 §5.1, RFC 6716 appendix B).

/// The identification header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub channels: u8,
    /// Decoded samples at 48 kHz before the first that is to be heard.
    pub pre_skip: u16,
    /// Q7.8 decibels.
    pub gain: i16,
    pub streams: u8,
    /// Of them, those of two channels; they come first.
    pub coupled: u8,
}

impl Head {
    /// `None`: it is none, or of a kind that is not known (ambisonics, RFC 8486).
    pub fn parse(data: &[u8]) -> Option<Self> {
        let rest = data.strip_prefix(b"OpusHead")?;
        let &[version, channels, skip_low, skip_high, _, _, _, _, gain_low, gain_high, family, ..] = rest else {
            return None;
        };
        let (streams, coupled) = match (family, rest.get(11..13)) {
            (0, _) if channels <= 2 => (1, channels.saturating_sub(1)),
            (1 | 255, Some(&[streams, coupled])) => (streams, coupled),
            _ => return None,
        };
        let pre_skip = u16::from_le_bytes([skip_low, skip_high]);
        let gain = i16::from_le_bytes([gain_low, gain_high]);
        let sound = version < 16 && channels > 0 && streams > 0 && coupled <= streams;
        sound.then_some(Self { channels, pre_skip, gain, streams, coupled })
    }

    /// The share that each stream has in a mix of all channels.
    pub fn streams(&self) -> impl Iterator<Item = f32> + use<> {
        let (streams, coupled) = (usize::from(self.streams), usize::from(self.coupled));
        let all = (streams + coupled) as f32;
        (0..streams).map(move |n| if n < coupled { 2.0 / all } else { 1.0 / all })
    }
}

/// The packets of all streams.
pub(super) struct Streams(Vec<Vec<u8>>);

impl Streams {
    /// Takes a packet apart; `None`: it is not of so many streams.
    pub fn of(data: &[u8], count: u8) -> Option<Self> {
        let (mut packets, mut rest) = (Vec::with_capacity(count.into()), data);
        for _ in 1..count {
            let (packet, behind) = undelimit(rest)?;
            packets.push(packet);
            rest = behind;
        }
        packets.push(rest.to_vec());
        Some(Self(packets))
    }

    pub fn first(&self) -> &[u8] {
        self.0.first().map(Vec::as_slice).unwrap_or_default()
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(Vec::as_slice)
    }
}

/// A packet that tells its own length, as one that does not, and what is behind it. Only of one frame or two, as encoders
/// of 20 ms make them.
fn undelimit(data: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let (&toc, rest) = data.split_first()?;
    let (first, rest) = length(rest)?;
    let (prefix, bytes, rest) = match toc & 3 {
        0 => (None, first, rest),
        1 => (None, 2 * first, rest),
        2 => {
            let (second, rest) = length(rest)?;
            (Some(first), first + second, rest)
        }
        _ => return None,
    };
    let (audio, behind) = rest.split_at_checked(bytes)?;
    let mut packet = vec![toc];
    packet.extend(prefix.into_iter().flat_map(coded));
    packet.extend(audio);
    Some((packet, behind))
}

/// The same packet with its length told; `None`: it is not of one frame.
pub(in crate::session) fn delimit(packet: &[u8]) -> Option<Vec<u8>> {
    let (&toc, audio) = packet.split_first()?;
    (toc & 3 == 0).then(|| [&[toc][..], &coded(audio.len()), audio].concat())
}

/// A length by RFC 6716 §3.2.1.
fn length(data: &[u8]) -> Option<(usize, &[u8])> {
    match data {
        [first @ 252..=255, second, rest @ ..] => Some((usize::from(*second) * 4 + usize::from(*first), rest)),
        [first @ 0..=251, rest @ ..] => Some((usize::from(*first), rest)),
        _ => None,
    }
}

fn coded(length: usize) -> Vec<u8> {
    if length < 252 {
        vec![length as u8]
    } else {
        let first = 252 + (length & 3);
        vec![first as u8, ((length - first) / 4) as u8]
    }
}
