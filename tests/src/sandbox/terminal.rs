//! A program in a terminal: a real pseudo-terminal, whose screen is kept as a terminal would show it.
//!
//! `setsid` of util-linux makes it the program's controlling terminal, so that Ctrl-C and the size work as
//! for a person. The screen does not wrap lines that no longer fit when it is made narrower: xterm does not
//! either, and the variables say that it is xterm.

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// The time limit of every wait.
const PATIENCE: Duration = Duration::from_secs(180);

/// A program running in a terminal. It is killed when the terminal is dropped.
#[must_use]
pub struct Terminal {
    child: Child,
    keyboard: File,
    shown: Arc<(Mutex<Shown>, Condvar)>,
}

struct Shown {
    parser: vt100::Parser,
    said: Vec<u8>,
    ended: bool,
}

fn winsize(columns: u16, rows: u16) -> Winsize {
    Winsize { ws_col: columns, ws_row: rows, ws_xpixel: 0, ws_ypixel: 0 }
}

impl Terminal {
    /// Starts a program in this folder with these variables; `None` if there is no `setsid` to give it a
    /// terminal.
    pub(super) fn start<A: AsRef<OsStr>>(
        env: &BTreeMap<OsString, OsString>,
        cwd: &Path,
        (columns, rows): (u16, u16),
        program: impl AsRef<OsStr>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Option<Terminal> {
        let setsid =
            ["/usr/bin/setsid", "/bin/setsid"].into_iter().find(|place| Path::new(place).exists())?;
        let main = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
        grantpt(&main).and_then(|()| unlockpt(&main)).expect("a pseudo-terminal to use");
        tcsetwinsize(&main, winsize(columns, rows)).expect("a size of the terminal");
        let name = ptsname(&main, Vec::new()).expect("the name of the terminal").into_string();
        let side = File::options().read(true).write(true).open(name.expect("a name in UTF-8"));
        let side = side.expect("the other side of the terminal");
        let end = || side.try_clone().expect("one more file");
        let mut command = Command::new(setsid);
        command.args(["--ctty", "--wait"]).arg(program.as_ref()).args(arguments);
        command.env_clear().envs(env).env("TERM", "xterm-256color").env("XTERM_VERSION", "vt100");
        command.current_dir(cwd).env("PWD", cwd);
        command.stdin(end()).stdout(end()).stderr(end());
        let child = command.spawn().expect("starting a program in a terminal");
        // Only the program keeps the terminal open, so that its end is noticed.
        drop((command, side));
        let parser = vt100::Parser::new(rows, columns, 0);
        let shown = Arc::new((Mutex::new(Shown { parser, said: Vec::new(), ended: false }), Condvar::new()));
        let main = File::from(main);
        let reader = main.try_clone().expect("one more file");
        read(reader, Arc::clone(&shown));
        Some(Terminal { child, keyboard: main, shown })
    }

    /// Presses keys.
    pub fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("a terminal to type at");
    }

    /// Resizes the terminal.
    pub fn resize(&self, columns: u16, rows: u16) {
        let mut shown = self.shown.0.lock().expect("no panic while a terminal is read");
        shown.parser.screen_mut().set_size(rows, columns);
        tcsetwinsize(&self.keyboard, winsize(columns, rows)).expect("a size of the terminal");
    }

    /// The text on the screen, without blank lines at the end.
    pub fn screen(&self) -> String {
        let shown = self.shown.0.lock().expect("no panic while a terminal is read");
        shown.parser.screen().contents()
    }

    /// The text on the screen, with its colours.
    pub fn coloured(&self) -> String {
        let shown = self.shown.0.lock().expect("no panic while a terminal is read");
        String::from_utf8_lossy(&shown.parser.screen().contents_formatted()).into_owned()
    }

    /// Waits until `is_there` accepts the screen, and returns it. Panics if the program ends or the time is
    /// up first.
    pub fn wait_for(&self, what: &str, is_there: impl Fn(&str) -> bool) -> String {
        self.wait_until(what, is_there, |_| true)
    }

    /// Like [`Terminal::wait_for`], for a program that hides the cursor while it draws: waits until the cursor is
    /// visible too, so that the screen is not half drawn.
    pub fn wait_for_drawn(&self, what: &str, is_there: impl Fn(&str) -> bool) -> String {
        self.wait_until(what, is_there, |screen| !screen.hide_cursor())
    }

    fn wait_until(
        &self,
        what: &str,
        is_there: impl Fn(&str) -> bool,
        is_drawn: impl Fn(&vt100::Screen) -> bool,
    ) -> String {
        let (shown, changed) = &*self.shown;
        let shown = shown.lock().expect("no panic while a terminal is read");
        let waiting = |shown: &mut Shown| {
            let screen = shown.parser.screen();
            !(shown.ended || is_drawn(screen) && is_there(&screen.contents()))
        };
        let waited = changed.wait_timeout_while(shown, PATIENCE, waiting);
        let screen = waited.expect("no panic while a terminal is read").0.parser.screen().contents();
        assert!(is_there(&screen), "waited for {what} on\n{screen}");
        screen
    }

    /// Waits for the end of the program. Returns its exit code, the last screen, and all of its output.
    pub fn end(mut self) -> (Option<i32>, String, String) {
        let (shown, changed) = &*self.shown;
        let shown = shown.lock().expect("no panic while a terminal is read");
        let waited = changed.wait_timeout_while(shown, PATIENCE, |shown| !shown.ended);
        let shown = waited.expect("no panic while a terminal is read").0;
        let screen = shown.parser.screen().contents();
        let said = String::from_utf8_lossy(&shown.said).into_owned();
        assert!(shown.ended, "the program does not end:\n{screen}");
        drop(shown);
        let status = self.child.wait().expect("the end of a program");
        (status.code(), screen, said)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a program writes to ask where the cursor is. A terminal answers as if it had been typed.
const WHERE: &[u8] = b"\x1b[6n";

/// Reads in its own thread, which ends with the last program in the terminal.
fn read(mut main: File, shown: Arc<(Mutex<Shown>, Condvar)>) {
    std::thread::spawn(move || {
        let mut chunk = [0; 4096];
        loop {
            // Reading a terminal that no program has open is an error.
            let count = main.read(&mut chunk).unwrap_or(0);
            let mut now = shown.0.lock().expect("no panic while a terminal is read");
            now.parser.process(&chunk[..count]);
            now.said.extend_from_slice(&chunk[..count]);
            for _ in chunk[..count].windows(WHERE.len()).filter(|bytes| *bytes == WHERE) {
                let (row, column) = now.parser.screen().cursor_position();
                let _ = write!(main, "\x1b[{};{}R", row + 1, column + 1);
            }
            now.ended = count == 0;
            shown.1.notify_all();
            if now.ended {
                break;
            }
        }
    });
}
