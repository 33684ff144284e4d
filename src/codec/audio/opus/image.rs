//! What libopus's states look like when they have just been started, one image for each form.
//!
//! To start a state, libopus asks the processor what it can do, a dozen times; in a virtual machine that
//! takes 0.2 to 0.4 ms, far too long for a tick. A copy takes a microsecond, and is as good.

use std::sync::OnceLock;

use audiopus::Application;

use crate::types::SampleRate;

/// Memory of a state, aligned to a cache line: more than any of its fields asks for.
#[repr(align(64))]
#[derive(Clone, Copy)]
pub(super) struct Line(#[expect(dead_code, reason = "libopus reads it")] [u8; 64]);

/// Zeroed memory for a state of so many bytes. Allocates.
pub(super) fn lines(bytes: i32) -> Box<[Line]> {
    let bytes = usize::try_from(bytes).unwrap_or(0);
    assert!(bytes > 0, "libopus has a size for one and for two channels");
    vec![Line([0; 64]); bytes.div_ceil(64)].into_boxed_slice()
}

/// The image of an encoder, which `start` makes if it is the first of its form.
pub(super) fn encoder(
    rate: SampleRate,
    channels: usize,
    application: Application,
    start: impl FnOnce() -> Box<[Line]>,
) -> &'static [Line] {
    static IMAGES: [OnceLock<Box<[Line]>>; 3 * FORMS] = [const { OnceLock::new() }; 3 * FORMS];
    let group = match application {
        Application::Voip => 0,
        Application::Audio => FORMS,
        Application::LowDelay => 2 * FORMS,
    };
    IMAGES[group + form(rate, channels)].get_or_init(start)
}

/// The image of a decoder, which `start` makes if it is the first of its form.
pub(super) fn decoder(rate: SampleRate, channels: usize, start: impl FnOnce() -> Box<[Line]>) -> &'static [Line] {
    static IMAGES: [OnceLock<Box<[Line]>>; FORMS] = [const { OnceLock::new() }; FORMS];
    IMAGES[form(rate, channels)].get_or_init(start)
}

/// Five rates, mono and stereo.
const FORMS: usize = 10;

fn form(rate: SampleRate, channels: usize) -> usize {
    let rate = match rate.hz() {
        8_000 => 0,
        12_000 => 1,
        16_000 => 2,
        24_000 => 3,
        _ => 4,
    };
    rate * 2 + usize::from(channels == 2)
}
