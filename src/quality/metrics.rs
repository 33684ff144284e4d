//! The figures that a worker publishes about a session.

use crate::quality::figures::figures;

figures! {
    /// Ticks that the session has run.
    sum ticks,
    /// Datagrams that reached the session, good or bad.
    sum datagrams,
    /// RTP packets accepted into the jitter buffer.
    sum received,
    /// Payload bytes of the packets accepted.
    sum received_bytes,
    /// Packets that never came and were not repaired: their place in the sequence was passed.
    sum lost,
    /// Packets that would be missing but for repair of any kind: the next five together. None of them is among the lost.
    sum repaired,
    /// Of those repaired, the ones that a copy of the packet stood in for, in a stream that sends each packet
    /// again some packets later. The copy is among the received.
    sum repaired_copy,
    /// Of those repaired, the ones that came in time after the host was told that they were missing
    /// (`Control::nacks`). They are among the received.
    sum repaired_nack,
    /// Of those repaired, the ones rebuilt from redundancy in later packets (RFC 2198).
    sum repaired_red,
    /// Of those repaired, the ones decoded from what the packet behind them carries of them (in-band error correction).
    sum repaired_fec,
    /// Of those repaired, the ones decoded from deep redundancy.
    sum repaired_dred,
    /// Packets that came after their time of playout: discarded.
    sum late,
    /// Packets that came twice.
    sum duplicate,
    /// Packets accepted that came after one with a higher sequence number.
    sum reordered,
    /// Datagrams that are not RTP version 2, or that lie about their lengths.
    sum malformed,
    /// Packets accepted but never played: the delay had grown beyond all bounds, the worker skipped
    /// their ticks, or the decoder rejected them after all.
    sum discarded,
    /// Packets with a payload type that the session does not expect.
    sum wrong_payload_type,
    /// Packets dropped since the jitter buffer was full, or that were too large for it.
    sum overflow,
    /// Datagrams dropped at the ingress ring, since the session did not drain it in time.
    sum ingress_dropped,
    /// Times that the sender changed its SSRC.
    sum source_switches,
    /// Times that playout started anew after a jump of sequence or timestamp.
    sum resyncs,
    /// Sequence numbers that playout has passed, of all streams of the leg: played, repaired, lost or discarded.
    sum expected,
    /// Audio that those stand for, what was lost counted by the packets around it.
    samples expected_samples,
    /// Of those expected, the ones with nothing to play: lost, late or discarded.
    sum absent,
    /// Runs of absent packets with none in between.
    sum loss_runs,
    /// Packets of the longest run of all.
    now longest_loss_run,
    /// Bursts (RFC 3611 §4.7.2 with Gmin 16): at least two absent packets, less than 16 others in a row between them.
    sum bursts,
    /// Packets within bursts, there or absent.
    sum burst_packets,
    /// Of those, the absent ones.
    sum burst_absent,
    /// Audio of the packets within bursts.
    samples burst_samples,
    /// Rate of all samples counted, in hertz: that of the codec received.
    now rate_hz,
    /// Samples that were decoded, in packets or from what repairs them.
    samples decoded_samples,
    /// Of those, the ones dropped before their time: the worker skipped their ticks, or the stream began anew.
    samples dropped_samples,
    /// Samples played that were received.
    samples received_samples,
    /// Samples played that concealment invented.
    samples concealed_samples,
    /// Stretches of concealment.
    sum concealment_events,
    /// Samples of the longest stretch of concealment of all.
    now longest_concealment_samples,
    /// Samples of silence played, with nothing to play and nothing to conceal.
    samples silent_samples,
    /// Of the samples of silence, those filled with comfort noise.
    samples comfort_samples,
    /// Packets of comfort noise received.
    sum comfort_received,
    /// Telephone events received, each counted once.
    sum digits_received,
    /// Samples added to or taken from the signal to move the playout delay.
    samples stretched_samples,
    /// Of those, the ones taken out to play faster.
    samples accelerated_samples,
    /// And the ones put in to play slower.
    samples expanded_samples,
    /// Samples put in or left out by a resampler that follows the sender's clock, where nothing may be stretched.
    samples compensated_samples,
    /// Of those, the ones left out since that clock is faster than ours.
    samples drift_removed_samples,
    /// And the ones put in since it is slower.
    samples drift_added_samples,
    /// How much faster the sender's clock is than ours, in parts per million, rounded: a signed number in two's
    /// complement (`as i64`, or [`SessionStats::drift`]). 0 as long as it is not known.
    now drift_ppm,
    /// 1 where `drift_ppm` is known, else 0.
    now drift_known,
    /// Interarrival jitter in microseconds (RFC 3550 §6.4.1), now.
    now jitter_us,
    /// Delay in the jitter buffer of the frame last played, in microseconds.
    now delay_us,
    /// Smallest delay in the jitter buffer of any packet played, of all, in microseconds.
    now delay_min_us,
    /// Largest delay in the jitter buffer of any packet played, of all, in microseconds.
    now delay_max_us,
    /// Delay that the jitter buffer aims at, in microseconds, now.
    now target_delay_us,
    /// Sum over ticks of `delay_us`: divided by `delay_ticks` it is the mean buffering delay.
    sum delay_sum_us,
    /// Ticks that went into `delay_sum_us`.
    sum delay_ticks,
    /// Windows of 5 s of the leg's time that are complete. The figures of late are those of the last one; all
    /// are 0 before it.
    now windows,
    /// Packets played, of late.
    now window_packets,
    /// Smallest delay of a packet in the jitter buffer, of late, in microseconds.
    now window_delay_min_us,
    /// Median of that delay, of late, in microseconds: to 5 ms, above 200 ms to 25 ms.
    now window_delay_p50_us,
    /// The delay that 95 % of the packets stay below, of late, in microseconds.
    now window_delay_p95_us,
    /// Largest delay of a packet in the jitter buffer, of late, in microseconds.
    now window_delay_max_us,
    /// Smallest delay aimed at, of late, in microseconds.
    now window_target_min_us,
    /// Largest delay aimed at, of late, in microseconds.
    now window_target_max_us,
    /// Samples of the longest stretch of concealment that ended of late.
    now window_longest_concealment_samples,
    /// Frames of 10 ms from the party whose level was measured: every fourth that was decoded.
    sum received_level_frames,
    /// Their mean squares, added up, in units of 2⁻³² of full scale's: see [`SessionStats::received_level`].
    sum received_power,
    /// Of those frames, the ones with three samples or more at the ceiling of G.711.
    sum received_clipped,
    /// Largest sample of those frames of late, in 1/32768 of full scale.
    now window_received_peak,
    /// Frames of 10 ms to the party whose level was measured: every fourth that was encoded.
    sum sent_level_frames,
    /// Their mean squares, added up, in units of 2⁻³² of full scale's: see [`SessionStats::sent_level`].
    sum sent_power,
    /// Of those frames, the ones with three samples or more at the ceiling of G.711.
    sum sent_clipped,
    /// Largest sample of those frames of late, in 1/32768 of full scale.
    now window_sent_peak,
    /// SSRC of the source that is received now; meaningless while `source_expected` is 0.
    now source_ssrc,
    /// Highest sequence number of that source, with the count of its wraps above 16 bits (RFC 3550 §6.4.1).
    now source_highest,
    /// Packets that this source is known to have sent since it was first heard (RFC 3550 A.3).
    now source_expected,
    /// Packets of this source that came, late ones and copies included.
    now source_received,
    /// The engine's tick that begins where these figures end.
    now at_tick,
    /// SSRC of the stream sent.
    now sent_ssrc,
    /// RTP timestamp of the stream sent, of audio that is encoded, or passed on, at `at_tick`.
    now sent_rtp_time,
    /// RTP packets sent.
    sum sent,
    /// Payload bytes sent.
    sum sent_bytes,
    /// Of the packets sent, those relayed without decoding.
    sum relayed,
    /// Packets of comfort noise sent.
    sum comfort_sent,
    /// Telephone events sent, each counted once when it was complete.
    sum digits_sent,
    /// Telephone events asked for that did not fit behind those that waited.
    sum digits_dropped,
    /// Packets dropped at the egress ring, since the I/O thread did not drain it in time.
    sum egress_dropped,
    /// Packets from the far leg that did not fit into a tick's relay queue.
    sum relay_dropped,
    /// Samples of a program's leg that were not played: pauses left out, backlog dropped, flushed.
    sum skipped_samples,
    /// Frames of 10 ms that a tap's reader was too slow for.
    sum tap_overrun,
}
