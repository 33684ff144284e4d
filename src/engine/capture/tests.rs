//! Files of capsules, read by somebody else's reader.

use etherparse::{LaxSlicedPacket, TransportSlice};
use pcap_parser::traits::PcapReaderIterator;
use pcap_parser::{Block, PcapBlockOwned, PcapError, PcapNGReader};

use crate::codec::CodecSpec;
use crate::engine::Direction;
use crate::engine::capture::{Capsule, CapturedPacket, Trigger};
use crate::session::SessionSpec;
use crate::types::{Micros, PayloadType, SessionId, Tick};

#[test]
fn a_capsule_s_file_is_read_by_others_as_the_packets_that_it_holds() {
    let packet = |direction, tick: u64, length: usize| CapturedPacket {
        direction,
        tick: Tick(tick),
        time: Micros(tick * 10_000 + 7),
        datagram: (0..length).map(|byte| byte as u8).collect(),
    };
    let packets: Vec<_> = (0..9)
        .map(|n| packet([Direction::Inbound, Direction::Outbound][n % 2], n as u64 + (1 << 33), 12 + n))
        .collect();
    let spec = SessionSpec::new(CodecSpec::pcma()).telephone_event(PayloadType::new(101).expect("below 128"), 8_000);
    let session = SessionId::from_tag(3);
    let capsule = Capsule {
        session,
        trigger: Trigger::Asked,
        whole: true,
        overwritten: 0,
        lost: 0,
        packets: packets.clone(),
        spec,
    };
    let mut file = Vec::new();
    capsule.write_pcapng(&mut file).expect("memory takes it");
    let mut reader = PcapNGReader::new(65_536, &file[..]).expect("a section");
    let mut read = Vec::new();
    loop {
        match reader.next() {
            Ok((size, block)) => {
                if let PcapBlockOwned::NG(Block::EnhancedPacket(packet)) = block {
                    let sliced =
                        LaxSlicedPacket::from_ip(&packet.data[..packet.caplen as usize]).expect("an IP packet");
                    let Some(TransportSlice::Udp(udp)) = sliced.transport else { panic!("UDP") };
                    let at = u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low);
                    read.push((at, udp.source_port(), udp.destination_port(), udp.payload().to_vec()));
                }
                reader.consume(size);
            }
            Err(PcapError::Eof) => break,
            Err(PcapError::Incomplete(_)) => reader.refill().expect("it is in memory"),
            Err(why) => panic!("{why:?}"),
        }
    }
    let (_, _, port, description) = read.remove(0);
    let text = String::from_utf8(description).expect("text");
    assert!(port == 5_060 && text.contains("m=audio 40002 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"), "{text}");
    assert!(text.contains("a=rtpmap:101 telephone-event/8000"), "{text}");
    assert_eq!(read.len(), packets.len());
    for (packet, (at, from, to, bytes)) in packets.iter().zip(read) {
        let ports = if packet.direction == Direction::Inbound { (40_000, 40_002) } else { (40_002, 40_000) };
        assert_eq!((at, (from, to), &bytes[..]), (packet.time.0, ports, &*packet.datagram));
    }
}
