//! A small softswitch: SIP by rsipstack, media by media-core. `cargo run --release --example softswitch -- --help`
#![allow(clippy::print_stdout, reason = "a program tells what it does")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "host side: no worker sees any of it")]

mod alive;
mod args;
mod attempt;
mod call;
mod codecs;
mod dialplan;
mod features;
mod io_thread;
mod outbound;
mod page;
mod party;
mod ports;
mod registrar;
mod reports;
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
    let mut config = EngineConfig::new().max_sessions(args.sessions);
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
    let music = args.music.as_ref().map(Source::file).transpose()?.map(Source::repeated);
    let (bridge, entrance) = RtpBridge::new(engine.egress(IoGroup(0)).ok_or("the egress is taken")?);
    let events = engine.events().ok_or("the events are taken")?;
    let (counts, stop) = (Arc::default(), Arc::new(AtomicBool::new(false)));
    let (io, thread) = io_thread::start(0, bridge, engine.control(), Arc::clone(&counts), stop.clone())?;

    let cancel = CancellationToken::new();
    let transport = TransportLayer::new(cancel.child_token());
    let udp = UdpConnection::create_connection(args.sip, None, Some(cancel.child_token())).await?;
    transport.add_transport(udp.into());
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
    let host = MediaHost::new(engine.control(), capabilities, policy, vec![entrance]);
    let ports = Ports::new(media, args.ports);
    let records = Records::open(args.cdr.as_deref())?;
    let switch = Switch::new(host, dialogs, registrar, ports, io, counts, contact, codecs, music, records, args);
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
    thread.join().map_err(|_| "the I/O thread panicked")?;
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
