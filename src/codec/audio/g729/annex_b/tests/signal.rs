//! Speech-like sounds and noise from integers alone: the same on every machine.

use crate::codec::audio::g729::frame::FRAME;
use crate::codec::audio::g729::noise::Noise;

/// `frames` frames that alternate between pulses through a resonator, and noise whose level and colour change a little.
pub fn speech_and_noise(frames: usize, seed: i16) -> Vec<[i16; FRAME]> {
    let mut random = Noise::new(seed);
    let (mut y1, mut y2) = (0i32, 0i32);
    let mut out = Vec::with_capacity(frames);
    let (mut voiced, mut left, mut level, mut pole, mut period) = (false, 40u16, 60i32, 9000i32, 57usize);
    for _ in 0..frames {
        if left == 0 {
            voiced = !voiced;
            let draw = random.draw() as u16;
            left = if voiced { 1 + draw % 40 } else { 1 + draw % 120 };
            level = if voiced { 900 + i32::from(draw % 2500) } else { 40 + i32::from(draw % 60) };
            pole = if voiced { 9000 + i32::from(random.draw()) / 6 } else { 9000 + i32::from(random.draw()) / 60 };
            period = 25 + usize::from(random.draw() as u16 % 110);
        }
        left -= 1;
        out.push(std::array::from_fn(|i| {
            let noise = (i32::from(random.draw()) * level) >> 15;
            let pulse = if voiced && i % period == 0 { 6 * level } else { 0 };
            let drive = if voiced { pulse + noise / 8 } else { noise };
            let y = drive + ((2 * y1 * pole - y2 * 14_000) >> 14);
            (y1, y2) = (y.clamp(-30_000, 30_000), y1);
            y1 as i16
        }));
    }
    out
}
