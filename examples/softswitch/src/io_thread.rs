//! A thread that moves datagrams between the sockets of calls and the engine.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use media_core::integration::{RtpBridge, Verdict};
use media_core::{Control, Micros, SessionId};

use crate::ports::Sockets;
use crate::reports::{self, Reports};
use crate::udp::Ready;

/// What the thread is told of a session's sockets.
enum Notice {
    Open(SessionId, Sockets),
    /// With the goodbye for its party.
    Close(SessionId, Option<Vec<u8>>),
}

/// Tells an I/O thread which sockets belong to which session.
#[derive(Clone)]
pub struct Sessions(Sender<Notice>);

impl Sessions {
    /// A session has these sockets from now on.
    pub fn open(&self, session: SessionId, sockets: Sockets) {
        self.0.send(Notice::Open(session, sockets)).ok();
    }

    /// A session's sockets are closed, after a last RTCP datagram.
    pub fn close(&self, session: SessionId, goodbye: Option<Vec<u8>>) {
        self.0.send(Notice::Close(session, goodbye)).ok();
    }
}

/// What all I/O threads counted.
#[derive(Default)]
pub struct Counts {
    /// Datagrams received and sent.
    pub received: AtomicU64,
    pub sent: AtomicU64,
    /// Dropped since they came from strangers.
    pub foreign: AtomicU64,
    /// The system took no more.
    pub unsent: AtomicU64,
    /// RTCP received and sent.
    pub reports: [AtomicU64; 2],
}

/// One session's sockets. Its place is its number in the epoll set, twice: RTP is even.
struct Line {
    session: SessionId,
    sockets: Sockets,
    reports: Reports,
}

impl Line {
    fn send_report(&self, report: &[u8], (to, muxed): (SocketAddr, bool), counts: &Counts) {
        let socket = if muxed { &self.sockets.rtp } else { &self.sockets.rtcp };
        if socket.send_to(report, to).is_ok() {
            counts.reports[1].fetch_add(1, Relaxed);
        }
    }
}

/// Bytes of the longest datagram that is taken whole.
const LONGEST: usize = 1_536;
/// What the engine sends waits so long at most, where there are calls and where there are none.
const WAITS: [Duration; 2] = [Duration::from_micros(250), Duration::from_millis(1)];
/// Looks for reports that are due this often.
const LOOK: u64 = 100_000;

/// Starts a thread; it ends when `stop` is set.
pub fn start(
    index: usize,
    bridge: RtpBridge,
    control: Control,
    counts: Arc<Counts>,
    stop: Arc<AtomicBool>,
) -> io::Result<(Sessions, JoinHandle<()>)> {
    let (notices, arrivals) = channel();
    let ready = Ready::new()?;
    let thread = thread::Builder::new()
        .name(format!("rtp-{index}"))
        .spawn(move || run(bridge, ready, &control, &counts, &arrivals, &stop))?;
    Ok((Sessions(notices), thread))
}

fn run(
    mut bridge: RtpBridge,
    mut ready: Ready,
    control: &Control,
    counts: &Counts,
    arrivals: &Receiver<Notice>,
    stop: &AtomicBool,
) {
    let mut lines: Vec<Option<Line>> = Vec::new();
    let mut datagram = [0; LONGEST];
    let mut look = Micros(0);
    while !stop.load(Relaxed) {
        for notice in arrivals.try_iter() {
            take(notice, &mut lines, &ready, &mut bridge, control.now(), counts);
        }
        bridge.turn();
        let wait = if lines.iter().any(Option::is_some) { WAITS[0] } else { WAITS[1] };
        for number in ready.wait(wait) {
            let Some(line) = lines.get((number / 2) as usize).and_then(Option::as_ref) else { continue };
            let socket = if number % 2 == 0 { &line.sockets.rtp } else { &line.sockets.rtcp };
            let Ok((length, from)) = socket.recv_from(&mut datagram) else { continue };
            let datagram = &datagram[..length];
            counts.received.fetch_add(1, Relaxed);
            let arrival = control.now();
            match bridge.receive(line.session, from, datagram, arrival) {
                Verdict::Rtcp => {
                    counts.reports[0].fetch_add(1, Relaxed);
                    line.sockets.heard.fetch_add(1, Relaxed);
                    reports::feed(control, line.session, datagram, arrival);
                }
                Verdict::Taken | Verdict::Moved(_) => _ = line.sockets.heard.fetch_add(1, Relaxed),
                Verdict::Foreign => _ = counts.foreign.fetch_add(1, Relaxed),
                _ => {}
            }
        }
        bridge.send(4_096, |session, to, datagram| {
            let Some(line) = lines.get(session.index() as usize).and_then(Option::as_ref) else { return };
            let sent = line.session == session && line.sockets.rtp.send_to(datagram, to).is_ok();
            let count = if sent { &counts.sent } else { &counts.unsent };
            count.fetch_add(1, Relaxed);
        });
        let now = control.now();
        if now >= look {
            look = Micros(now.0 + LOOK);
            for line in lines.iter_mut().flatten() {
                if let Some((report, to)) = line.reports.due(line.session, &mut bridge, control, now) {
                    line.send_report(&report, to, counts);
                }
            }
        }
    }
}

fn take(
    notice: Notice,
    lines: &mut Vec<Option<Line>>,
    ready: &Ready,
    bridge: &mut RtpBridge,
    now: Micros,
    counts: &Counts,
) {
    match notice {
        Notice::Open(session, sockets) => {
            let at = session.index() as usize;
            if lines.len() <= at {
                lines.resize_with(at + 1, || None);
            }
            // What cannot be watched is not heard: the call is silent, and its figures say so.
            let _ = ready.watch(&sockets.rtp, 2 * at as u64);
            let _ = ready.watch(&sockets.rtcp, 2 * at as u64 + 1);
            lines[at] = Some(Line { session, sockets, reports: Reports::new(now) });
        }
        Notice::Close(session, goodbye) => {
            let Some(place) = lines.get_mut(session.index() as usize) else { return };
            if let Some(line) = place.take_if(|line| line.session == session)
                && let Some((goodbye, to)) = goodbye.zip(line.reports.address(session, bridge))
            {
                line.send_report(&goodbye, to, counts);
            }
        }
    }
}
