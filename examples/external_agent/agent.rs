//! The agent: waits until the caller has paused, and says something. Knows nothing of the engine but the WebSocket.

use std::net::TcpStream;

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

use crate::support::clip;

/// What an agent has to tell of its call.
#[derive(Debug, Default)]
pub struct Told {
    pub turns: u32,
    pub answers: u32,
    pub played: u32,
    pub interrupted: u32,
}

/// Samples of the caller's silence after which it is the agent's turn: 400 ms.
const PAUSE: usize = 3_200;

/// Mean square of a 16-bit sample that is speech: −40 dBFS.
const SPEECH: i64 = 100_000;

/// Serves one call.
pub fn talk(stream: TcpStream) -> Result<Told, Box<dyn std::error::Error + Send + Sync>> {
    stream.set_nodelay(true)?;
    let mut socket = tungstenite::accept(stream).map_err(|why| why.to_string())?;
    let speech = clip(include_bytes!("../clips/bob.wav")).map_err(|why| why.to_string())?;
    let (mut told, mut spoke, mut silent) = (Told::default(), false, 0);
    loop {
        match socket.read() {
            Ok(Message::Binary(pcm)) => {
                if is_speech(&pcm) {
                    (spoke, silent) = (true, 0);
                } else {
                    silent += pcm.len() / 2;
                }
                if spoke && silent >= PAUSE {
                    spoke = false;
                    told.turns += 1;
                    told.answers += 1;
                    // Every other answer is short enough to be heard before the caller speaks again.
                    let length = if told.answers % 2 == 1 { speech.len() } else { 12_000 };
                    answer(&mut socket, &speech[..length.min(speech.len())], told.answers)?;
                }
                socket.send(Message::text(json!({"next": true}).to_string()))?;
            }
            Ok(Message::Text(text)) => {
                let event: Value = serde_json::from_str(&text)?;
                match event["event"].as_str() {
                    Some("mark") => told.played += 1,
                    Some("barge_in") => told.interrupted += 1,
                    _ => {}
                }
            }
            Ok(Message::Close(_)) | Err(tungstenite::Error::ConnectionClosed) => return Ok(told),
            Ok(_) => {}
            Err(why) => return Err(why.into()),
        }
    }
}

/// Says something as services do: in pieces of any size, as fast as they are made.
fn answer(socket: &mut WebSocket<TcpStream>, speech: &[f32], id: u32) -> Result<(), tungstenite::Error> {
    let mut rest = speech;
    for size in [8_000, 37, 4_801, 160, 12_345].into_iter().cycle() {
        let (piece, behind) = rest.split_at(rest.len().min(size));
        if piece.is_empty() {
            break;
        }
        let pcm: Vec<u8> = piece.iter().flat_map(|s| ((s * 32_767.0) as i16).to_le_bytes()).collect();
        socket.send(Message::binary(pcm))?;
        rest = behind;
    }
    socket.send(Message::text(json!({"mark": id}).to_string()))
}

fn is_speech(pcm: &[u8]) -> bool {
    let samples = pcm.chunks_exact(2).map(|s| i64::from(i16::from_le_bytes([s[0], s[1]])));
    let power: i64 = samples.map(|sample| sample * sample).sum();
    power > SPEECH * (pcm.len() as i64 / 2).max(1)
}
