//! The C interface of libopus, with the names and types of audiopus_sys 0.2.2: what audiopus 0.3.0-rc.0
//! and the engine use. What each function does stands in libopus's `opus.h`.
//!
//! Takes the place of the published crate through `[patch.crates-io]`: see `build/main.rs` for why.
#![allow(missing_docs, reason = "libopus's own documentation holds")]
#![allow(non_camel_case_types, reason = "the names of the C interface")]
#![allow(unsafe_code, reason = "declares C functions, and calls none")]

use std::ffi::{c_char, c_int, c_uchar};

mod constants;
pub use constants::*;

pub type opus_int16 = i16;
pub type opus_int32 = i32;

macro_rules! opaque {
    ($($name:ident),*) => {
        $(#[repr(C)] pub struct $name { _opaque: [u8; 0] })*
    };
}
opaque!(OpusEncoder, OpusDecoder, OpusRepacketizer);

unsafe extern "C" {
    pub fn opus_get_version_string() -> *const c_char;
    pub fn opus_strerror(error: c_int) -> *const c_char;

    pub fn opus_encoder_get_size(channels: c_int) -> c_int;
    pub fn opus_encoder_create(rate: i32, channels: c_int, application: c_int, error: *mut c_int) -> *mut OpusEncoder;
    pub fn opus_encoder_init(st: *mut OpusEncoder, rate: i32, channels: c_int, application: c_int) -> c_int;
    pub fn opus_encode(
        st: *mut OpusEncoder,
        pcm: *const opus_int16,
        frame_size: c_int,
        data: *mut c_uchar,
        max_data_bytes: opus_int32,
    ) -> opus_int32;
    pub fn opus_encode_float(
        st: *mut OpusEncoder,
        pcm: *const f32,
        frame_size: c_int,
        data: *mut c_uchar,
        max_data_bytes: opus_int32,
    ) -> opus_int32;
    pub fn opus_encoder_destroy(st: *mut OpusEncoder);
    pub fn opus_encoder_ctl(st: *mut OpusEncoder, request: c_int, ...) -> c_int;

    pub fn opus_decoder_get_size(channels: c_int) -> c_int;
    pub fn opus_decoder_create(rate: i32, channels: c_int, error: *mut c_int) -> *mut OpusDecoder;
    pub fn opus_decoder_init(st: *mut OpusDecoder, rate: i32, channels: c_int) -> c_int;
    pub fn opus_decode(
        st: *mut OpusDecoder,
        data: *const c_uchar,
        len: opus_int32,
        pcm: *mut opus_int16,
        frame_size: c_int,
        decode_fec: c_int,
    ) -> c_int;
    pub fn opus_decode_float(
        st: *mut OpusDecoder,
        data: *const c_uchar,
        len: opus_int32,
        pcm: *mut f32,
        frame_size: c_int,
        decode_fec: c_int,
    ) -> c_int;
    pub fn opus_decoder_ctl(st: *mut OpusDecoder, request: c_int, ...) -> c_int;
    pub fn opus_decoder_destroy(st: *mut OpusDecoder);
    pub fn opus_decoder_get_nb_samples(st: *const OpusDecoder, packet: *const c_uchar, len: opus_int32) -> c_int;

    pub fn opus_packet_parse(
        data: *const c_uchar,
        len: opus_int32,
        out_toc: *mut c_uchar,
        frames: *mut *const c_uchar,
        size: *mut opus_int16,
        payload_offset: *mut c_int,
    ) -> c_int;
    pub fn opus_packet_get_bandwidth(data: *const c_uchar) -> c_int;
    pub fn opus_packet_get_samples_per_frame(data: *const c_uchar, rate: opus_int32) -> c_int;
    pub fn opus_packet_get_nb_channels(data: *const c_uchar) -> c_int;
    pub fn opus_packet_get_nb_frames(packet: *const c_uchar, len: opus_int32) -> c_int;
    pub fn opus_packet_get_nb_samples(packet: *const c_uchar, len: opus_int32, rate: opus_int32) -> c_int;
    pub fn opus_pcm_soft_clip(pcm: *mut f32, frame_size: c_int, channels: c_int, memory: *mut f32);

    pub fn opus_repacketizer_get_size() -> c_int;
    pub fn opus_repacketizer_init(rp: *mut OpusRepacketizer) -> *mut OpusRepacketizer;
    pub fn opus_repacketizer_create() -> *mut OpusRepacketizer;
    pub fn opus_repacketizer_destroy(rp: *mut OpusRepacketizer);
    pub fn opus_repacketizer_cat(rp: *mut OpusRepacketizer, data: *const c_uchar, len: opus_int32) -> c_int;
    pub fn opus_repacketizer_out_range(
        rp: *mut OpusRepacketizer,
        begin: c_int,
        end: c_int,
        data: *mut c_uchar,
        maxlen: opus_int32,
    ) -> opus_int32;
    pub fn opus_repacketizer_get_nb_frames(rp: *mut OpusRepacketizer) -> c_int;
    pub fn opus_repacketizer_out(rp: *mut OpusRepacketizer, data: *mut c_uchar, maxlen: opus_int32) -> opus_int32;
    pub fn opus_packet_pad(data: *mut c_uchar, len: opus_int32, new_len: opus_int32) -> c_int;
    pub fn opus_packet_unpad(data: *mut c_uchar, len: opus_int32) -> opus_int32;
    pub fn opus_multistream_packet_pad(data: *mut c_uchar, len: i32, new_len: i32, nb_streams: c_int) -> c_int;
    pub fn opus_multistream_packet_unpad(data: *mut c_uchar, len: opus_int32, nb_streams: c_int) -> opus_int32;
}

/// libopus 1.5 and later, where DRED was compiled in.
#[cfg(feature = "dred")]
mod dred {
    use super::{OpusDecoder, c_int, c_uchar, opus_int16, opus_int32};

    opaque!(OpusDREDDecoder, OpusDRED);

    unsafe extern "C" {
        pub fn opus_dred_decoder_get_size() -> c_int;
        pub fn opus_dred_decoder_init(dec: *mut OpusDREDDecoder) -> c_int;
        pub fn opus_dred_get_size() -> c_int;
        pub fn opus_dred_alloc(error: *mut c_int) -> *mut OpusDRED;
        pub fn opus_dred_free(dred: *mut OpusDRED);
        pub fn opus_dred_parse(
            dec: *mut OpusDREDDecoder,
            dred: *mut OpusDRED,
            data: *const c_uchar,
            len: opus_int32,
            max_dred_samples: opus_int32,
            sampling_rate: opus_int32,
            dred_end: *mut c_int,
            defer_processing: c_int,
        ) -> c_int;
        pub fn opus_decoder_dred_decode(
            st: *mut OpusDecoder,
            dred: *const OpusDRED,
            dred_offset: opus_int32,
            pcm: *mut opus_int16,
            frame_size: opus_int32,
        ) -> c_int;
        pub fn opus_decoder_dred_decode_float(
            st: *mut OpusDecoder,
            dred: *const OpusDRED,
            dred_offset: opus_int32,
            pcm: *mut f32,
            frame_size: opus_int32,
        ) -> c_int;
    }
}
#[cfg(feature = "dred")]
pub use dred::*;
