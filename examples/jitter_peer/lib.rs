//! The engine's receive side as a library for a trace-driven test bench: five C functions over a real session.
//!
//! ```sh
//! cargo build --release --example jitter_peer
//! jitter-sim --peer lib:target/release/examples/libjitter_peer.so --trace t.csv --wav talk.wav --codec pcmu
//! ```
//!
//! The bench gives every packet with its time of arrival and pulls 10 ms at a time; here that is a datagram
//! pushed into an offline engine, and a tick of it. What is heard is what passes a node behind the leg's receiver.
//! All times are the bench's. The options after the library's path, separated by commas, are those of [`options`].
#![allow(unsafe_code, reason = "the bench calls through C")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "the bench's side of the engine")]

mod count;
mod listen;
mod options;
mod peer;
mod trace;

use std::ffi::{CStr, c_char, c_int, c_void};

use crate::peer::{Figures, Peer};

/// A peer for `codec`, or null where the codec or an option is unknown, or the rate is not the codec's.
///
/// # Safety
/// `codec` and `options` are C strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jb_create(codec: *const c_char, rate: u32, options: *const c_char) -> *mut c_void {
    if codec.is_null() || options.is_null() {
        return std::ptr::null_mut();
    }
    // SAFETY: the caller hands over C strings, and neither is null.
    let (codec, options) = unsafe { (CStr::from_ptr(codec), CStr::from_ptr(options)) };
    let peer = codec.to_str().ok().zip(options.to_str().ok()).and_then(|(c, o)| Peer::open(c, rate, o).ok());
    peer.map_or(std::ptr::null_mut(), |peer| Box::into_raw(Box::new(peer)).cast())
}

/// One packet.
///
/// # Safety
/// `peer` is from [`jb_create`] and not destroyed; `payload` has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jb_insert(
    peer: *mut c_void,
    sequence: u16,
    timestamp: u32,
    marker: c_int,
    payload: *const u8,
    len: usize,
    now_us: u64,
) {
    // SAFETY: the caller owns the peer and uses it on one thread only.
    let Some(peer) = (unsafe { peer.cast::<Peer>().as_mut() }) else { return };
    let payload = if payload.is_null() || len == 0 {
        &[][..]
    } else {
        // SAFETY: not null, and the caller vouches for the length.
        unsafe { std::slice::from_raw_parts(payload, len) }
    };
    peer.insert(sequence, timestamp, marker != 0, payload, now_us);
}

/// The next 10 ms.
///
/// # Safety
/// `peer` is from [`jb_create`] and not destroyed; `out` has room for 10 ms at its rate.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jb_pull(peer: *mut c_void, out: *mut i16, now_us: u64) {
    // SAFETY: the caller owns the peer and uses it on one thread only.
    let Some(peer) = (unsafe { peer.cast::<Peer>().as_mut() }) else { return };
    if !out.is_null() {
        // SAFETY: not null, and the caller vouches for 10 ms at the rate that it created the peer for.
        peer.pull(unsafe { std::slice::from_raw_parts_mut(out, peer.per_tick()) }, now_us);
    }
}

/// The figures so far.
///
/// # Safety
/// `peer` is from [`jb_create`] and not destroyed; `figures` points to room for them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jb_get_stats(peer: *mut c_void, figures: *mut Figures) {
    // SAFETY: the caller owns the peer and uses it on one thread only.
    let Some(peer) = (unsafe { peer.cast::<Peer>().as_mut() }) else { return };
    if !figures.is_null() {
        // SAFETY: not null, and the caller has room there.
        unsafe { figures.write(peer.figures()) };
    }
}

/// Ends a peer.
///
/// # Safety
/// `peer` is from [`jb_create`], or null, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jb_destroy(peer: *mut c_void) {
    if !peer.is_null() {
        // SAFETY: made by `jb_create` as a box, and destroyed once.
        drop(unsafe { Box::from_raw(peer.cast::<Peer>()) });
    }
}
