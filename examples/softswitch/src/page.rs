//! The operator's page, on loopback: what goes on now, as HTML, as JSON, and for Prometheus.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

use media_core::SessionId;
use media_core::engine::Detail;
use media_core::engine::WorkerTelemetry;
use media_core::integration::MediaSessionProvider;
use serde_json::{Value, json};
use tiny_http::{Header, Method, Request, Response, Server};

use crate::shown::{Shown, ShownLeg};
use crate::switch::{Switch, lock};

/// Calls that are shown: with more, the newest.
const MOST_CALLS: usize = 50;

/// Serves the page on a thread of its own.
pub fn start(switch: Arc<Switch>, address: SocketAddr) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let server = Server::http(address)?;
    thread::Builder::new().name("page".into()).spawn(move || {
        for request in server.incoming_requests() {
            serve(&switch, request);
        }
    })?;
    Ok(())
}

fn serve(switch: &Switch, request: Request) {
    let (kind, body, status) = match (request.method(), request.url()) {
        (Method::Get, "/") => ("text/html; charset=utf-8", include_str!("page.html").to_owned(), 200),
        (Method::Get, "/page.js") => ("text/javascript; charset=utf-8", include_str!("page.js").to_owned(), 200),
        (Method::Get, "/state") => ("application/json", state(switch).to_string(), 200),
        (Method::Get, "/metrics") => ("text/plain; version=0.0.4", switch.control().prometheus(Detail::Engine), 200),
        _ => ("text/plain", "not here".to_owned(), 404),
    };
    let header = Header::from_bytes("Content-Type", kind).expect("both are ASCII");
    // Who has gone meanwhile misses nothing.
    let _ = request.respond(Response::from_string(body).with_header(header).with_status_code(status));
}

fn state(switch: &Switch) -> Value {
    let telemetry = switch.control().telemetry();
    let count = |counter: &AtomicU64| counter.load(Relaxed);
    let counts = &switch.counts;
    let calls = lock(&switch.calls);
    let shown: Vec<Value> = calls.iter().rev().take(MOST_CALLS).map(|(id, shown)| call(switch, *id, shown)).collect();
    let name = |session: SessionId| {
        let mut legs = calls.values().flat_map(|call| &call.legs);
        legs.find(|leg| leg.session == session).map_or_else(|| session.to_string(), |leg| leg.party.clone())
    };
    let room = |(number, room): (&u32, &media_core::RoomId)| {
        let info = switch.control().room(*room).ok()?;
        let members: Vec<String> = info.members.iter().map(|member| name(member.session)).collect();
        Some(json!({ "number": number, "members": members, "talks": info.dominant.map(name) }))
    };
    json!({
        "seconds": switch.started.elapsed().as_secs(),
        "registered": switch.registrar.names(),
        "sessions": telemetry.sessions,
        "workers": telemetry.workers.iter().map(worker).collect::<Vec<_>>(),
        "set_up_ms": switch.set_ups.quantiles(),
        "calls": shown,
        "more": calls.len().saturating_sub(MOST_CALLS),
        "rooms": lock(&switch.rooms).iter().filter_map(room).collect::<Vec<_>>(),
        "received": count(&counts.received), "sent": count(&counts.sent), "unsent": count(&counts.unsent),
        "foreign": count(&counts.foreign), "reports": counts.reports.each_ref().map(count),
    })
}

fn call(switch: &Switch, id: u64, shown: &Shown) -> Value {
    let legs: Vec<Value> = shown.legs.iter().filter_map(|leg| self::leg(switch, leg)).collect();
    json!({ "id": id, "from": shown.from, "to": shown.to, "state": shown.state,
            "seconds": shown.since.elapsed().as_secs(), "legs": legs })
}

fn leg(switch: &Switch, shown: &ShownLeg) -> Option<Value> {
    let (control, session) = (switch.control(), shown.session);
    let stats = switch.host.statistics(session).ok()?;
    let record = control.quality_record(session).ok()?;
    let nodes: Vec<Value> = control
        .busy(session)
        .ok()?
        .iter()
        .map(|n| json!({ "node": format!("{:?}", n.node), "kind": n.kind, "busy_ns": n.busy_ns }))
        .collect();
    Some(json!({
        "session": session.to_string(), "party": shown.party, "codecs": record.codecs, "mos": shown.mos,
        "received": stats.received, "lost": stats.lost, "late": stats.late,
        "concealed_ms": stats.ms(stats.concealed_samples), "delay_ms": stats.delay_us / 1_000,
        "jitter_ms": stats.jitter_us as f64 / 1e3, "sent": stats.sent,
        "round_trip_ms": control.round_trip(session).ok()?.map(|trip| trip.as_secs_f64() * 1e3),
        "nodes": nodes, "graph": control.describe(session).ok()?,
    }))
}

/// Times in microseconds.
fn worker(worker: &WorkerTelemetry) -> Value {
    let us = |ns: u64| ns as f64 / 1e3;
    let quantile = |q: f64| us(worker.busy.quantile(q));
    let buckets: Vec<Value> = worker.busy.buckets().map(|b| json!([us(b.start), us(b.end), b.count])).collect();
    json!({ "worker": worker.worker.0, "load": worker.load, "sessions": worker.sessions, "xruns": worker.xruns,
            "egress_dropped": worker.egress_dropped, "p50": quantile(0.5), "p99": quantile(0.99),
            "p999": quantile(0.999), "buckets": buckets })
}
