//! How the published figures are declared: once, with what each of them is.

/// Declares the figures: the struct, its words for the seqlock, its names, and what becomes of each
/// between two looks. A figure is a `sum`, a sum of `samples` at the leg's rate, or what is `now`.
macro_rules! figures {
    ($($(#[$doc:meta])* $kind:ident $name:ident,)*) => {
        /// One session's figures: sums over its life, and what is now. [`SessionStats::since`] gives those of an interval.
        ///
        /// Plain 64-bit words, so that a worker can publish them without a lock. Names end in their unit: `_us` are
        /// microseconds, `_samples` are samples at [`SessionStats::rate_hz`], all else are counts.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct SessionStats {
            $($(#[$doc])* pub $name: u64,)*
        }

        impl SessionStats {
            /// The names of the figures, in the order of [`SessionStats::to_words`].
            pub const NAMES: &[&str] = &[$(stringify!($name)),*];
            /// How many figures there are.
            pub const WORDS: usize = Self::NAMES.len();

            /// The figures as words. Real-time.
            pub fn to_words(&self) -> [u64; Self::WORDS] {
                [$(self.$name),*]
            }

            /// The figures back from their words.
            pub fn from_words(words: &[u64; Self::WORDS]) -> Self {
                let [$($name),*] = *words;
                Self { $($name),* }
            }

            /// The figures of the time since an earlier look at the same session: sums are of that time alone,
            /// what is "now", "of late" or "of all" stays as it is.
            ///
            /// What turns out otherwise later (a packet counted as lost that comes late, concealment in what was a
            /// pause) is taken off the interval in which that shows, down to 0.
            pub fn since(&self, earlier: &Self) -> Self {
                // After a change of rate all samples are counted at the new one.
                let rates = (u128::from(self.rate_hz), u128::from(earlier.rate_hz));
                Self { $($name: figures!(@$kind self.$name, earlier.$name, rates)),* }
            }
        }
    };
    (@now $now:expr, $earlier:expr, $rates:expr) => { $now };
    (@sum $now:expr, $earlier:expr, $rates:expr) => { $now.saturating_sub($earlier) };
    (@samples $now:expr, $earlier:expr, $rates:expr) => {
        match $rates {
            (to, from) if to == from || from == 0 => $now.saturating_sub($earlier),
            (to, from) => $now.saturating_sub((u128::from($earlier) * to / from) as u64),
        }
    };
}

pub(super) use figures;
