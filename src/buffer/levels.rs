//! The delays to choose from: fine where calls live, coarse where a tick more or less is not noticed.
//!
//! A tick apart up to 320 ms, two up to 640 ms, and six up to 1.54 s, as ticks.

/// Number of levels.
pub const LEVELS: usize = 64;

/// Ticks of delay at every level.
pub const TICKS: [f32; LEVELS] = {
    let mut ticks = [0.0; LEVELS];
    let mut level = 0;
    while level < LEVELS {
        ticks[level] = ticks_at(level) as f32;
        level += 1;
    }
    ticks
};

/// For every level the lowest one of at least four fifths of its delay.
pub const NEAR: [u8; LEVELS] = {
    let mut near = [0; LEVELS];
    let mut level = 0;
    while level < LEVELS {
        near[level] = level_for(ticks_at(level) * 4 / 5) as u8;
        level += 1;
    }
    near
};

/// Ticks of delay at a level.
pub const fn ticks_at(level: usize) -> u32 {
    (match level {
        0..=32 => level,
        33..=48 => 32 + (level - 32) * 2,
        _ => 64 + (level - 48) * 6,
    }) as u32
}

/// The lowest level that delays by at least so many ticks; [`LEVELS`] where none does.
pub const fn level_for(ticks: u32) -> usize {
    let level = match ticks {
        0..=32 => ticks,
        33..=64 => 32 + (ticks - 32).div_ceil(2),
        _ => 48 + (ticks - 64).div_ceil(6),
    };
    if level as usize > LEVELS { LEVELS } else { level as usize }
}

/// Values at levels as they are after all delays fell by `by` ticks: each from between two, or from the nearest end.
pub fn shifted(values: &[f32; LEVELS], by: i32) -> [f32; LEVELS] {
    std::array::from_fn(|level| {
        let from = (TICKS[level] + by as f32).clamp(0.0, TICKS[LEVELS - 1]);
        let upper = level_for(from as u32).min(LEVELS - 1);
        let lower = upper.saturating_sub(1);
        let apart = (TICKS[upper] - TICKS[lower]).max(1.0);
        values[upper] + (TICKS[upper] - from) / apart * (values[lower] - values[upper])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_delay_has_a_level_that_covers_it() {
        for ticks in 0..=154 {
            let level = level_for(ticks);
            assert!(ticks_at(level) >= ticks && (level == 0 || ticks_at(level - 1) < ticks), "{ticks}");
        }
        assert_eq!((level_for(155), level_for(u32::MAX), ticks_at(LEVELS - 1)), (LEVELS, LEVELS, 154));
    }

    #[test]
    fn a_shift_moves_values_by_ticks_and_not_by_levels() {
        for by in [-40, -3, -1, 0, 1, 7, 50] {
            let moved = shifted(&TICKS, by);
            for (level, value) in moved.iter().enumerate() {
                assert_eq!(*value, (TICKS[level] + by as f32).clamp(0.0, 154.0), "{by} at {level}");
            }
        }
    }
}
