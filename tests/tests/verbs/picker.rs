//! The list that opens where no SPEC is given: what it shows, what its keys do, and that nothing is left of it.

use gom_tests::{Terminal, World, skip};
use insta::assert_snapshot;

const WIDE: (u16, u16) = (80, 24);
const NARROW: (u16, u16) = (40, 12);

const ESC: &str = "\x1b";
const CTRL_C: &str = "\x03";
const ENTER: &str = "\r";

fn world() -> World {
    World::with(&["1.98.1", "1.99.2"])
}

/// Starts gom, and then a shell that shows how it ended and whether the terminal echoes. `None`, said visibly, where
/// no terminal can be made.
fn start(world: &World, size: (u16, u16), arguments: &str) -> Option<Terminal> {
    let gom = world.store().join("bin/gom");
    let script = format!(
        "{} {arguments}; echo \"ended with $?\"; /bin/stty -a </dev/tty | /bin/grep -wo -e '-*echo'",
        gom.display()
    );
    let terminal = world.sandbox.terminal(size, "/bin/sh", ["-c", &script]);
    if terminal.is_none() {
        skip("no `setsid` of util-linux to make a terminal");
    }
    terminal
}

/// Whether the list is drawn to the end of its last line.
fn has_last_line(screen: &str) -> bool {
    screen.lines().any(|line| line.starts_with("[type to filter") && line.trim_end().ends_with(']'))
}

/// Waits until the list is drawn to its last line.
fn wait(terminal: &Terminal) -> String {
    terminal.wait_for_drawn("the list", has_last_line)
}

/// Waits until the list holds the one and not the other.
fn wait_for_filter(terminal: &Terminal, is: &str, is_not: &str) -> String {
    terminal.wait_for_drawn("the filtered list", |screen| {
        screen.contains(is) && !screen.contains(is_not) && has_last_line(screen)
    })
}

/// Returns the last screen, if gom ended with this code, the cursor is visible and the terminal echoes.
#[track_caller]
fn end(terminal: Terminal, code: u8) -> String {
    let (_, screen, said) = terminal.end();
    let (gom, after) = screen.rsplit_once("ended with ").unwrap_or_default();
    assert_eq!(after.trim_end(), format!("{code}\necho"), "{screen}");
    let (shown, hidden) = (said.rfind("\x1b[?25h"), said.rfind("\x1b[?25l"));
    assert!(shown >= hidden, "the cursor stays hidden: {said:?}");
    gom.trim_end().to_owned()
}

/// The screen without blanks at the ends of lines.
fn shown(screen: &str) -> String {
    let lines: Vec<&str> = screen.trim_end().lines().map(str::trim_end).collect();
    lines.join("\n")
}

#[track_caller]
fn assert_fits(screen: &str, columns: u16) {
    for line in screen.lines() {
        assert!(line.chars().count() < usize::from(columns), "too wide for {columns}:\n{screen}");
    }
}

#[test]
fn typed_text_filters_and_enter_chooses() {
    let world = world();
    let Some(mut terminal) = start(&world, WIDE, "use") else { return };
    let list = wait(&terminal);
    let first: Vec<&str> = list.lines().take(3).collect();
    assert_snapshot!(shown(&first.join("\n")), @r"
    ? Default Go:
    > 1.99.2  supported   installed
      1.98.1  supported   installed
    ");
    terminal.press("98");
    assert_snapshot!(shown(&wait_for_filter(&terminal, "1.98.1", "1.99.2")), @r"
    ? Default Go: 98
    > 1.98.1  supported   installed
    [type to filter, Enter to choose]
    ");
    terminal.press(ENTER);
    assert_snapshot!(end(terminal, 0), @r"
    > Default Go: 1.98.1
    the default is now 1.98.1, for all folders; this one alone: `gom local 1.98.1`
    ");
    assert_eq!(world.default().trim_end(), "1.98.1");
}

#[test]
fn arrows_move_and_words_of_the_state_filter() {
    let world = world();
    let Some(mut terminal) = start(&world, WIDE, "use") else { return };
    wait(&terminal);
    terminal.press("inst");
    wait_for_filter(&terminal, "1.98.1", "end of life");
    terminal.press("\x1b[B");
    terminal.wait_for_drawn("the second row", |screen| screen.contains("> 1.98.1"));
    terminal.press(ENTER);
    end(terminal, 0);
    assert_eq!(world.default().trim_end(), "1.98.1");
}

#[test]
fn escape_and_ctrl_c_change_nothing() {
    let world = world();
    world.done(["use", "1.98.1"]);
    let before = world.tree(world.store());
    for verb in ["use", "uninstall", "install", "local --pick"] {
        for key in [ESC, CTRL_C] {
            let Some(mut terminal) = start(&world, WIDE, verb) else { return };
            wait(&terminal);
            terminal.press("99");
            wait_for_filter(&terminal, "1.99.2", "1.98.1");
            terminal.press(key);
            let screen = end(terminal, 130);
            assert!(screen.contains("error: interrupted"), "{verb}: {screen}");
            assert!(!screen.contains("[type to filter") && !screen.contains("1.99.2"), "{verb}: {screen}");
            assert_eq!(screen.lines().count(), if key == CTRL_C { 2 } else { 3 }, "{verb}: {screen}");
            assert_eq!(world.tree(world.store()), before, "{verb}");
            assert_eq!(world.default().trim_end(), "1.98.1", "{verb}");
            assert_eq!(world.tree(world.work()), ["/"], "{verb}");
        }
    }
}

#[test]
fn forty_columns_are_enough() {
    let world = world();
    let Some(mut terminal) = start(&world, NARROW, "uninstall") else { return };
    let list = wait(&terminal);
    assert_fits(&list, NARROW.0);
    assert_snapshot!(shown(&list), @r"
    ? Remove:
    > 1.99.2 supported installed
      1.98.1 supported installed
    [type to filter, Enter to choose]
    ");
    terminal.press(ENTER);
    end(terminal, 0);
    assert_eq!(world.installed(), ["go1.98.1.[PLATFORM]"]);
}

/// Also at the bottom of the screen, with fewer rows than at the start, and nothing above it goes with it.
#[test]
fn ctrl_c_removes_the_list_and_nothing_else() {
    let world = world();
    let gom = world.store().join("bin/gom");
    for (size, lines) in [(WIDE, 0), (WIDE, 20), (NARROW, 11), (NARROW, 30)] {
        for typed in ["", "99", "nothing"] {
            let script = format!("/usr/bin/seq {lines}; {} use; echo \"ended with $?\"", gom.display());
            let Some(mut terminal) = world.sandbox.terminal(size, "/bin/sh", ["-c", &script]) else { return };
            wait(&terminal);
            terminal.press(typed);
            terminal.wait_for_drawn("the typed text", |screen| {
                let question = screen.lines().find(|line| line.contains("Default Go:"));
                question.is_some_and(|line| line.trim_end().ends_with(typed)) && has_last_line(screen)
            });
            terminal.press(CTRL_C);
            let (_, screen, _) = terminal.end();
            let lines_before = (1..=lines).map(|number| number.to_string());
            let expected: Vec<String> = lines_before.chain(["error: interrupted".to_owned()]).collect();
            let said: Vec<String> = screen.lines().map(|line| line.trim_end().to_owned()).collect();
            let said = &said[..said.iter().position(|line| line.starts_with("hint: ")).unwrap()];
            // The first lines may have left the screen.
            let is_all = expected.ends_with(said) && said.len() > lines.min(2);
            assert!(is_all, "{typed:?} after {lines} lines:\n{screen}");
        }
    }
}

/// A list of all releases, made narrower and wider again, is drawn as on a terminal that always had that size.
#[test]
fn a_resized_terminal_shows_the_same_list() {
    let world = world();
    let Some(mut terminal) = start(&world, WIDE, "use") else { return };
    let wide = wait(&terminal);
    assert!(wide.lines().filter(|line| line.contains("1.")).count() == 7, "{wide}");
    terminal.resize(NARROW.0, NARROW.1);
    // Nothing is drawn before the next key, and nothing has to be: no line is wider than the smallest window.
    let unpressed = terminal.screen();
    assert_fits(&unpressed, NARROW.0);
    assert_eq!(shown(&unpressed), shown(&wide));
    terminal.press("\x1b[B");
    let narrow = terminal.wait_for_drawn("the second row", |screen| screen.contains("> 1.98.1"));
    assert_fits(&narrow, NARROW.0);
    terminal.resize(WIDE.0, WIDE.1);
    terminal.press("\x1b[A");
    let again = terminal.wait_for_drawn("the first row", |screen| screen.contains("> 1.99.2"));
    assert_eq!(again, wide);
    terminal.press(ESC);
    end(terminal, 130);
}

#[test]
fn the_list_has_no_colour_if_the_user_wants_none() {
    let mut world = world();
    for (no_colour, has_colours) in [("", true), ("1", false)] {
        world.set("NO_COLOR", no_colour);
        let Some(mut terminal) = start(&world, WIDE, "use") else { return };
        let screen = wait(&terminal);
        assert!(screen.contains("> 1.99.2"), "{screen}");
        terminal.press(ESC);
        let (_, _, said) = terminal.end();
        assert_eq!(said.contains("\x1b[38;5;"), has_colours, "{said:?}");
    }
}

#[test]
fn what_is_chosen_for_removal_is_asked_about_like_a_spec() {
    let world = world();
    world.done(["use", "1.99.2"]);
    let Some(mut terminal) = start(&world, WIDE, "uninstall") else { return };
    let list = wait(&terminal);
    assert!(list.contains("1.99.2 supported default"), "{list}");
    terminal.press(ENTER);
    terminal.wait_for_drawn("the question", |screen| {
        screen.contains("is the default") && screen.contains("[y/N]")
    });
    terminal.press("n\n");
    end(terminal, 1);
    assert_eq!(world.installed().len(), 2);
}

#[test]
fn install_asks_only_where_no_file_names_a_version() {
    let world = World::publishing(&["1.98.1", "1.99.2"]);
    let Some(mut terminal) = start(&world, WIDE, "install") else { return };
    let list = wait(&terminal);
    assert!(list.starts_with("? Go to install:"), "{list}");
    terminal.press("1.98");
    wait_for_filter(&terminal, "1.98.1", "1.99.2");
    terminal.press(ENTER);
    let screen = end(terminal, 0);
    assert!(screen.contains("the default is now 1.98.1"), "{screen}");
    world.write("go.mod", "module m\n\ngo 1.99.2\n");
    let screen = end(start(&world, WIDE, "install").expect("a terminal"), 0);
    assert!(screen.contains("go.mod:3 asks for 1.99.2"), "{screen}");
    assert_eq!(world.installed().len(), 2);
}

#[test]
fn a_pin_can_be_chosen() {
    let world = world();
    let Some(mut terminal) = start(&world, WIDE, "local --pick") else { return };
    wait(&terminal);
    terminal.press("system");
    wait_for_filter(&terminal, "not gom's", "1.99.2");
    terminal.press(ESC);
    end(terminal, 130);
    let mut terminal = start(&world, WIDE, "local --pick").expect("a terminal");
    wait(&terminal);
    terminal.press(ENTER);
    end(terminal, 0);
    assert_eq!(world.read(".go-version"), "1.99.2\n");
}

#[test]
fn nobody_is_asked_in_a_pipe_with_json_or_on_a_dumb_terminal() {
    let world = world();
    assert_snapshot!(world.say(["use"]), @r"
    exit: 2
    --- stdout
    --- stderr
    error: `gom use` needs SPEC
    hint: run `gom use 1.22.6`, or `gom use --help`
    ");
    assert_snapshot!(world.say(["uninstall"]), @r"
    exit: 2
    --- stdout
    --- stderr
    error: `gom uninstall` needs SPEC
    hint: run `gom uninstall 1.21.13`, or `gom uninstall --help`
    ");
    assert_snapshot!(world.say(["local", "--pick"]), @r"
    exit: 2
    --- stdout
    --- stderr
    error: `gom local` needs SPEC
    hint: run `gom local 1.22.6`, or `gom local --help`
    ");
    assert_eq!(world.gom(["install"]).run().code, Some(2));
    let gom = world.store().join("bin/gom");
    for (before, after) in [("", "--json"), ("TERM=dumb ", "")] {
        for verb in ["use", "uninstall", "install", "local --pick"] {
            let script = format!("{before}{} {verb} {after}; echo \"ended with $?\"", gom.display());
            let Some(terminal) = world.sandbox.terminal(WIDE, "/bin/sh", ["-c", &script]) else { return };
            let (_, screen, said) = terminal.end();
            assert!(screen.contains("ended with 2"), "{script}: {screen}");
            assert!(!said.contains("[type to filter"), "{script}: {said:?}");
        }
    }
}

#[test]
fn an_empty_store_has_nothing_to_remove() {
    let world = World::publishing(&[]);
    let Some(terminal) = start(&world, WIDE, "uninstall") else { return };
    let screen = end(terminal, 3);
    assert_snapshot!(screen, @r"
    error: nothing is installed
    hint: run `gom install latest`
    ");
}
