//! Sends an answer over a connection as its faults require: late, slow, cut off or never ending.
//!
//! It never decides what is answered. An error means that this connection is over.

use super::answer::Answer;
use super::clock::Clock;
use std::io::{self, Write};

/// Sends `answer`. Any end before the last byte is an error, even if a fault asks for it.
pub(super) fn play(answer: &Answer, stream: &mut impl Write, clock: &Clock) -> io::Result<()> {
    let manners = &answer.manners;
    clock.pause(manners.delay)?;
    if manners.silent {
        return clock.hang();
    }
    let head = head_of(answer);
    if manners.silent_in_head {
        stream.write_all(&head.as_bytes()[..head.len() / 2])?;
        stream.flush()?;
        return clock.hang();
    }
    stream.write_all(head.as_bytes())?;
    stream.flush()?;
    play_body(answer, stream, clock)
}

fn play_body(answer: &Answer, stream: &mut impl Write, clock: &Clock) -> io::Result<()> {
    let manners = &answer.manners;
    let (step, pause) = manners.throttle.unwrap_or((answer.body.len().max(1), std::time::Duration::ZERO));
    let stops = [manners.cut_after, manners.hang_after, manners.hold_after];
    let mut sent = 0;
    loop {
        if manners.cut_after == Some(sent) {
            return Err(io::Error::other("cut, as the test wishes"));
        }
        if manners.hang_after == Some(sent) {
            return clock.hang();
        }
        if manners.hold_after == Some(sent) {
            clock.hold()?;
        }
        let Some(rest) = answer.body.get(sent..).filter(|rest| !rest.is_empty()) else { return Ok(()) };
        let to_stop = stops.iter().flatten().filter(|stop| **stop > sent).map(|stop| stop - sent).min();
        let count = step.min(rest.len()).min(to_stop.unwrap_or(usize::MAX));
        stream.write_all(&rest[..count])?;
        stream.flush()?;
        sent += count;
        clock.pause(pause)?;
    }
}

fn head_of(answer: &Answer) -> String {
    let mut head = format!("HTTP/1.1 {} {}\r\n", answer.status, reason(answer.status));
    for (name, value) in &answer.headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.push_str("Connection: close\r\n\r\n");
    head
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        302 => "Found",
        304 => "Not Modified",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        410 => "Gone",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "As The Test Wishes",
    }
}
