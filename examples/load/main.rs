//! How many call legs does this machine carry, and what does each cost?
//!
//! ```sh
//! cargo run --release --example load                      # real UDP, a socket per leg, transcoding
//! cargo run --release --example load -- --relay           # equal codecs: packets pass undecoded
//! cargo run --release --example load -- --sockets none    # the engine alone, without the kernel
//! cargo run --release --example load -- --room --max 100 --step 100    # one room, everybody sends
//! cargo run --release --example load -- --room --opus --talkers 3 --max 1000 --step 1000 --sockets none
//! ```
//!
//! Legs come in steps, bridged in pairs, until one tick in a thousand takes more than 80 % of the
//! period, the engine is late by its own fault, or the machine has no core left. A step that is too
//! much is measured once more, so that a hiccup of the machine is not taken for a limit.
//!
//! ```text
//! phones ══UDP══► I/O thread ──ring per leg──► worker (tick: 10 ms)
//!        ◄══UDP══            ◄──ring per worker──
//! ```
//!
//! The I/O threads are what a softswitch would have: a socket and a port for each leg, as SIP has
//! it, so one fd per leg. They and the phones run under SCHED_FIFO below the workers, where that is
//! allowed, so that other programs on the machine do not count. CPU time is taken per thread: engine (workers and supervisor), sockets
//! (I/O threads), phones. The kernel carries a datagram over loopback within the sender's system
//! call, so what a softswitch pays in interrupts on a real network stands under `sockets` for what
//! it sends, and under `phones` for what it receives.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "phones and their host are ordinary threads; no worker runs this code"
)]

mod args;
#[path = "../support/canvas.rs"]
mod canvas;
mod generator;
mod io;
mod limit;
mod phone;
mod picture;
mod report;
mod rounds;
mod sockets;
mod step;
mod switch;
mod usage;
mod wire;

use std::error::Error;
use std::fs::{self, File};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use crate::args::{Args, Sockets};
use crate::limit::Limit;
use crate::report::Report;
use crate::step::{Moment, Step};
use crate::switch::Switch;

fn main() -> ExitCode {
    match run(&Args::read()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the load failed: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Time for new legs' jitter buffers to fill and for the load to settle.
const SETTLE: Duration = Duration::from_millis(600);
/// Files that are no sockets of legs.
const OTHER_FILES: usize = 200;

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let mut switch = Switch::start(args)?;
    let mut report = Report::new(args, switch.control.memory_bound(&switch.spec(0)));
    switch.hear_events();
    report.realtime = switch.realtime;
    println!("{}\n{}", report.set_up(), report::HEAD);
    climb(args, &mut switch, &mut report)?;
    report.realtime = switch.realtime;
    report.reclaimed = switch.stop();
    println!("{report}");

    if args.smoke {
        // A busy machine may keep threads off its cores, which is no fault to find here.
        let mut measured = report.steps.iter().chain(report.failed.iter().map(|(_, step)| step));
        let works = measured.any(|step| step.received > 0) && report.reclaimed;
        return if works { Ok(()) } else { Err("no step of few legs in which packets came through".into()) };
    }
    fs::create_dir_all(&args.out)?;
    let path = args.out.join("load.png");
    picture::draw(&path, &report)?;
    println!("wrote {}", path.display());
    if let Some(path) = &args.json {
        serde_json::to_writer_pretty(File::create(path)?, &report)?;
        println!("wrote {}", path.display());
    }
    Ok(())
}

/// Adds legs step by step until something runs out.
fn climb(args: &Args, switch: &mut Switch, report: &mut Report) -> Result<(), Box<dyn Error>> {
    let files = match args.sockets {
        Sockets::Own => sockets::raise_file_limit().saturating_sub(OTHER_FILES),
        Sockets::Shared | Sockets::None => usize::MAX,
    };
    let most = (args.max as usize).min(files) & !1;
    let empty = usage::resident();
    while switch.legs < most {
        switch.grow((switch.legs + args.step()).min(most))?;
        report.memory_measured = (usage::resident() - empty) / switch.legs as u64;
        let mut tries = 0;
        loop {
            let step = measure(args, switch);
            println!("{}", report::line(&step));
            tries += 1;
            match Limit::of(&step) {
                None => {
                    report.steps.push(step);
                    break;
                }
                Some(limit) => {
                    println!("       too much ({limit}){}", if tries == 1 { "; once more" } else { "" });
                    report.failed.push((limit, step));
                    report.limit = limit;
                    if tries == 2 {
                        return Ok(());
                    }
                }
            }
        }
    }
    report.limit = if most < args.max as usize { Limit::Files } else { Limit::Asked };
    Ok(())
}

fn measure(args: &Args, switch: &mut Switch) -> Step {
    thread::sleep(SETTLE);
    let from = Moment::now(switch);
    thread::sleep(args.window());
    let to = Moment::now(switch);
    switch.hear_events();
    Step::between(&from, &to, switch.legs)
}
