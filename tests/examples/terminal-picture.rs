//! The picture at the top of the README: a shell in a real terminal, with gom on the real network.
//!
//! ```sh
//! just picture
//! ```
//!
//! It types the commands, waits for each, and draws the screen as an SVG that is readable on a light and on a dark page.
//! It writes `docs/terminal.svg`. Invariant: every character is what the terminal showed; only the name of the temporary
//! home folder is replaced.

#![expect(clippy::print_stderr, reason = "it says what it has drawn")]
#![expect(clippy::expect_used, reason = "a kit for tests reports its own troubles by a panic")]

use gom_tests::Sandbox;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// What is typed. The first Go is installed by name, the second because go.mod asks for it.
const COMMANDS: [&str; 5] =
    ["gom install 1.26", "cd app && tail -2 go.mod", "go version", "gom why | head -7", "gom verify"];

const GO_MOD: &str = "module example.com/app\n\ngo 1.26\ntoolchain go1.27.0\n";

/// Wide, so that no line wraps before the home folder gets its short name.
const COLUMNS: u16 = 240;
const ROWS: u16 = 60;

/// The home that the picture shows.
const HOME: &str = "/home/ada";

/// Pixels of a character, of a line, and around the text.
const WIDTH: f32 = 8.43;
const LINE: f32 = 20.0;
const MARGIN: f32 = 20.0;

fn main() {
    let sandbox = Sandbox::live();
    let screen = screen_after(sandbox, &COMMANDS);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/terminal.svg");
    let lines = lines_of(&screen);
    fs::write(&file, picture(&lines)).expect("writing the picture");
    for line in &lines {
        eprintln!("{}", line.iter().map(|run| run.text.as_str()).collect::<String>());
    }
}

/// Types each command after the prompt of the one before, and returns the last screen, with the short home.
fn screen_after(mut sandbox: Sandbox, commands: &[&str]) -> vt100::Parser {
    fs::create_dir(sandbox.home().join("app")).expect("a folder");
    sandbox.write_home("app/go.mod", GO_MOD);
    // A Go on PATH tells gom which module proxy it uses.
    let path = std::env::var("PATH").expect("PATH");
    sandbox.set("PATH", format!("{}:{path}", sandbox.store().join("bin").display()));
    sandbox.set("PS1", "$ ");
    let home = sandbox.home().display().to_string();
    let terminal = sandbox.terminal((COLUMNS, ROWS), "/bin/bash", ["--norc", "--noprofile"]);
    let mut terminal = terminal.expect("setsid");
    let is_prompt = |line: &&str| *line == "$" || line.starts_with("$ ");
    let prompts = |screen: &str| screen.lines().filter(is_prompt).count();
    let ready =
        |count: usize| move |screen: &str| screen.trim_end().ends_with('$') && prompts(screen) == count;
    terminal.wait_for("the shell", |screen| screen.trim_end().ends_with('$'));
    terminal.press("cd; clear\n");
    terminal.wait_for("an empty screen", ready(1));
    for (index, command) in commands.iter().enumerate() {
        terminal.press(&format!("{command}\n"));
        terminal.wait_for(command, ready(index + 2));
    }
    let shown = terminal.coloured().replace(&home, HOME);
    let mut parser = vt100::Parser::new(ROWS, COLUMNS, 0);
    parser.process(shown.as_bytes());
    parser
}

/// Characters of one look that stand next to each other.
struct Run {
    column: u16,
    text: String,
    class: String,
}

/// The lines of a screen, without the last prompt and the blanks at the end of each.
fn lines_of(parser: &vt100::Parser) -> Vec<Vec<Run>> {
    let screen = parser.screen();
    let mut lines: Vec<Vec<Run>> = (0..ROWS).map(|row| runs(screen, row)).collect();
    while lines.last().is_some_and(|line| line.iter().all(|run| ["", "$"].contains(&run.text.trim()))) {
        lines.pop();
    }
    lines
}

fn runs(screen: &vt100::Screen, row: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for column in 0..COLUMNS {
        let Some(cell) = screen.cell(row, column) else { continue };
        let text = if cell.has_contents() { cell.contents() } else { " " };
        let class = class_of(cell);
        match runs.last_mut() {
            Some(run) if run.class == class => run.text.push_str(text),
            _ => runs.push(Run { column, text: text.to_owned(), class }),
        }
    }
    if let Some(last) = runs.last_mut() {
        last.text.truncate(last.text.trim_end().len());
    }
    let is_typed = runs.first().is_some_and(|run| run.text.starts_with("$ "));
    for run in runs.iter_mut().filter(|_| is_typed) {
        if !run.class.is_empty() {
            run.class.push(' ');
        }
        run.class.push_str("typed");
    }
    runs.retain(|run| !run.text.trim().is_empty());
    runs
}

fn class_of(cell: &vt100::Cell) -> String {
    let mut class = match cell.fgcolor() {
        vt100::Color::Idx(index) => format!("c{}", index % 8),
        _ => String::new(),
    };
    for (is_so, name) in [(cell.bold(), " bold"), (cell.dim(), " dim")] {
        if is_so {
            class.push_str(name);
        }
    }
    class.trim().to_owned()
}

fn picture(lines: &[Vec<Run>]) -> String {
    let end_of = |run: &Run| usize::from(run.column) + run.text.chars().count();
    let columns = lines.iter().flatten().map(end_of).max().unwrap_or_default();
    let rows = u16::try_from(lines.len()).expect("a screen of lines");
    let width = f32::from(u16::try_from(columns).expect("a line of a screen")) * WIDTH + 2.0 * MARGIN;
    let height = f32::from(rows) * LINE + 2.0 * MARGIN + LINE;
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0} {height:.0}" width="{width:.0}" height="{height:.0}" role="img">
<title>gom in a terminal</title>
<style>
  text {{ font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; fill: #24292f; white-space: pre; }}
  .page {{ fill: #f6f8fa; stroke: #d0d7de; }}
  .dot {{ fill: #d0d7de; }}
  .typed, .bold {{ font-weight: 700; }}
  .dim {{ opacity: 0.65; }}
  .c1 {{ fill: #cf222e; }} .c2 {{ fill: #116329; }} .c3 {{ fill: #7d4e00; }} .c4 {{ fill: #0550ae; }} .c5 {{ fill: #8250df; }} .c6 {{ fill: #1b7c83; }}
  @media (prefers-color-scheme: dark) {{
    text {{ fill: #e6edf3; }}
    .page {{ fill: #161b22; stroke: #30363d; }}
    .dot {{ fill: #30363d; }}
    .c1 {{ fill: #ff7b72; }} .c2 {{ fill: #3fb950; }} .c3 {{ fill: #d29922; }} .c4 {{ fill: #58a6ff; }} .c5 {{ fill: #bc8cff; }} .c6 {{ fill: #39c5cf; }}
  }}
</style>
<rect class="page" x="0.5" y="0.5" width="{:.0}" height="{:.0}" rx="8"/>
"#,
        width - 1.0,
        height - 1.0
    );
    for dot in 0..3_u8 {
        let _ = writeln!(svg, r#"<circle class="dot" cx="{}" cy="18" r="6"/>"#, 20 + 18 * dot);
    }
    for (row, line) in (1_u16..).zip(lines) {
        let y = f32::from(row) * LINE + MARGIN + 14.0;
        for run in line {
            let x = f32::from(run.column) * WIDTH + MARGIN;
            let count = u16::try_from(run.text.chars().count()).expect("a line of a screen");
            let length = f32::from(count) * WIDTH;
            let class =
                if run.class.is_empty() { String::new() } else { format!(r#" class="{}""#, run.class) };
            let _ = writeln!(
                svg,
                r#"<text x="{x:.1}" y="{y:.0}" textLength="{length:.1}"{class}>{}</text>"#,
                escaped(&run.text)
            );
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
