//! What can be set behind the library's path.

use media_core::{JitterConfig, Millis};

/// Reads `min=`, `max=`, `initial=` or `fixed=`, all in ms and separated by commas.
pub fn parse(text: &str) -> Option<JitterConfig> {
    let mut config = JitterConfig::new();
    for option in text.split(',').filter(|option| !option.is_empty()) {
        let (name, value) = option.split_once('=')?;
        let ms = Millis(value.parse().ok()?);
        config = match name {
            "min" => config.min(ms),
            "max" => config.max(ms),
            "initial" => config.initial(ms),
            "fixed" => JitterConfig::fixed(ms),
            _ => return None,
        };
    }
    Some(config)
}
