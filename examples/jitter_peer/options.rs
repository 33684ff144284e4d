//! What can be set behind the library's path.

use std::path::PathBuf;

use media_core::{JitterConfig, Millis};

/// How the peer is set up.
#[derive(Default)]
pub struct Options {
    pub jitter: JitterConfig,
    /// Where to write a line for each tick.
    pub trace: Option<PathBuf>,
}

/// Reads `min=`, `max=`, `initial=` or `fixed=` in ms, `capacity=` in packets, and `trace=` with a path; separated by
/// commas.
pub fn parse(text: &str) -> Option<Options> {
    let mut options = Options::default();
    for option in text.split(',').filter(|option| !option.is_empty()) {
        let (name, value) = option.split_once('=')?;
        let ms = || value.parse().ok().map(Millis);
        let config = options.jitter;
        match name {
            "min" => options.jitter = config.min(ms()?),
            "max" => options.jitter = config.max(ms()?),
            "initial" => options.jitter = config.initial(ms()?),
            "fixed" => options.jitter = JitterConfig::fixed(ms()?),
            "capacity" => options.jitter = config.capacity(value.parse().ok()?),
            "trace" => options.trace = Some(value.into()),
            _ => return None,
        }
    }
    Some(options)
}
