//! The call in virtual time: the same phones, networks and engine, driven tick by tick by a loop.

use std::error::Error;
use std::time::{Duration, Instant};

use media_core::{IoGroup, Micros, OfflineEngine};

use crate::args::Args;
use crate::figures;
use crate::legs;
use crate::network::Network;
use crate::phone::{Ear, Mouth, Profile};
use crate::record::{Call, OneWay};
use crate::speech::Speech;

/// Length of an engine tick.
const TICK: Duration = Duration::from_millis(10);
/// Virtual time of the call's start.
const START: Micros = Micros(500_000);

/// Makes the call.
pub fn run(args: &Args, phones: &[Profile; 2], speech: [Speech; 2]) -> Result<Call, Box<dyn Error>> {
    let began = Instant::now();
    let mut engine = OfflineEngine::new(legs::config(args))?;
    let control = engine.control();
    let mut egress = engine.egress(IoGroup(0)).ok_or("the egress port was taken")?;
    let mut legs = legs::open(&control, phones, |pending| {
        while pending.try_result().is_none() {
            engine.tick();
        }
        Ok(pending.wait().map(drop)?)
    })?;

    let listen = args.listen();
    let mut mouths = [0, 1].map(|i| Mouth::new(&phones[i], &speech[i].samples, listen));
    let mut networks = [0, 1].map(|i| Network::new(args, i as u64));
    let mut ears = phones.each_ref().map(|phone| Ear::new(phone, listen, args.playout()));
    // From a fixed tick on: how long it took to set the call up must not change a bit of it.
    while engine.now() < START {
        engine.tick();
        egress.pull(usize::MAX, |_, _| ());
    }
    let mut now = Duration::ZERO;
    while now < listen {
        for (i, leg) in legs.iter_mut().enumerate() {
            while mouths[i].next_due().is_some_and(|due| due <= now) {
                let Some((at, datagram)) = mouths[i].speak() else { break };
                networks[i].send(at, datagram);
            }
            let Some(ingress) = &mut leg.ingress else { continue };
            while let Some((due, datagram)) = networks[i].deliver(now) {
                // A full ring is the engine's to count.
                ingress.push(&datagram, Micros(START.0 + due.as_micros() as u64)).ok();
            }
        }
        engine.tick();
        egress.pull(usize::MAX, |session, datagram| {
            let to = usize::from(session == legs[1].id);
            ears[to].hear(now, datagram);
        });
        legs.iter_mut().for_each(legs::Leg::read_tap);
        now += TICK;
    }

    let stats = [control.stats(legs[0].id)?, control.stats(legs[1].id)?];
    let engine_figures = figures::of(&control.telemetry(), None);
    let ways =
        OneWay::pair(args, phones, speech, networks.map(Network::into_fates), legs.map(|leg| leg.log), stats, ears);
    Ok(Call { ways, engine: engine_figures, took: began.elapsed() })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn heard(arguments: &[&str]) -> [Vec<f32>; 2] {
        let args = Args::parse_from(["call", "--offline", "--seconds=4"].iter().chain(arguments));
        let phones = crate::phones();
        let speech = phones.map(|phone| Speech::of_clip(phone.clip, args.seconds).expect("the clip is a WAV"));
        run(&args, &phones, speech).expect("the call is made").ways.map(|way| way.heard.samples)
    }

    #[test]
    fn neither_workers_nor_phases_change_a_bit_of_what_is_heard() {
        let once = heard(&[]);
        assert!(once.iter().all(|samples| samples.iter().any(|s| s.abs() > 0.1)), "somebody hears nothing");
        for arguments in [["--workers=1", "--phases=1"], ["--workers=2", "--phases=8"], ["--workers=3", "--phases=4"]] {
            assert!(heard(&arguments) == once, "{arguments:?}");
        }
        assert!(heard(&["--seed=8"]) != once);
    }

    #[test]
    fn a_perfect_network_conceals_nothing() {
        let args = ["call", "--offline", "--seconds=4", "--loss=0", "--jitter=0", "--reorder=0", "--duplicate=0"];
        let args = Args::parse_from(args);
        let phones = crate::phones();
        let speech = phones.map(|phone| Speech::of_clip(phone.clip, args.seconds).expect("the clip is a WAV"));
        let call = run(&args, &phones, speech).expect("the call is made");
        for way in call.ways {
            assert_eq!((way.concealed.len(), way.stats.concealed_samples, way.stats.lost), (0, 0, 0));
            assert_eq!(way.heard.missed, 0);
        }
    }
}
