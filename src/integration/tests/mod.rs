mod direction;
mod rtp;
#[cfg(feature = "sdp")]
mod sdp;
