//! While release.toml has no name for packages, no document installs one by a name: it would be a stranger's.
//!
//! It looks at commands alone: in examples, and between backquotes. Invariant: a file has a slash in its name.

use std::fs;

use crate::pages::{documents, root};

/// What installs by a name from a registry.
const INSTALLERS: [&str; 12] = [
    "pip install",
    "pip3 install",
    "pipx install",
    "pipx run",
    "uv tool install",
    "uvx",
    "npm install",
    "npm i",
    "npx",
    "brew install",
    "cargo binstall",
    "apt-get install",
];

/// The images that a line takes files or everything from.
const IMAGES: [&str; 3] = ["COPY --from=", "FROM ", "docker pull "];

#[test]
fn no_document_installs_gom_by_a_name_that_is_not_ours() {
    if is_set("package") {
        return;
    }
    let (mut commands, mut found) = (0, Vec::new());
    for file in documents() {
        let text = fs::read_to_string(&file).unwrap();
        for command in commands_in(&text) {
            commands += usize::from(INSTALLERS.iter().any(|installer| command.contains(installer)));
            if let Some(name) = stranger(command) {
                found.push(format!("{}: `{command}` installs {name}", file.display()));
            }
        }
    }
    assert!(commands >= 5, "only {commands} commands were found");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The same for what is not installed by a package manager.
#[test]
fn no_document_names_a_repository_or_a_base_that_is_not_ours() {
    if is_set("repository") || is_set("base") {
        return;
    }
    for file in documents() {
        let text = fs::read_to_string(&file).unwrap();
        for command in commands_in(&text) {
            let is_download =
                command.contains("install.sh") && ["curl", "wget"].iter().any(|it| command.contains(it));
            let is_example =
                command.contains("example.com") || command.contains(" URL") || !command.contains("://");
            assert!(!is_download || is_example, "{}: {command}", file.display());
        }
    }
}

#[test]
fn a_name_is_told_from_a_file() {
    for (command, name) in [
        ("pip install gom", Some("gom")),
        ("pip install --upgrade gom==0.1.0", Some("gom==0.1.0")),
        ("npm install --global @gom/cli", Some("@gom/cli")),
        ("npx gom install 1.26", Some("gom")),
        ("COPY --from=gom /usr/local/bin/ /usr/local/bin/", Some("gom")),
        ("FROM gom:0.1.0", Some("gom:0.1.0")),
        ("pip install ./pypi/gom-0.1.0-py3-none-any.whl", None),
        ("pip install --no-index --find-links pypi gom", None),
        ("COPY --from=localhost/gom /usr/local/bin/ /usr/local/bin/", None),
        ("brew install go", None),
        ("pip uninstall gom", None),
    ] {
        assert_eq!(stranger(command), name, "{command}");
    }
}

/// Whether release.toml has that value.
fn is_set(name: &str) -> bool {
    let text = fs::read_to_string(root().join("release.toml")).unwrap();
    let line = text.lines().find(|line| line.starts_with(&format!("{name} = ")));
    line.unwrap_or_else(|| panic!("release.toml has no {name}")) != format!("{name} = \"\"")
}

/// The lines of examples, and what stands between backquotes.
fn commands_in(text: &str) -> Vec<&str> {
    let mut is_example = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_example = !is_example;
        } else if is_example {
            found.push(line.trim());
        } else {
            found.extend(line.split('`').skip(1).step_by(2));
        }
    }
    found
}

/// The name of a gom that a command gets from a registry.
fn stranger(command: &str) -> Option<&str> {
    for image in IMAGES {
        if let Some(rest) = command.strip_prefix(image) {
            return rest.split_whitespace().next().filter(|name| name.starts_with("gom"));
        }
    }
    let installer = INSTALLERS.iter().find(|installer| {
        command
            .split_once(**installer)
            .is_some_and(|(before, after)| !before.ends_with(char::is_alphanumeric) && after.starts_with(' '))
    })?;
    let (_, words) = command.split_once(installer)?;
    if words.contains("--no-index") || words.contains("--manifest-path") {
        return None;
    }
    let is_name = |word: &&str| word.starts_with("@gom") || (word.starts_with("gom") && !word.contains('/'));
    words.split_whitespace().find(is_name)
}
