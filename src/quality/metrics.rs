//! The figures that a worker publishes about a session.

/// Declares the figures once: the struct, its words for the seqlock, and its names.
macro_rules! figures {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// One session's figures, counted over its life unless said otherwise.
        ///
        /// Plain 64-bit words, so that a worker can publish them without a lock.
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
        }
    };
}

figures! {
    /// Ticks that the session has run.
    ticks,
    /// Datagrams that reached the session, good or bad.
    datagrams,
    /// RTP packets accepted into the jitter buffer.
    received,
    /// Payload bytes of the packets accepted.
    received_bytes,
    /// Packets that never came: their place in the sequence was passed.
    lost,
    /// Packets that never came and were rebuilt from redundancy in later ones; these are not among the lost.
    repaired,
    /// Packets that came after their time of playout.
    late,
    /// Packets that came twice.
    duplicate,
    /// Packets accepted that came after one with a higher sequence number.
    reordered,
    /// Datagrams that are not RTP version 2, or that lie about their lengths.
    malformed,
    /// Packets accepted but never played: the delay had grown beyond all bounds, the worker skipped
    /// their ticks, or the decoder rejected them after all.
    discarded,
    /// Packets with a payload type that the session does not expect.
    wrong_payload_type,
    /// Packets dropped since the jitter buffer was full, or that were too large for it.
    overflow,
    /// Datagrams dropped at the ingress ring, since the session did not drain it in time.
    ingress_dropped,
    /// Times that the sender changed its SSRC.
    source_switches,
    /// Times that playout started anew after a jump of sequence or timestamp.
    resyncs,
    /// Samples played that were received.
    received_samples,
    /// Samples played that concealment invented.
    concealed_samples,
    /// Stretches of concealment.
    concealment_events,
    /// Samples of silence played, with nothing to play and nothing to conceal.
    silent_samples,
    /// Of the samples of silence, those filled with comfort noise.
    comfort_samples,
    /// Packets of comfort noise received.
    comfort_received,
    /// Telephone events received, each counted once.
    digits_received,
    /// Samples added to or taken from the signal to move the playout delay.
    stretched_samples,
    /// Of those, the ones taken out to play faster.
    accelerated_samples,
    /// And the ones put in to play slower.
    expanded_samples,
    /// Interarrival jitter in microseconds (RFC 3550 §6.4.1), now.
    jitter_us,
    /// Delay in the jitter buffer of the frame last played, in microseconds.
    delay_us,
    /// Smallest delay in the jitter buffer of any packet played, in microseconds.
    delay_min_us,
    /// Largest delay in the jitter buffer of any packet played, in microseconds.
    delay_max_us,
    /// Delay that the jitter buffer aims at, in microseconds, now.
    target_delay_us,
    /// Sum over ticks of `delay_us`: divided by `delay_ticks` it is the mean buffering delay.
    delay_sum_us,
    /// Ticks that went into `delay_sum_us`.
    delay_ticks,
    /// RTP packets sent.
    sent,
    /// Payload bytes sent.
    sent_bytes,
    /// Of the packets sent, those relayed without decoding.
    relayed,
    /// Packets of comfort noise sent.
    comfort_sent,
    /// Telephone events sent, each counted once when it was complete.
    digits_sent,
    /// Telephone events asked for that did not fit behind those that waited.
    digits_dropped,
    /// Packets dropped at the egress ring, since the I/O thread did not drain it in time.
    egress_dropped,
    /// Packets from the far leg that did not fit into a tick's relay queue.
    relay_dropped,
    /// Samples of a program's leg that were not played: pauses left out, backlog dropped, flushed.
    skipped_samples,
    /// Frames of 10 ms that a tap's reader was too slow for.
    tap_overrun,
}
