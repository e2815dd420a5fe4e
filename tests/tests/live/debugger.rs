//! A session with `dlv dap`, as an editor has one.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::protocol::Client;

pub(crate) struct Session {
    server: Child,
    pub(crate) client: Client,
}

impl Session {
    /// Starts the debugger that this command is, and connects to it.
    pub(crate) fn start(mut dlv: Command) -> Session {
        let dlv = dlv.args(["dap", "--listen=127.0.0.1:0"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut server = dlv.spawn().unwrap();
        let mut stdout = BufReader::new(server.stdout.take().unwrap());
        let mut said = String::new();
        stdout.read_line(&mut said).unwrap();
        // The program that it debugs writes there too.
        std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
        let address = said.trim().rsplit_once(": ").unwrap_or_else(|| panic!("{said}")).1;
        let stream = TcpStream::connect(address).unwrap();
        let mut client = Client::new(stream.try_clone().unwrap(), stream);
        let seq = client.ask("initialize", &json!({"adapterID": "go", "pathFormat": "path"}));
        client.answer(seq);
        Session { server, client }
    }

    /// Sets a breakpoint in the function `main`, lets the program run, and returns the frame there. `start` is the number of
    /// the request that launches it or attaches to it.
    pub(crate) fn stop_in_main(
        &mut self,
        file: &Path,
        line: u64,
        start: u64,
        on_run: impl FnOnce(),
    ) -> Value {
        let client = &mut self.client;
        client.event("initialized");
        let breakpoints = json!({"source": {"path": file}, "breakpoints": [{"line": line}]});
        let seq = client.ask("setBreakpoints", &breakpoints);
        assert_eq!(client.answer(seq)["breakpoints"][0]["verified"], true);
        let seq = client.ask("configurationDone", &json!({}));
        client.answer(start);
        client.answer(seq);
        on_run();
        let stopped = client.event("stopped");
        assert_eq!(stopped["reason"], "breakpoint", "{stopped:#}");
        let seq = client.ask("stackTrace", &json!({"threadId": stopped["threadId"], "levels": 1}));
        let frame = client.answer(seq)["stackFrames"][0].clone();
        assert_eq!((&frame["name"], &frame["line"]), (&json!("main.main"), &json!(line)));
        frame
    }

    /// What the debugger reads in a frame.
    pub(crate) fn evaluate(&mut self, frame: &Value, expression: &str) -> String {
        let seq = self.client.ask("evaluate", &json!({"expression": expression, "frameId": frame["id"]}));
        self.client.answer(seq)["result"].as_str().unwrap().trim_matches('"').to_owned()
    }

    /// Ends the debugger and the program.
    pub(crate) fn end(mut self) {
        let seq = self.client.ask("disconnect", &json!({"terminateDebuggee": true}));
        self.client.answer(seq);
        self.server.wait().unwrap();
    }
}
