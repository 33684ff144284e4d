//! The operator's page, on loopback: what goes on now, as HTML and as JSON.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;

use media_core::engine::WorkerTelemetry;
use media_core::integration::MediaSessionProvider;
use serde_json::{Value, json};
use tiny_http::{Header, Method, Request, Response, Server};

use crate::switch::{Switch, lock};

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
        (Method::Get, "/state") => ("application/json", state(switch).to_string(), 200),
        _ => ("text/plain", "not here".to_owned(), 404),
    };
    let header = Header::from_bytes("Content-Type", kind).expect("both are ASCII");
    // Who has gone meanwhile misses nothing.
    let _ = request.respond(Response::from_string(body).with_header(header).with_status_code(status));
}

fn state(switch: &Switch) -> Value {
    let control = switch.control();
    let telemetry = control.telemetry();
    let calls: Vec<Value> = lock(&switch.calls)
        .iter()
        .map(|(id, shown)| {
            let legs: Vec<Value> = shown.sessions.iter().filter_map(|session| leg(switch, *session)).collect();
            json!({ "id": id, "from": shown.from, "to": shown.to, "state": shown.state,
                    "seconds": shown.since.elapsed().as_secs(), "legs": legs })
        })
        .collect();
    let rooms: Vec<Value> = lock(&switch.rooms)
        .iter()
        .filter_map(|(number, room)| {
            let info = control.room(*room).ok()?;
            Some(json!({ "number": number, "members": info.members.len() }))
        })
        .collect();
    json!({
        "seconds": switch.started.elapsed().as_secs(),
        "registered": switch.registrar.names(),
        "sessions": telemetry.sessions,
        "workers": telemetry.workers.iter().map(worker).collect::<Vec<_>>(),
        "calls": calls,
        "rooms": rooms,
        "received": switch.counts.received.load(std::sync::atomic::Ordering::Relaxed),
        "sent": switch.counts.sent.load(std::sync::atomic::Ordering::Relaxed),
        "foreign": switch.counts.foreign.load(std::sync::atomic::Ordering::Relaxed),
    })
}

fn leg(switch: &Switch, session: media_core::SessionId) -> Option<Value> {
    let control = switch.control();
    let stats = switch.host.statistics(session).ok()?;
    let nodes: Vec<Value> =
        control.busy(session).ok()?.iter().map(|n| json!({ "kind": n.kind, "busy_ns": n.busy_ns })).collect();
    Some(json!({
        "session": session.to_string(), "received": stats.received, "lost": stats.lost, "late": stats.late,
        "concealed_ms": stats.ms(stats.concealed_samples), "delay_ms": stats.delay_us / 1_000,
        "sent": stats.sent, "nodes": nodes, "graph": control.describe(session).ok()?,
    }))
}

fn worker(worker: &WorkerTelemetry) -> Value {
    let quantile = |q: f64| worker.busy.quantile(q);
    json!({ "worker": worker.worker.0, "load": worker.load,
            "p50_us": quantile(0.5), "p99_us": quantile(0.99), "p999_us": quantile(0.999) })
}
