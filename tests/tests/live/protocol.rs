//! A client of the protocols that editors speak, LSP and DAP: JSON messages behind a header with their length.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// How long an answer may take. A language server loads the standard library first, and the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(180);

/// A connection to a server.
pub(crate) struct Client {
    to: Box<dyn Write>,
    from: Receiver<Value>,
    next: u64,
    /// The messages that came before the one that was waited for.
    seen: Vec<Value>,
}

impl Client {
    /// Talks to a server by these two ends.
    pub(crate) fn new(to: impl Write + 'static, from: impl Read + Send + 'static) -> Client {
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut from = BufReader::new(from);
            while let Some(message) = read(&mut from) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Client { to: Box::new(to), from: messages, next: 1, seen: Vec::new() }
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.to, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.to.flush().unwrap();
    }

    /// Waits for a message.
    pub(crate) fn wait_for(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.seen.iter().position(&is_it) {
            return self.seen.remove(at);
        }
        loop {
            let message = self.from.recv_timeout(PATIENCE);
            let message = message.unwrap_or_else(|error| panic!("no {what}: {error}; seen {:#?}", self.seen));
            if is_it(&message) {
                return message;
            }
            // A language server asks its client; no answer is needed but that there is one.
            if message.get("method").is_some()
                && let Some(id) = message.get("id")
            {
                self.send(&json!({"jsonrpc": "2.0", "id": id, "result": null}));
            }
            self.seen.push(message);
        }
    }

    /// Sends a request of LSP, and returns its result.
    pub(crate) fn request(&mut self, method: &str, params: &Value) -> Value {
        let id = self.next;
        self.next += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        let answer = self.wait_for(method, |message| message["id"] == id && message.get("method").is_none());
        assert_eq!(answer.get("error"), None, "{method}: {answer:#}");
        answer["result"].clone()
    }

    /// Sends a notification of LSP.
    pub(crate) fn notify(&mut self, method: &str, params: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request of DAP, and returns its number.
    pub(crate) fn ask(&mut self, command: &str, arguments: &Value) -> u64 {
        let seq = self.next;
        self.next += 1;
        self.send(&json!({"seq": seq, "type": "request", "command": command, "arguments": arguments}));
        seq
    }

    /// Waits for the answer to a request of DAP, which must have succeeded.
    pub(crate) fn answer(&mut self, seq: u64) -> Value {
        let answer = self.wait_for("response", |one| one["type"] == "response" && one["request_seq"] == seq);
        assert_eq!(answer["success"], true, "{answer:#}");
        answer["body"].clone()
    }

    /// Waits for an event of DAP.
    pub(crate) fn event(&mut self, name: &str) -> Value {
        self.wait_for(name, |one| one["type"] == "event" && one["event"] == name)["body"].clone()
    }
}

fn read(from: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(number) = line.strip_prefix("Content-Length: ") {
            length = number.parse().ok()?;
        }
    }
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}
