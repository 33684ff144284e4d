//! bcg729 behind its public functions, declared here from their documentation, and loaded at run time.

use std::ffi::{CStr, c_void};

type Channel = *mut c_void;

/// The library's functions.
pub struct Bcg729 {
    open_encoder: extern "C" fn(u8) -> Channel,
    encode: extern "C" fn(Channel, *const i16, *mut u8, *mut u8),
    close_encoder: extern "C" fn(Channel),
    open_decoder: extern "C" fn() -> Channel,
    decode: extern "C" fn(Channel, *const u8, u8, u8, u8, u8, *mut i16),
    close_decoder: extern "C" fn(Channel),
}

impl Bcg729 {
    /// The library, if it is installed. It stays loaded.
    pub fn load() -> Option<Self> {
        // SAFETY: a NUL-terminated name; the library's initialisers touch nothing of ours.
        let library = unsafe { libc::dlopen(c"libbcg729.so.0".as_ptr(), libc::RTLD_NOW) };
        if library.is_null() {
            println!("skipped: no libbcg729.so.0");
            return None;
        }
        // SAFETY: the types are those that the library documents for these names.
        unsafe {
            Some(Self {
                open_encoder: symbol(library, c"initBcg729EncoderChannel")?,
                encode: symbol(library, c"bcg729Encoder")?,
                close_encoder: symbol(library, c"closeBcg729EncoderChannel")?,
                open_decoder: symbol(library, c"initBcg729DecoderChannel")?,
                decode: symbol(library, c"bcg729Decoder")?,
                close_decoder: symbol(library, c"closeBcg729DecoderChannel")?,
            })
        }
    }

    /// Payloads of 10 ms each, with pauses.
    pub fn encode(&self, audio: &[i16]) -> Vec<Vec<u8>> {
        let channel = (self.open_encoder)(1);
        let frames = audio.as_chunks::<80>().0.iter().map(|frame| {
            let (mut bytes, mut length) = ([0; 10], 0);
            (self.encode)(channel, frame.as_ptr(), bytes.as_mut_ptr(), &raw mut length);
            bytes[..usize::from(length)].to_vec()
        });
        let payloads = frames.collect();
        (self.close_encoder)(channel);
        payloads
    }

    /// Samples of payloads; an empty one goes on with the pause.
    pub fn decode(&self, payloads: &[Vec<u8>]) -> Vec<i16> {
        let channel = (self.open_decoder)();
        let frames = payloads.iter().map(|payload| {
            let mut out = [0; 80];
            let (length, sid) = (payload.len() as u8, u8::from(payload.len() == 2));
            let bytes = if payload.is_empty() { std::ptr::null() } else { payload.as_ptr() };
            (self.decode)(channel, bytes, length, u8::from(payload.is_empty()), sid, 0, out.as_mut_ptr());
            out
        });
        let samples = frames.collect::<Vec<_>>().concat();
        (self.close_decoder)(channel);
        samples
    }
}

/// A function of the library.
///
/// # Safety
/// `F` must be the type of the function with that name.
unsafe fn symbol<F: Copy>(library: *mut c_void, name: &CStr) -> Option<F> {
    // SAFETY: an open library and a NUL-terminated name.
    let address = unsafe { libc::dlsym(library, name.as_ptr()) };
    assert_eq!(size_of::<F>(), size_of_val(&address));
    // SAFETY: both have the size of a pointer, and the caller vouches for the type.
    (!address.is_null()).then(|| unsafe { std::mem::transmute_copy(&address) })
}
