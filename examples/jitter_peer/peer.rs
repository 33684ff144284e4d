//! One session of an offline engine, driven by the bench's calls.

use std::error::Error;
use std::sync::Arc;

#[cfg(feature = "opus")]
use media_core::codec::{CodecParams, audio::opus::OpusParams};
use media_core::graph::{NotConnected, Segment};
use media_core::rtp::{RTP_HEADER_BYTES, RtpHeader};
use media_core::{
    CodecSpec, Control, EgressPort, EngineConfig, IngressPort, IoGroup, Micros, OfflineEngine, PayloadType, SampleRate,
    SessionId, SessionSpec, Ssrc,
};

use crate::listen::{Heard, Listen};
use crate::trace::Trace;
use crate::{count, options};

/// Room for a second of packets that arrive in one tick: a network that was away delivers like that.
const INGRESS_BYTES: usize = 16 * 1_024;
const TICK_US: u64 = 10_000;

/// `jb_stats` of the bench: cumulative, in samples unless the name says otherwise.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    concealed_samples: u64,
    removed_samples: u64,
    inserted_samples: u64,
    accelerate_ops: u64,
    expand_ops: u64,
    late_discards: u64,
    flushes: u64,
    heap_allocs: u64,
    target_ms: f64,
}

/// An engine with one session.
pub struct Peer {
    engine: OfflineEngine,
    control: Control,
    egress: EgressPort,
    ingress: IngressPort,
    heard: Arc<Heard>,
    session: SessionId,
    payload_type: PayloadType,
    per_tick: usize,
    /// The bench's time at the engine's 0.
    origin_us: Option<u64>,
    /// Silence before the first packet was heard, which nobody missed.
    lead_in: u64,
    started: bool,
    datagram: Vec<u8>,
    trace: Option<Trace>,
}

/// Opus, with what of `deep-plc` and `dred` is among the options, which it takes out.
#[cfg(feature = "opus")]
fn opus(options: &mut Vec<&str>) -> Result<CodecSpec, Box<dyn Error>> {
    let mut codec = CodecSpec::opus(SampleRate::HZ_48000, PayloadType::new(111).ok_or("no payload type")?);
    let mut params = OpusParams::default();
    params.deep_plc = options.contains(&"deep-plc");
    params.dred = options.contains(&"dred");
    codec.params = CodecParams::Opus(params);
    options.retain(|option| !matches!(*option, "deep-plc" | "dred"));
    Ok(codec)
}

impl Peer {
    pub fn open(codec: &str, rate: u32, options: &str) -> Result<Self, Box<dyn Error>> {
        #[cfg_attr(not(feature = "opus"), expect(unused_mut, reason = "Opus takes its own out"))]
        let mut options: Vec<_> = options.split(',').collect();
        let codec = match codec {
            "pcmu" => CodecSpec::pcmu(),
            #[cfg(feature = "opus")]
            "opus" => opus(&mut options)?,
            _ => return Err("no such codec".into()),
        };
        if codec.rate.hz() != rate {
            return Err("not the codec's rate".into());
        }
        let options = options::parse(&options.join(",")).ok_or("no such option")?;
        let trace = options.trace.as_deref().map(Trace::create).transpose()?;
        let mut engine = OfflineEngine::new(EngineConfig::new().workers(1).phases(1).max_sessions(1))?;
        let control = engine.control();
        let egress = engine.egress(IoGroup(0)).ok_or("no egress")?;
        let spec = SessionSpec::new(codec).jitter(options.jitter).ingress_bytes(INGRESS_BYTES);
        let created = control.create(spec)?;
        let heard = Heard::new(codec.rate);
        let listen = Listen { rate: codec.rate, heard: heard.clone() };
        let opened = control.edit(created.id, |topology, legs| {
            let edge = topology.edges().find(|e| e.from.0 == legs.receive).ok_or(NotConnected((legs.receive, 0)))?;
            topology.insert_between(edge, Segment::Up, Box::new(listen))?;
            Ok(())
        })?;
        engine.run(2);
        created.op.detach();
        opened.detach();
        Ok(Self {
            engine,
            control,
            egress,
            ingress: created.ingress,
            heard,
            session: created.id,
            payload_type: codec.payload_type,
            per_tick: codec.rate.per_tick(),
            origin_us: None,
            lead_in: 2 * codec.rate.per_tick() as u64,
            started: false,
            datagram: Vec::with_capacity(2_048),
            trace,
        })
    }

    pub fn per_tick(&self) -> usize {
        self.per_tick
    }

    /// The bench's time on the engine's time line, whose ticks are the bench's pulls.
    fn engine_time(&mut self, now_us: u64) -> Micros {
        let engine_us = self.engine.now().0;
        let origin = *self.origin_us.get_or_insert_with(|| {
            let first_pull = now_us.div_ceil(TICK_US) * TICK_US;
            first_pull.saturating_sub(engine_us)
        });
        Micros(now_us.saturating_sub(origin))
    }

    pub fn insert(&mut self, sequence: u16, timestamp: u32, marker: bool, payload: &[u8], now_us: u64) {
        let header = RtpHeader { marker, payload_type: self.payload_type, sequence, timestamp, ssrc: Ssrc(1) };
        self.datagram.clear();
        self.datagram.extend_from_slice(&header.to_bytes());
        debug_assert_eq!(self.datagram.len(), RTP_HEADER_BYTES);
        self.datagram.extend_from_slice(payload);
        let arrival = self.engine_time(now_us);
        // A full ring counts by itself.
        let _ = self.ingress.push(&self.datagram, arrival);
    }

    pub fn pull(&mut self, out: &mut [i16], now_us: u64) {
        let due = self.engine_time(now_us);
        debug_assert_eq!(due, self.engine.now());
        self.engine.tick();
        self.egress.pull(usize::MAX, |_, _| {});
        let info = self.heard.copy_to(out);
        self.started |= !info.silent;
        if let (Some(trace), Ok(stats)) = (&mut self.trace, self.control.stats(self.session)) {
            trace.tick(now_us, info.provenance, &stats);
        }
        if !self.started {
            self.lead_in += self.per_tick as u64;
        }
    }

    pub fn figures(&self) -> Figures {
        let Ok(stats) = self.control.stats(self.session) else { return Figures::default() };
        Figures {
            // Silence in which the sender may have paused or not: the bench knows, and takes it off.
            concealed_samples: stats.concealed_samples + stats.silent_samples.saturating_sub(self.lead_in),
            removed_samples: stats.accelerated_samples,
            inserted_samples: stats.expanded_samples,
            late_discards: stats.late + stats.duplicate + stats.discarded + stats.overflow + stats.ingress_dropped,
            heap_allocs: count::allocations(),
            target_ms: stats.target_delay_us as f64 / 1_000.0,
            ..Figures::default()
        }
    }
}
