//! A program's leg at one end, a WebSocket at the other.
//!
//! To the agent: PCM in binary messages (16 bits, little endian), and `{"event":"mark","id":1}` or `{"event":"barge_in"}`.
//! From it: PCM in binary messages, `{"mark":1}` behind what it wants to know the end of, `{"flush":true}` to fall silent, and
//! `{"next":true}` when it has no more to say to what it heard.

use std::error::Error;
use std::net::TcpStream;

use media_core::ExternalPort;
use media_core::graph::NodeEventKind;
use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

pub struct Line {
    socket: WebSocket<TcpStream>,
    port: ExternalPort,
    /// Bytes of audio.
    pub sent: usize,
    pub received: usize,
}

impl Line {
    pub fn open(stream: TcpStream, port: ExternalPort) -> Result<Self, Box<dyn Error>> {
        stream.set_nodelay(true)?;
        let address = format!("ws://{}/call", stream.peer_addr()?);
        let (socket, _) = tungstenite::client(address, stream).map_err(|why| why.to_string())?;
        Ok(Self { socket, port, sent: 0, received: 0 })
    }

    /// Tells the agent what became of its audio.
    pub fn tell(&mut self, event: &NodeEventKind) -> Result<(), Box<dyn Error>> {
        let text = match event {
            NodeEventKind::Mark { id } => json!({"event": "mark", "id": id}),
            NodeEventKind::BargeIn => json!({"event": "barge_in"}),
            _ => return Ok(()),
        };
        Ok(self.socket.send(Message::text(text.to_string()))?)
    }

    /// Sends what was heard since the last time, and takes what the agent answers to it.
    pub fn take_turns(&mut self) -> Result<(), Box<dyn Error>> {
        let mut pcm = Vec::new();
        while let Some(frame) = self.port.reader.read() {
            pcm.extend(frame.samples().iter().flat_map(|s| ((s * 32_767.0) as i16).to_le_bytes()));
        }
        self.sent += pcm.len();
        self.socket.send(Message::binary(pcm))?;
        loop {
            match self.socket.read()? {
                Message::Binary(pcm) => self.say(&pcm)?,
                Message::Text(text) => {
                    let order: Value = serde_json::from_str(&text)?;
                    if order["next"] == true {
                        return Ok(());
                    }
                    if let Some(id) = order["mark"].as_u64()
                        && !self.port.writer.mark(id)
                    {
                        return Err("the agent is too far ahead".into());
                    }
                }
                Message::Close(_) => return Err("the agent hung up".into()),
                _ => {}
            }
        }
    }

    pub fn close(mut self) -> Result<(), Box<dyn Error>> {
        self.socket.close(None)?;
        // Until the agent has closed as well.
        while self.socket.read().is_ok() {}
        Ok(())
    }

    fn say(&mut self, pcm: &[u8]) -> Result<(), Box<dyn Error>> {
        let samples: Vec<f32> =
            pcm.chunks_exact(2).map(|s| f32::from(i16::from_le_bytes([s[0], s[1]])) / 32_768.0).collect();
        self.received += pcm.len();
        // The ring is bounded: an agent that is minutes ahead would have to wait here.
        if self.port.writer.write(&samples) == samples.len() {
            Ok(())
        } else {
            Err("the agent is too far ahead".into())
        }
    }
}
