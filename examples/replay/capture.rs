//! Captures: pcap and pcapng files to the datagrams in them, with their times of arrival.

use std::error::Error;
use std::fs::File;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use etherparse::{EtherType, LaxNetSlice, LaxSlicedPacket, TransportSlice};
use pcap_parser::{Block, Linktype, PcapBlockOwned, PcapError, create_reader};

/// What was sent from one socket to another.
pub struct Datagram {
    /// Microseconds since 1970.
    pub at_us: u64,
    pub from: SocketAddr,
    pub to: SocketAddr,
    /// Of TCP: a segment, of which only signalling is of interest.
    pub tcp: bool,
    pub bytes: Vec<u8>,
}

/// A capture's datagrams by time, and what is wrong with it.
#[derive(Default)]
pub struct Capture {
    pub datagrams: Vec<Datagram>,
    pub warnings: Vec<String>,
}

/// What could not be used, in packets.
#[derive(Default)]
struct Left {
    cut: usize,
    fragments: usize,
    untimed: usize,
    foreign: usize,
    links: Vec<i32>,
}

/// An interface of the capture: what its packets begin with, and its clock.
struct Interface {
    link: Linktype,
    per_second: u64,
    offset_s: i64,
}

/// The largest block that is read.
const BUFFER: usize = 4 << 20;

/// Reads a whole capture.
pub fn read(path: &Path) -> Result<Capture, Box<dyn Error>> {
    let wrong = |what: String| format!("{}: {what}", path.display());
    let file = File::open(path).map_err(|e| wrong(e.to_string()))?;
    let mut reader = create_reader(BUFFER, file).map_err(|e| match e {
        PcapError::Eof => wrong("the file is empty".into()),
        PcapError::ReadError => wrong("cannot be read".into()),
        _ => wrong("neither pcap nor pcapng".into()),
    })?;
    let (mut capture, mut left, mut interfaces) = (Capture::default(), Left::default(), Vec::new());
    let mut nanoseconds = false;
    loop {
        let (waiting, ended) = (reader.data().len(), reader.reader_exhausted());
        match reader.next() {
            Ok((size, block)) => {
                match block {
                    PcapBlockOwned::LegacyHeader(header) => {
                        nanoseconds = header.is_nanosecond_precision();
                        interfaces = vec![Interface { link: header.network, per_second: 1, offset_s: 0 }];
                    }
                    PcapBlockOwned::Legacy(packet) => {
                        let fraction = u64::from(packet.ts_usec) / if nanoseconds { 1_000 } else { 1 };
                        let at_us = u64::from(packet.ts_sec) * 1_000_000 + fraction;
                        let link = interfaces.first().map(|i| i.link);
                        capture.add(at_us, link, packet.data, packet.origlen, &mut left);
                    }
                    PcapBlockOwned::NG(Block::SectionHeader(_)) => interfaces.clear(),
                    PcapBlockOwned::NG(Block::InterfaceDescription(interface)) => interfaces.push(Interface {
                        link: interface.linktype,
                        per_second: interface.ts_resolution().unwrap_or(1_000_000).max(1),
                        offset_s: interface.ts_offset(),
                    }),
                    PcapBlockOwned::NG(Block::EnhancedPacket(packet)) => match interfaces.get(packet.if_id as usize) {
                        Some(interface) => {
                            let ticks = u128::from(packet.ts_high) << 32 | u128::from(packet.ts_low);
                            let us = (ticks * 1_000_000 / u128::from(interface.per_second)) as u64;
                            let at_us = us.saturating_add_signed(interface.offset_s.saturating_mul(1_000_000));
                            let data = &packet.data[..packet.data.len().min(packet.caplen as usize)];
                            capture.add(at_us, Some(interface.link), data, packet.origlen, &mut left);
                        }
                        None => left.foreign += 1,
                    },
                    PcapBlockOwned::NG(Block::SimplePacket(_)) => left.untimed += 1,
                    PcapBlockOwned::NG(_) => {}
                }
                reader.consume(size);
            }
            Err(PcapError::Eof) => break,
            Err(PcapError::Incomplete(_)) if !ended => {
                reader.refill().map_err(|_| wrong("cannot be read on".into()))?;
                if reader.data().len() == waiting && !reader.reader_exhausted() {
                    capture.warnings.push("a block of the capture is larger than 4 MiB: the rest is left out".into());
                    break;
                }
            }
            Err(PcapError::Incomplete(_) | PcapError::UnexpectedEof) => {
                capture.warnings.push("the capture ends in the middle of a packet".into());
                break;
            }
            Err(e) => {
                let found = capture.datagrams.len();
                let what = wrong(format!("damaged after {found} datagrams ({})", kind(&e)));
                if found == 0 {
                    return Err(what.into());
                }
                capture.warnings.push(what);
                break;
            }
        }
    }
    capture.settle(&left);
    Ok(capture)
}

fn kind(error: &PcapError<&[u8]>) -> &'static str {
    match error {
        PcapError::BufferTooSmall => "a block is larger than 4 MiB",
        PcapError::ReadError => "it cannot be read on",
        _ => "a block makes no sense",
    }
}

impl Capture {
    fn add(&mut self, at_us: u64, link: Option<Linktype>, data: &[u8], original: u32, left: &mut Left) {
        let Some(packet) = link.and_then(|link| sliced(link, data, left)) else { return };
        let (ips, fragment): ([IpAddr; 2], bool) = match &packet.net {
            Some(LaxNetSlice::Ipv4(ip)) => {
                let header = ip.header();
                ([header.source_addr().into(), header.destination_addr().into()], ip.is_payload_fragmented())
            }
            Some(LaxNetSlice::Ipv6(ip)) => {
                let header = ip.header();
                ([header.source_addr().into(), header.destination_addr().into()], ip.is_payload_fragmented())
            }
            _ => return,
        };
        left.fragments += usize::from(fragment);
        let (ports, tcp, bytes) = match &packet.transport {
            Some(TransportSlice::Udp(udp)) => ([udp.source_port(), udp.destination_port()], false, udp.payload()),
            Some(TransportSlice::Tcp(tcp)) => ([tcp.source_port(), tcp.destination_port()], true, tcp.payload()),
            _ => return,
        };
        if !tcp && (data.len() as u64) < u64::from(original) {
            left.cut += 1;
        }
        let [from, to] = [SocketAddr::new(ips[0], ports[0]), SocketAddr::new(ips[1], ports[1])];
        self.datagrams.push(Datagram { at_us, from, to, tcp, bytes: bytes.to_vec() });
    }

    /// Brings everything into the order of time, and says what was left out.
    fn settle(&mut self, left: &Left) {
        let backwards = self.datagrams.windows(2).filter(|pair| pair[1].at_us < pair[0].at_us).count();
        self.datagrams.sort_by_key(|datagram| datagram.at_us);
        let mut say = |count: usize, what: &str| {
            if count > 0 {
                self.warnings.push(format!("{count} {what}"));
            }
        };
        say(backwards, "packets of the capture are not in the order of their times: sorted");
        say(left.cut, "packets were cut short by the capture (snap length): what they carried is incomplete");
        say(left.fragments, "fragments of IP packets: such datagrams are left out");
        say(left.untimed, "packets without a time (simple packet blocks) are left out");
        say(left.foreign, "packets of an interface that the capture does not describe are left out");
        for link in &left.links {
            self.warnings.push(format!("packets of link type {link} cannot be read and are left out"));
        }
    }
}

/// The headers of a packet, whatever the link is.
fn sliced<'a>(link: Linktype, data: &'a [u8], left: &mut Left) -> Option<LaxSlicedPacket<'a>> {
    // The upper bits tell of check sequences.
    match link.0 & 0xffff {
        1 => LaxSlicedPacket::from_ethernet(data).ok(),
        // Loopback of BSD: four bytes of address family.
        0 | 108 => LaxSlicedPacket::from_ip(data.get(4..)?).ok(),
        12 | 14 | 101 | 228 | 229 => LaxSlicedPacket::from_ip(data).ok(),
        // Linux's "any" device: the protocol stands at the end of one header and at the start of the other.
        113 => Some(LaxSlicedPacket::from_ether_type(protocol(data, 14)?, data.get(16..)?)),
        276 => Some(LaxSlicedPacket::from_ether_type(protocol(data, 0)?, data.get(20..)?)),
        other => {
            if !left.links.contains(&other) {
                left.links.push(other);
            }
            None
        }
    }
}

fn protocol(data: &[u8], at: usize) -> Option<EtherType> {
    let bytes = data.get(at..)?.first_chunk::<2>()?;
    Some(EtherType(u16::from_be_bytes(*bytes)))
}
