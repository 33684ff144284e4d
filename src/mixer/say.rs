//! What a member says in a tick: into words, through his gains, onto the buses of his zone.

use super::member::{Channels, PLANES};
use super::room::Room;
use super::said::Part;
use super::table::MemberId;
use super::words;
use super::zone::LONGEST;
use crate::processing::dsp::Ramp;
use crate::types::SampleRate;

impl Room {
    /// Adds a member's frame to this tick, which all others hear in the next one: mono, or left and right one behind the
    /// other. What is missing of it is silence; an empty frame is a silent one and costs nothing. A second frame within a tick is not heard, nor is one
    /// of somebody who is not here. Real-time.
    pub fn say(&mut self, id: MemberId, frame: &[f32]) {
        let Some(mut member) = self.members.take(id) else { return };
        let (stamp, samples) = (self.tick, member.samples());
        let side = (stamp & 1) as usize;
        let said = &mut member.said[side];
        if said.stamp != stamp {
            said.stamp = stamp;
            said.silent = frame.is_empty();
            let came_from = member.came_from.take();
            if !said.silent {
                to_words(frame, samples, member.spec.says, &mut said.words);
                member.parts[side] = parts(&member.to, member.zone, came_from, samples);
            }
            for ramp in &mut member.to {
                ramp.skip(samples);
            }
            if !said.silent && !member.spec.mirror {
                for part in member.parts[side].iter().flatten() {
                    let Some(zone) = self.zones.get_mut(usize::from(part.zone)) else { continue };
                    for (n, plane) in zone.planes.iter_mut().enumerate() {
                        let bus = plane.bus(member.rate);
                        with_voice(&said.words, samples, n, part.to[n], |voice| bus.add(voice));
                    }
                }
            }
        }
        self.members.put(id, member);
    }
}

/// Rounds a frame; a stereo one gets its mean as the mono plane.
fn to_words(frame: &[f32], samples: usize, says: Channels, planes: &mut [i32]) {
    let channel = |n: usize| {
        let rest = frame.get(n * samples..).unwrap_or(&[]);
        &rest[..rest.len().min(samples)]
    };
    let mut fill = |plane: usize, from: &[f32]| {
        let (heard, missing) = planes[plane * samples..][..samples].split_at_mut(from.len());
        words::quantise(from, heard);
        missing.fill(0);
    };
    if says == Channels::Mono {
        return fill(0, channel(0));
    }
    fill(1, channel(0));
    fill(2, channel(1));
    let (mono, sides) = planes.split_at_mut(samples);
    let (left, right) = sides.split_at(samples);
    for ((mono, left), right) in mono.iter_mut().zip(left).zip(right) {
        *mono = (left + right) >> 1;
    }
}

/// Where a frame goes: to the zone, or from one zone over to the next within the frame.
fn parts(to: &[Ramp; PLANES], zone: u8, came_from: Option<u8>, samples: usize) -> [Option<Part>; 2] {
    let Some(before) = came_from.filter(|before| *before != zone) else { return [Some(Part { zone, to: *to }), None] };
    let line = |from: f32, end: f32| {
        let mut ramp = Ramp::new(from);
        ramp.set(end, samples as u32);
        ramp
    };
    let out = to.map(|ramp| line(ramp.gain(), 0.0));
    let into = to.map(|ramp| line(0.0, after(ramp, samples)));
    [Some(Part { zone: before, to: out }), Some(Part { zone, to: into })]
}

/// The gain at the end of a frame.
pub(super) fn after(mut ramp: Ramp, samples: usize) -> f32 {
    ramp.skip(samples);
    ramp.gain()
}

/// Calls `on` with what a voice adds to a plane, unless that is nothing: the words themselves where the gain is 1.0, so
/// that the usual way has no scratch.
#[inline]
pub(super) fn with_voice(planes: &[i32], samples: usize, plane: usize, gain: Ramp, on: impl FnOnce(&[i32])) {
    // A mono voice is the same in all planes.
    let source = if planes.len() > samples { plane } else { 0 };
    let Some(words) = planes.get(source * samples..).and_then(|from| from.get(..samples)) else { return };
    if gain.is_unity() {
        on(words);
    } else if !gain.is_silent() {
        match samples {
            ..=SHORT => scaled::<SHORT>(words, gain, on),
            ..=MIDDLE => scaled::<MIDDLE>(words, gain, on),
            _ => scaled::<LONGEST>(words, gain, on),
        }
    }
}

/// Calls `on` with a voice of at most `N` samples times a gain.
fn scaled<const N: usize>(words: &[i32], mut gain: Ramp, on: impl FnOnce(&[i32])) {
    let mut scaled = [0; N];
    let scaled = &mut scaled[..words.len()];
    words::scale(words, &mut gain, scaled);
    on(scaled);
}

/// Samples of the frames that most members have, at 8 and 16 kHz: scratch for more of them would have to be cleared.
pub(super) const SHORT: usize = SampleRate::HZ_8000.per_tick();
pub(super) const MIDDLE: usize = SampleRate::HZ_16000.per_tick();
