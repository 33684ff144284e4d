//! A small softswitch: SIP by rsipstack, media by media-core. `cargo run --release --example softswitch -- --help`
#![allow(clippy::print_stdout, reason = "a program tells what it does")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "host side: no worker sees any of it")]

mod alive;
mod args;
mod attempt;
mod attended;
mod begin;
mod call;
mod codecs;
mod dialplan;
mod features;
mod io_thread;
mod legs;
mod outbound;
mod page;
mod party;
mod ports;
mod registrar;
mod reports;
mod setup;
mod shown;
mod sip;
mod switch;
mod transfer;
mod two;
mod udp;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use clap::Parser;
use media_core::integration::{MediaHost, RtpBridge, SourcePolicy};
use media_core::{EngineConfig, EventStream, IoGroup, MediaEngine, Source};
use rsipstack::EndpointBuilder;
use rsipstack::dialog::dialog_layer::DialogLayer;
use rsipstack::sip::Uri;
use rsipstack::transport::TransportLayer;
use rsipstack::transport::tcp_listener::TcpListenerConnection;
use rsipstack::transport::udp::UdpConnection;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::args::Args;
use crate::ports::Ports;
use crate::registrar::Registrar;
use crate::shown::Records;
use crate::switch::Switch;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let args = Args::parse();
    let mut config = EngineConfig::new().max_sessions(args.sessions).io_groups(args.io.into());
    if let Some(workers) = args.workers {
        config = config.workers(workers);
    }
    let mut engine = MediaEngine::start(config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let outcome = runtime.block_on(run(&args, &mut engine));
    runtime.shutdown_timeout(Duration::from_secs(1));
    let report = engine.stop();
    println!("stopped; all memory came back: {}", report.reclaimed);
    outcome
}

async fn run(args: &Args, engine: &mut MediaEngine) -> Result<(), Failure> {
    let media = args.media.unwrap_or(args.sip.ip());
    let codecs = codecs::codecs(&args.codecs)?;
    let policy = match args.source.as_str() {
        "exact" => SourcePolicy::Exact,
        "same-host" => SourcePolicy::SameHost,
        "learn" => SourcePolicy::Learn,
        other => return Err(format!("no policy {other}; there are exact, same-host, learn").into()),
    };
    let file = |path: &Option<_>| path.as_ref().map(Source::file).transpose();
    let sources = [file(&args.music)?.map(Source::repeated), file(&args.greeting)?];
    let events = engine.events().ok_or("the events are taken")?;
    let (counts, stop) = (Arc::default(), Arc::new(AtomicBool::new(false)));
    let (mut entrances, mut io, mut threads) = (Vec::new(), Vec::new(), Vec::new());
    for group in 0..args.io {
        let egress = engine.egress(IoGroup(group)).ok_or("the egress is taken")?;
        let (bridge, entrance) = RtpBridge::new(egress);
        let started = io_thread::start(group.into(), bridge, engine.control(), Arc::clone(&counts), stop.clone())?;
        entrances.push(entrance);
        io.push(started.0);
        threads.push(started.1);
    }

    let cancel = CancellationToken::new();
    let transport = TransportLayer::new(cancel.child_token());
    let udp = UdpConnection::create_connection(args.sip, None, Some(cancel.child_token())).await?;
    transport.add_transport(udp.into());
    transport.add_transport(TcpListenerConnection::new(args.sip, None).await?.into());
    let endpoint = EndpointBuilder::new()
        .with_user_agent("media-core softswitch")
        .with_cancel_token(cancel.clone())
        .with_transport_layer(transport)
        .build();
    let incoming = endpoint.incoming_transactions()?;
    let dialogs = Arc::new(DialogLayer::new(endpoint.inner.clone()));
    let contact = Uri::try_from(format!("sip:switch@{}", args.sip))?;
    let registrar = Registrar::new(&args.users, args.open, args.sip.ip().to_string());
    let capabilities = codecs::with_digits(codecs.iter().copied());
    let host = MediaHost::new(engine.control(), capabilities, policy, entrances);
    let ports = Ports::new(media, args.ports);
    let records = Records::open(args.cdr.as_deref())?;
    let switch = Switch::new(host, dialogs, registrar, ports, io, counts, contact, codecs, sources, records, args);
    let switch = Arc::new(switch);

    page::start(switch.clone(), args.page)?;
    println!("SIP at {}, media at {media} ports {}-{}", args.sip, args.ports.0, args.ports.1);
    println!("the operator's page: http://{}/", args.page);
    let limit = Duration::from_secs(args.seconds.unwrap_or(u64::MAX / 1_000));
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        () = endpoint.serve() => {}
        () = sip::serve(switch.clone(), incoming) => {}
        () = tell(&switch, events) => {}
        _ = tokio::signal::ctrl_c() => println!("interrupted"),
        _ = terminated.recv() => println!("terminated"),
        () = tokio::time::sleep(limit) => {}
    }
    cancel.cancel();
    stop.store(true, Relaxed);
    for thread in threads {
        thread.join().map_err(|_| "an I/O thread panicked")?;
    }
    Ok(())
}

/// Passes the engine's events to the calls that they are of, and tells those of the engine itself.
async fn tell(switch: &Switch, mut events: EventStream) {
    use media_core::EventKind::{Lost, RealtimeDenied, WorkerLate, WorkerStalled};
    loop {
        let event = events.next_event().await;
        match &event.kind {
            RealtimeDenied { worker, why } => {
                switch.say(format_args!("worker {} has no real-time priority: {why}", worker.0))
            }
            WorkerLate { worker, skipped } => {
                switch.say(format_args!("worker {} was late by {skipped} ticks", worker.0))
            }
            WorkerStalled { worker } => switch.say(format_args!("worker {} makes no progress", worker.0)),
            Lost { count } => switch.say(format_args!("{count} events were lost")),
            _ => switch.tell(event),
        }
    }
}
