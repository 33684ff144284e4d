//! The call in real time: phones on threads of their own, UDP on loopback, one I/O thread of the host.

use std::error::Error;
use std::io;
use std::net::{Ipv4Addr, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

use media_core::{Control, EgressPort, EventKind, EventStream, IngressPort, IoGroup, MediaEngine, SessionId};

use crate::args::Args;
use crate::figures;
use crate::legs;
use crate::network::Network;
use crate::phone::{Ear, Mouth, Profile};
use crate::progress::Progress;
use crate::record::{Call, OneWay};
use crate::speech::Speech;

/// Time for all threads to be ready before the call starts.
const LEAD: Duration = Duration::from_millis(100);
/// Between two rounds of the host's I/O thread: what it adds at most to an arrival.
const IO_ROUND: Duration = Duration::from_micros(500);

/// Makes the call.
pub fn run(args: &Args, phones: &[Profile; 2], speech: [Speech; 2]) -> Result<Call, Box<dyn Error>> {
    let mut engine = MediaEngine::start(legs::config(args))?;
    let control = engine.control();
    let mut events = engine.events().ok_or("the events were taken")?;
    let egress = engine.egress(IoGroup(0)).ok_or("the egress port was taken")?;
    let mut legs = legs::open(&control, phones, |pending| Ok(pending.wait().map(drop)?))?;
    let lines = [line()?, line()?];

    let ids = legs.each_ref().map(|leg| leg.id);
    let listen = args.listen();
    let start = Instant::now() + LEAD;
    let end = start + listen;
    let host = lines.each_ref().map(|line| &line.host);
    let ingress = legs.each_mut().map(|leg| leg.ingress.take());
    let (networks, ears) = thread::scope(|scope| -> io::Result<_> {
        scope.spawn(|| pump(host, ingress, egress, ids, &control, end));
        let mouths = [0, 1].map(|i| {
            let mouth = Mouth::new(&phones[i], &speech[i].samples, listen);
            let network = Network::new(args, i as u64);
            let socket = &lines[i].phone;
            scope.spawn(move || speak(mouth, network, socket, start, end))
        });
        let ears = [0, 1].map(|i| {
            let ear = Ear::new(&phones[i], listen, args.playout());
            let socket = &lines[i].phone;
            scope.spawn(move || hear(ear, socket, start, end))
        });
        let mut progress = Progress::new(args.talk());
        while Instant::now() < end {
            thread::sleep(Duration::from_millis(100));
            legs.iter_mut().for_each(legs::Leg::read_tap);
            progress.show(start.elapsed(), &control, ids, phones);
        }
        progress.done();
        let panicked = |_| io::Error::other("a phone's thread panicked");
        let [m0, m1] = mouths.map(|mouth| mouth.join().map_err(panicked));
        let [e0, e1] = ears.map(|ear| ear.join().map_err(panicked));
        Ok(([m0?, m1?], [e0?, e1?]))
    })?;

    let stats = [control.stats(ids[0])?, control.stats(ids[1])?];
    let engine_figures = figures::of(&control.telemetry(), Some(!real_time_denied(&mut events)));
    let ways =
        OneWay::pair(args, phones, speech, networks.map(Network::into_fates), legs.map(|leg| leg.log), stats, ears);
    engine.stop();
    Ok(Call { ways, engine: engine_figures, took: end - start })
}

/// The two ends of one phone line.
struct Line {
    phone: UdpSocket,
    host: UdpSocket,
}

fn line() -> io::Result<Line> {
    let (phone, host) = (UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?, UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?);
    phone.connect(host.local_addr()?)?;
    host.connect(phone.local_addr()?)?;
    phone.set_read_timeout(Some(Duration::from_millis(50)))?;
    host.set_nonblocking(true)?;
    Ok(Line { phone, host })
}

/// A mouth's thread: speaks into the network, and puts on the wire what comes out of it.
fn speak(mut mouth: Mouth, mut network: Network, socket: &UdpSocket, start: Instant, end: Instant) -> Network {
    while let Some(next) = [mouth.next_due(), network.next_due()].into_iter().flatten().min() {
        if start + next >= end {
            break;
        }
        thread::sleep((start + next).saturating_duration_since(Instant::now()));
        if mouth.next_due() == Some(next)
            && let Some((at, datagram)) = mouth.speak()
        {
            network.send(at, datagram);
        }
        while let Some((_, datagram)) = network.deliver(next) {
            // A refused packet is one lost on the way.
            socket.send(&datagram).ok();
        }
    }
    network
}

/// An ear's thread.
fn hear(mut ear: Ear, socket: &UdpSocket, start: Instant, end: Instant) -> Ear {
    let mut datagram = [0; 1_500];
    while Instant::now() < end {
        let Ok(length) = socket.recv(&mut datagram) else { continue };
        if let Some(at) = Instant::now().checked_duration_since(start) {
            ear.hear(at, &datagram[..length]);
        }
    }
    ear
}

/// The host's I/O thread: moves datagrams between the sockets and the engine's rings.
fn pump(
    sockets: [&UdpSocket; 2],
    mut ingress: [Option<IngressPort>; 2],
    mut egress: EgressPort,
    ids: [SessionId; 2],
    control: &Control,
    end: Instant,
) {
    let mut datagram = [0; 1_500];
    while Instant::now() < end {
        for (socket, ingress) in sockets.iter().zip(ingress.iter_mut().flatten()) {
            while let Ok(length) = socket.recv(&mut datagram) {
                // A full ring is the engine's to count.
                ingress.push(&datagram[..length], control.now()).ok();
            }
        }
        egress.pull(64, |session, datagram| {
            if let Some(line) = ids.iter().position(|id| *id == session) {
                sockets[line].send(datagram).ok();
            }
        });
        thread::sleep(IO_ROUND);
    }
}

fn real_time_denied(events: &mut EventStream) -> bool {
    std::iter::from_fn(|| events.try_next()).any(|event| matches!(event.kind, EventKind::RealtimeDenied { .. }))
}
