//! The softswitch: an engine, its I/O threads, and the phones that call.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use media_core::{
    CodecSpec, Control, Created, Decibels, EngineConfig, EventKind, EventStream, IoGroup, MediaEngine, Millis, Pending,
    Reject, RoomId, RoomSpec, SessionSpec, Ssrc, WorkerId,
};

use crate::args::{Args, Sockets};
use crate::generator::Generator;
use crate::io::{IoThread, Leg};
use crate::phone::{Phone, Phones, Totals, opus};
use crate::sockets;
use crate::wire::{Direct, Line, Own, Shared};

/// Everything that runs.
pub struct Switch {
    pub control: Control,
    pub totals: Arc<Totals>,
    /// Legs that exist.
    pub legs: usize,
    /// Whether the workers have real-time priority, as far as is known.
    pub realtime: bool,
    args: Args,
    engine: MediaEngine,
    events: EventStream,
    io: Vec<IoThread>,
    /// Addresses of the I/O threads' sockets, where legs share them.
    shared: Vec<std::net::SocketAddrV4>,
    generators: Vec<Generator>,
    stop: Arc<AtomicBool>,
    /// Where all legs are, unless they are bridged.
    room: Option<RoomId>,
}

impl Switch {
    /// Starts the engine and all threads, without legs.
    pub fn start(args: &Args) -> Result<Self, Box<dyn Error>> {
        let threads = args.threads();
        let config = EngineConfig::new()
            .workers(args.workers.into())
            .max_sessions(args.max as usize)
            .io_groups(threads)
            .egress_bytes(16 << 20)
            // The engine would refuse legs before it is late; how late it gets is the question here.
            .load_limit(f32::INFINITY);
        let mut engine = MediaEngine::start(config)?;
        let (control, events) = (engine.control(), engine.events().ok_or("the events were taken")?);
        let (stop, totals) = (Arc::new(AtomicBool::new(false)), Arc::new(Totals::default()));
        let (mut io, mut shared, mut generators) = (Vec::new(), Vec::new(), Vec::new());
        for index in 0..threads {
            let egress = engine.egress(IoGroup(index as u16)).ok_or("the egress port was taken")?;
            let phones = Phones::new(args.ptime, threads, totals.clone());
            let (control, stopped) = (control.clone(), stop.clone());
            let thread = match args.sockets {
                Sockets::Own => IoThread::start(index, Own::new()?, egress, control, stopped)?,
                Sockets::None => {
                    io.push(IoThread::start(index, Direct(phones), egress, control, stopped)?);
                    continue;
                }
                Sockets::Shared => {
                    let wire = Shared::new(threads)?;
                    shared.push(wire.address()?);
                    IoThread::start(index, wire, egress, control, stopped)?
                }
            };
            io.push(thread);
            generators.push(Generator::start(index, phones, totals.clone(), stop.clone())?);
        }
        let args = args.clone();
        let room =
            if args.room { Some(control.create_room(RoomSpec::new().members(args.max as usize))?.0) } else { None };
        Ok(Self { room, control, totals, legs: 0, realtime: true, args, engine, events, io, shared, generators, stop })
    }

    /// What leg `number` is asked to be.
    pub fn spec(&self, number: usize) -> SessionSpec {
        // A-law and µ-law would pass through a table; what is measured here is decoding and encoding.
        SessionSpec::new(self.codec(number))
            .relay(self.args.relay)
            .ptime(Millis(self.args.ptime))
            .ssrc(Ssrc(number as u32))
            .io(IoGroup((number % self.io.len()) as u16))
            .worker(WorkerId((number / 2 % usize::from(self.args.workers)) as u16))
    }

    /// Adds legs, in bridged pairs or to the room, up to `legs`; returns when all of them run.
    pub fn grow(&mut self, legs: usize) -> Result<(), Box<dyn Error>> {
        let mut bridges = Vec::new();
        while self.legs < legs {
            let pair = [self.add_leg()?, self.add_leg()?];
            match self.room {
                None => bridges.push(self.patiently(|control| control.bridge(pair[0], pair[1]))?),
                Some(room) => {
                    for leg in pair {
                        bridges.push(self.patiently(|control| control.join(leg, room, Decibels(0.0)))?);
                    }
                }
            }
            self.hear_events();
        }
        bridges.iter().try_for_each(|bridge: &Pending| bridge.wait().map(drop))?;
        Ok(())
    }

    fn add_leg(&mut self) -> Result<media_core::SessionId, Box<dyn Error>> {
        let number = self.legs;
        let spec = self.spec(number);
        let Created { id, ingress, op, .. } = self.patiently(|control| control.create(spec.clone()))?;
        drop(op);
        let line = self.connect(number)?;
        self.io[number % self.io.len()].add(Leg { session: id, ingress, line });
        self.legs += 1;
        Ok(id)
    }

    /// Connects leg `number` with a new phone.
    fn connect(&mut self, number: usize) -> io::Result<Line> {
        let codec = self.codec(number);
        let speaks = self.args.talkers.is_none_or(|talkers| number < talkers as usize);
        let count = self.generators.len().max(1);
        let Some(generator) = self.generators.get_mut(number % count) else {
            let nowhere = std::net::SocketAddrV4::new(std::net::Ipv4Addr::LOCALHOST, 0);
            return Ok(Line::Direct(Some(Phone::new(number, codec, speaks, nowhere))));
        };
        let phone = generator.next_address();
        let (line, to) = match self.shared.get(number % count) {
            Some(address) => (Line::Shared(phone), *address),
            None => {
                let socket = sockets::socket()?;
                socket.connect(phone)?;
                let to = sockets::address(&socket)?;
                (Line::Own(socket), to)
            }
        };
        generator.add(Phone::new(number, codec, speaks, to));
        Ok(line)
    }

    fn codec(&self, number: usize) -> CodecSpec {
        match &self.args {
            args if args.opus => opus(),
            args if args.relay || args.room || number.is_multiple_of(2) => CodecSpec::pcmu(),
            _ => CodecSpec::pcma(),
        }
    }

    /// Asks again while the worker's command ring is full.
    fn patiently<T>(&self, ask: impl Fn(&Control) -> Result<T, Reject>) -> Result<T, Reject> {
        loop {
            match ask(&self.control) {
                Err(Reject::Busy(..)) => thread::sleep(Duration::from_millis(2)),
                answer => return answer,
            }
        }
    }

    /// Reads what the engine tells.
    pub fn hear_events(&mut self) {
        while let Some(event) = self.events.try_next() {
            self.realtime &= !matches!(event.kind, EventKind::RealtimeDenied { .. });
        }
    }

    /// Ends everything; whether the engine freed all it had.
    pub fn stop(self) -> bool {
        self.stop.store(true, Relaxed);
        self.generators.into_iter().for_each(Generator::join);
        self.io.into_iter().for_each(IoThread::join);
        self.engine.stop().reclaimed
    }
}
