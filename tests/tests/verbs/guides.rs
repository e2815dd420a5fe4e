//! The guides name only commands that this gom understands, and say the same in both languages.

use gom_tests::World;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guides")
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap()
}

/// Every guide in English.
fn guides() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut guides: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .filter(|path| !path.to_str().unwrap().ends_with(".zh-CN.md") && !path.ends_with("README.md"))
        .collect();
    guides.sort();
    guides
}

/// The commands of gom: lines of shell examples, and what stands between backquotes in the text.
fn commands(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (index, part) in text.split("```").enumerate() {
        let commands: Vec<&str> = match part.strip_prefix("sh\n") {
            Some(example) => example.lines().map(|line| line.split("  #").next().unwrap()).collect(),
            None if index % 2 == 0 => part.split('`').skip(1).step_by(2).collect(),
            None => Vec::new(),
        };
        let of_gom = commands.into_iter().map(str::trim).filter(|command| command.starts_with("gom "));
        found.extend(of_gom.map(str::to_owned));
    }
    found
}

#[test]
fn every_command_is_understood() {
    let mut world = World::publishing(&[]);
    // `gom setup` needs to know for which shell.
    world.set("SHELL", "/bin/bash");
    world.write(".env", "A=1\n");
    let mut files = guides();
    let docs = folder().join("..");
    let pages = [
        "check.md",
        "caches.md",
        "containers.md",
        "editors.md",
        "faq.md",
        "go-env.md",
        "start.md",
        "sources.md",
    ];
    let chinese = ["editors.zh-CN.md", "start.zh-CN.md", "sources.zh-CN.md"];
    files.extend(pages.iter().chain(&chinese).map(|name| docs.join(name)));
    let mut seen = BTreeSet::new();
    for file in files {
        let found = commands(&read(&file));
        assert!(!found.is_empty(), "{}", file.display());
        seen.extend(found);
    }
    assert!(seen.len() > 30, "{seen:#?}");
    for command in seen {
        let script = format!("exec \"$0\" {}", command.strip_prefix("gom ").unwrap());
        let gom = world.store().join("bin/gom");
        // The command before may have pinned another.
        world.write(".go-version", "1.26.6\n");
        let run = world.command("/bin/sh", ["-c", &script, gom.to_str().unwrap()]).env("GOM_OFFLINE", "1");
        let output = run.run();
        // `gom import` may find a Go of this machine, and asks before it takes that over.
        let is_understood = output.code != Some(2) || output.stderr.contains("nobody can be asked");
        assert!(is_understood, "{command}\n{output}");
    }
}

/// The lines of shell examples, of gom or not, and the lines that a reader has to delete, in their order.
fn examples(text: &str) -> Vec<&str> {
    let blocks = text.split("```").skip(1).step_by(2);
    let blocks =
        blocks.filter_map(|block| block.strip_prefix("sh\n").or_else(|| block.strip_prefix("text\n")));
    let lines = blocks.flat_map(str::lines).map(|line| line.split(" # ").next().unwrap().trim());
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

#[test]
fn both_languages_name_the_same_commands() {
    for guide in guides().into_iter().chain(["../editors.md", "../start.md"].map(|page| folder().join(page)))
    {
        let chinese = guide.with_extension("zh-CN.md");
        let (english, chinese) = (read(&guide), read(&chinese));
        assert_eq!(commands(&english), commands(&chinese), "{}", guide.display());
        assert_eq!(examples(&english), examples(&chinese), "{}", guide.display());
    }
}

/// The workflows are files of their own too, so that they are linted.
#[test]
fn a_guide_has_the_whole_workflow_of_its_name() {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let workflows: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "yml")).collect();
    assert!(!workflows.is_empty());
    for workflow in workflows {
        let text = read(&workflow);
        for guide in ["md", "zh-CN.md"].map(|extension| workflow.with_extension(extension)) {
            let lines: Vec<String> = read(&guide)
                .lines()
                .map(|line| line.strip_prefix("   ").unwrap_or(line).to_owned())
                .collect();
            assert!(lines.join("\n").contains(&format!("```yaml\n{text}```\n")), "{}", guide.display());
        }
    }
}

#[test]
fn links_lead_somewhere() {
    let chinese = guides().into_iter().map(|guide| guide.with_extension("zh-CN.md"));
    for file in guides().into_iter().chain(chinese).chain([folder().join("README.md")]) {
        let text = read(&file);
        let links = text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
        for link in links {
            let path = link.split('#').next().unwrap();
            assert!(folder().join(path).is_file(), "{}: {link}", file.display());
        }
    }
}
