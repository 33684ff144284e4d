//! From a spec to a leg's graph, and what the control side keeps of it.
//!
//! ```text
//! Up:    receive ── fader ── far_out          (what the far party hears)
//! Down:  far_in ── fader ── send              (what this party hears)
//! ```

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use thiserror::Error;

use crate::graph::nodes::{
    Fader, FarIn, FarOut, Lease, PassIn, PassOut, PcmIn, PcmOut, Receive, Send, VoiceReader, WantedReader, wanted,
};
use crate::graph::{AddError, CompileError, ConnectError, Node, Segment, SpliceError, Topology, compile};
use crate::rt::{ByteProducer, Handle, Owned, SeqReader, byte_ring, ring, seqlock};
use crate::rtp::SendIdentity;
use crate::session::external::{ExternalPort, ExternalSpec, PcmWriter};
use crate::session::file::Readers;
use crate::session::tap::tap_ring;
use crate::session::{NODE_WORDS, STAT_WORDS, Session, SessionSpec, SpecError};
use crate::types::{NodeId, SampleRate, SessionId, Ssrc};

/// A session that could not be built.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The spec is wrong.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// The graph's nodes do not fit together.
    #[error(transparent)]
    Add(#[from] AddError),
    /// The graph's nodes do not connect.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// A node does not fit between others.
    #[error(transparent)]
    Splice(#[from] SpliceError),
    /// The graph does not compile.
    #[error(transparent)]
    Compile(#[from] CompileError),
}

/// The nodes that every leg has.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Legs {
    /// Jitter buffer, decoder and concealment.
    pub receive: NodeId,
    /// Gain and mute of what comes from the leg.
    pub fader_up: NodeId,
    /// Hands the leg's audio to the far party.
    pub far_out: NodeId,
    /// Takes the far party's audio.
    pub far_in: NodeId,
    /// Gain and mute of what goes to the leg.
    pub fader_down: NodeId,
    /// Encoder and packetiser.
    pub send: NodeId,
}

impl Legs {
    /// All of them.
    pub fn all(&self) -> [NodeId; 6] {
        [self.receive, self.fader_up, self.far_out, self.far_in, self.fader_down, self.send]
    }

    /// Whether the node is one of them.
    pub fn contains(&self, node: NodeId) -> bool {
        self.all().contains(&node)
    }
}

/// A session ready for its worker, and what stays with the control side.
pub struct Built {
    pub(crate) session: Owned<Session>,
    pub(crate) topology: Topology,
    pub(crate) legs: Legs,
    /// Works on the leg's voice, if something is to be done with it.
    pub(crate) voice: Option<(NodeId, VoiceReader)>,
    /// Plays digits to it, if it needs that.
    pub(crate) tones: Option<NodeId>,
    pub(crate) ingress: ByteProducer,
    pub(crate) external: Option<ExternalPort>,
    pub(crate) stats: SeqReader<STAT_WORDS>,
    pub(crate) nodes: SeqReader<NODE_WORDS>,
    /// A session that is never decoded misses nothing.
    pub(crate) wanted: Option<WantedReader>,
    pub(crate) cost: u32,
}

/// Builds a session and touches its memory, so that its first tick faults no page. Allocates.
pub(crate) fn build(
    spec: &SessionSpec,
    id: SessionId,
    seed: u64,
    reclaim: &Handle,
    readers: &Readers,
) -> Result<Built, BuildError> {
    spec.validate()?;
    let (rate, sends) = (spec.codec.rate, spec.sends());
    let random = mix(seed ^ u64::from(id.index) << 32 ^ u64::from(id.generation));
    let identity = SendIdentity {
        ssrc: spec.ssrc.unwrap_or(Ssrc(random as u32)),
        sequence: spec.sequence.unwrap_or((random >> 32) as u16),
        timestamp: spec.timestamp.unwrap_or(mix(random) as u32),
    };
    let (ingress, datagrams) = byte_ring(spec.ring_bytes());
    let (wanted, reader) = (spec.opaque.is_none() && spec.has_network()).then(wanted).unzip();
    let mut port = None;
    let (receiver, sender): Ends = match (&spec.opaque, &spec.external, &spec.player) {
        (_, Some(external), _) => {
            let (ends, opened) = program_ends(rate, external);
            port = Some(opened);
            ends
        }
        // Nobody reads what it hears.
        (_, _, Some((source, how))) => {
            (source.clone().node(rate, how, readers), Box::new(PcmOut::new(rate, ring(1).0)))
        }
        (Some(codecs), None, None) => {
            let clock_rate = codecs.first().map_or(90_000, |codec| codec.clock_rate);
            let out = PassOut::new(spec.formats(), clock_rate, spec.io, identity);
            (Box::new(PassIn::new(spec.formats(), datagrams)), Box::new(out))
        }
        (None, None, None) => {
            let receiver =
                Receive::new(&spec.receives(), spec.ptime, spec.jitter_bounds(), datagrams).with(spec.expected());
            let receiver = receiver.telling_level(spec.audio_level).copied(spec.copied);
            let receiver = wanted.into_iter().fold(receiver, Receive::telling);
            let sender = Send::new(&sends, spec.packet_ticks(), spec.io, identity)
                .with(spec.payloads)
                .suppressing(spec.suppresses)
                // Nobody is behind copies who could be sent anything.
                .silent(spec.copied);
            (Box::new(receiver), Box::new(sender))
        }
    };
    let mut topology = Topology::new();
    let receive = topology.add(Segment::Up, receiver)?;
    let fader_up = topology.add(Segment::Up, Box::new(Fader::new(rate)))?;
    let far_out = topology.add(Segment::Up, Box::new(FarOut::new(rate)))?;
    let far_in = topology.add(Segment::Down, Box::new(FarIn::new(sends.rate, sends.rate, spec.resampling)))?;
    let fader_down = topology.add(Segment::Down, Box::new(Fader::new(sends.rate)))?;
    let send = topology.add(Segment::Down, sender)?;
    for (from, to) in [(receive, fader_up), (fader_up, far_out), (far_in, fader_down), (fader_down, send)] {
        topology.connect((from, 0), (to, 0))?;
    }
    let legs = Legs { receive, fader_up, far_out, far_in, fader_down, send };
    let (voice, tones) = legs.add_processing(&mut topology, spec)?;
    let cost = topology.cost();
    let graph = compile(&mut topology)?;
    let (stats_writer, stats) = seqlock::<STAT_WORDS>();
    let (nodes_writer, nodes) = seqlock::<NODE_WORDS>();
    let session = Owned::new(reclaim, Session::new(id, graph, stats_writer, nodes_writer));
    Ok(Built { session, topology, legs, voice, tones, ingress, external: port, stats, nodes, wanted: reader, cost })
}

/// Where a leg begins and where it ends.
type Ends = (Box<dyn Node>, Box<dyn Node>);

/// The two ends of a program's leg, and what the program holds of them. Allocates.
fn program_ends(rate: SampleRate, external: &ExternalSpec) -> (Ends, ExternalPort) {
    let (said, pieces) = ring(external.places());
    let (frames, reader) = tap_ring(rate, external.heard);
    let flag = external.barge_in.map(|level| (Arc::new(AtomicBool::new(false)), level));
    let input = PcmIn::new(rate, Lease::of(pieces), external.target, external.most)
        .interrupted_by(flag.as_ref().map(|(flag, _)| flag.clone()));
    let output = PcmOut::new(rate, frames).interrupting(flag);
    ((Box::new(input), Box::new(output)), ExternalPort { writer: PcmWriter::new(said, rate), reader })
}

/// SplitMix64's output function (Steele, Lea, Flood 2014): spreads ids over all 64 bits.
fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
