//! Tells the processor what will be touched soon, so that it comes from memory meanwhile.
#![allow(unsafe_code)]

/// Bytes in a cache line.
const LINE: usize = 64;

/// Lines that one call asks for at most; more would push out what is needed first.
const MOST: usize = 24;

/// Lines of a datagram with 20 ms of G.711.
const DATAGRAM: usize = 3;

/// Lines of a node that are asked for ahead of it; it asks for more itself where a tick needs them.
const FIRST: usize = 4;

/// Asks for the first cache lines of `value`, where its owner put what every tick touches. Real-time.
#[inline]
pub(crate) fn prefetch_start<T: ?Sized>(value: &T) {
    let (start, bytes) = (std::ptr::from_ref(value).cast::<u8>(), size_of_val(value));
    fetch(start);
    for line in 1..bytes.div_ceil(LINE).min(FIRST) {
        fetch(start.wrapping_add(line * LINE));
    }
}

/// Asks for the cache lines from `byte` on that a datagram with 20 ms of G.711 takes. Real-time.
#[inline]
pub(crate) fn prefetch_datagram(byte: &u8) {
    (0..DATAGRAM).for_each(|line| fetch(std::ptr::from_ref(byte).wrapping_add(line * LINE)));
}

/// Asks for the cache lines of `value`. Real-time: never waits, and changes nothing but time.
#[inline]
pub fn prefetch<T: ?Sized>(value: &T) {
    let (start, bytes) = (std::ptr::from_ref(value).cast::<u8>(), size_of_val(value));
    for line in 0..bytes.div_ceil(LINE).min(MOST) {
        fetch(start.wrapping_add(line * LINE));
    }
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn fetch(address: *const u8) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // SAFETY: a prefetch is a hint: it reads nothing into the program and faults on no address.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) };
}

#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn fetch(_address: *const u8) {}
