//! `gom exec --env-file`: what of a file reaches the command, and what may not.

use gom_tests::World;
use insta::assert_snapshot;

fn exec(world: &World, files: &[&str]) -> gom_tests::Run {
    let flags = files.iter().flat_map(|file| ["--env-file", file]);
    let arguments: Vec<&str> = ["exec"].into_iter().chain(flags).chain(["1.98.1", "--", "env"]).collect();
    world.gom(arguments)
}

fn seen(output: &gom_tests::Output, name: &str) -> Option<String> {
    let prefix = format!("{name}=");
    output.stdout.lines().find_map(|line| line.strip_prefix(&prefix)).map(str::to_owned)
}

#[test]
fn variables_reach_the_command_with_others_put_in() {
    let world = World::with(&["1.98.1"]);
    world.write(".env", "# settings\nHOST=db.example\nexport URL=\"pg://${HOST}/${NAME}\"\nRAW='${HOST}'\n");
    let output = exec(&world, &[".env"]).env("NAME", "orders").run();
    assert_eq!(seen(&output, "URL").as_deref(), Some("pg://db.example/orders"), "{output}");
    assert_eq!(seen(&output, "RAW").as_deref(), Some("${HOST}"));
    assert_eq!(seen(&output, "GOTOOLCHAIN").as_deref(), Some("go1.98.1"));
}

#[test]
fn the_environment_beats_the_file_and_a_later_file_an_earlier_one() {
    let world = World::with(&["1.98.1"]);
    world.write("a.env", "A=first\nB=first\nC=first\nC=second\nEMPTY=file\n");
    world.write("b.env", "B=later\n");
    let output = exec(&world, &["a.env", "b.env"]).env("A", "environment").env("EMPTY", "").run();
    for (name, value) in [("A", "environment"), ("B", "later"), ("C", "second"), ("EMPTY", "")] {
        assert_eq!(seen(&output, name).as_deref(), Some(value), "{name}\n{output}");
    }
}

#[test]
fn what_chooses_the_program_is_refused_with_file_and_line() {
    let world = World::with(&["1.98.1"]);
    world.write(".env", "A=1\nGOROOT=/usr/lib/go\n");
    assert_snapshot!(world.shown(exec(&world, &[".env"])), @"
    exit: 2
    --- stdout
    --- stderr
    error: .env:2 sets GOROOT, which a file may not do: it chooses what runs
    hint: take the line out: the SPEC of `gom exec` says which Go runs
    ");
    for name in ["GOTOOLCHAIN", "PATH", "LD_PRELOAD", "LD_LIBRARY_PATH", "DYLD_INSERT_LIBRARIES"] {
        world.write(".env", format!("\n\nexport {name}=\"hunter2\"\n"));
        let output = exec(&world, &[".env"]).run();
        assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""), "{output}");
        assert!(output.stderr.contains(&format!(".env:3 sets {name}")), "{output}");
        assert!(!output.stderr.contains("hunter2"), "{output}");
    }
}

#[test]
fn a_file_that_is_none_ends_the_command_before_it_starts() {
    let world = World::with(&["1.98.1"]);
    world.write(".env", "A=1\nhunter2 is my password\n");
    assert_snapshot!(world.shown(exec(&world, &[".env"])), @"
    exit: 2
    --- stdout
    --- stderr
    error: .env:2: this is no `NAME=VALUE`
    hint: put the value of line 2 of .env in quotes, or `#` before it
    ");
    assert_snapshot!(world.shown(exec(&world, &["none.env"])), @"
    exit: 2
    --- stdout
    --- stderr
    error: can't read `none.env`: No such file or directory (os error [N])
    hint: run `ls -l none.env`
    ");
}
