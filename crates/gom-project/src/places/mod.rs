//! The kinds of files that name a Go version, one module each, and the one table of them.
//!
//! A new kind costs a module with a function `read`, and a row in [`KINDS`]. Never: opens a file, or decides whether
//! versions agree. Invariant: a reader gives the bytes of each version, and nothing else in a file may change.

mod bazel;
mod ci;
mod circleci;
mod compose;
mod dependabot;
mod devbox;
mod devcontainer;
mod dockerfile;
mod env_entry;
mod file;
mod github;
mod go_mod;
mod go_mod_syntax;
mod golangci;
mod goreleaser;
mod jenkins;
pub mod manager;
mod nix;
mod pattern;
mod quoted;
mod renovate;
mod scalar;
mod travis;
mod version_file;
pub mod vscode;

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::document::ParseFault;
use crate::mention::Mention;

pub use file::ProjectFile;

/// A kind of files.
#[derive(Debug)]
pub struct Kind {
    /// Its name in JSON.
    pub name: &'static str,
    /// Its files. A pattern that begins with `/` is a path from the root, others may be in any folder. `*` is any text
    /// without a `/`.
    pub patterns: &'static [&'static str],
    /// Finds the versions in a file.
    pub read: Reader,
}

/// Finds the versions in a file of a kind.
pub type Reader = fn(&ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault>;

/// Every kind, in the order in which they count: what gom and Go select by comes first.
pub const KINDS: &[Kind] = &[
    Kind { name: "go-version", patterns: &[".go-version"], read: version_file::read_go_version },
    Kind { name: "tool-versions", patterns: &[".tool-versions"], read: version_file::read_tool_versions },
    Kind { name: "go-work", patterns: &["go.work"], read: go_mod::read },
    Kind { name: "go-mod", patterns: &["go.mod"], read: go_mod::read },
    Kind {
        name: "mise",
        patterns: &[
            "mise.toml",
            ".mise.toml",
            ".config/mise.toml",
            ".config/mise/config.toml",
            ".mise/config.toml",
        ],
        read: manager::read_mise,
    },
    Kind { name: "proto", patterns: &[".prototools"], read: manager::read_proto },
    Kind { name: "vfox", patterns: &[".vfox.toml", "vfox.toml"], read: manager::read_vfox },
    Kind {
        name: "dockerfile",
        patterns: &[
            "Dockerfile",
            "Dockerfile.*",
            "Dockerfile-*",
            "*.Dockerfile",
            "*.dockerfile",
            "dockerfile",
            "Containerfile",
            "Containerfile.*",
            "*.Containerfile",
        ],
        read: dockerfile::read,
    },
    Kind {
        name: "compose",
        patterns: &[
            "compose.yml",
            "compose.yaml",
            "compose.*.yml",
            "compose.*.yaml",
            "docker-compose.yml",
            "docker-compose.yaml",
            "docker-compose.*.yml",
            "docker-compose.*.yaml",
            "docker-compose-*.yml",
            "docker-compose-*.yaml",
        ],
        read: compose::read,
    },
    Kind {
        name: "devcontainer",
        patterns: &[
            ".devcontainer.json",
            ".devcontainer/devcontainer.json",
            ".devcontainer/*/devcontainer.json",
        ],
        read: devcontainer::read,
    },
    Kind {
        name: "github",
        patterns: &[
            "/.github/workflows/*.yml",
            "/.github/workflows/*.yaml",
            "/.github/actions/*/action.yml",
            "/.github/actions/*/action.yaml",
            "/action.yml",
            "/action.yaml",
        ],
        read: github::read,
    },
    Kind {
        name: "gitlab",
        patterns: &[
            "/.gitlab-ci.yml",
            "/.gitlab-ci.yaml",
            "/.gitlab/*.yml",
            "/.gitlab/*/*.yml",
            "*.gitlab-ci.yml",
        ],
        read: ci::read,
    },
    Kind { name: "circleci", patterns: &["/.circleci/*.yml", "/.circleci/*.yaml"], read: circleci::read },
    Kind {
        name: "azure",
        patterns: &[
            "azure-pipelines*.yml",
            "azure-pipelines*.yaml",
            "/.azure-pipelines/*.yml",
            "/.azure-pipelines/*/*.yml",
            "/.azure/*.yml",
        ],
        read: ci::read_azure,
    },
    Kind {
        name: "buildkite",
        patterns: &["/.buildkite/*.yml", "/.buildkite/*.yaml", "/.buildkite/*/*.yml"],
        read: ci::read,
    },
    Kind { name: "cirrus", patterns: &["/.cirrus.yml", "/.cirrus.yaml"], read: ci::read },
    Kind { name: "travis", patterns: &["/.travis.yml"], read: travis::read },
    Kind {
        name: "drone",
        patterns: &["/.drone.yml", "/.woodpecker.yml", "/.woodpecker/*.yml", "/.woodpecker/*.yaml"],
        read: ci::read,
    },
    Kind {
        name: "jenkins",
        patterns: &["Jenkinsfile", "Jenkinsfile.*", "*.Jenkinsfile"],
        read: jenkins::read,
    },
    Kind {
        name: "golangci",
        patterns: &[".golangci.yml", ".golangci.yaml", ".golangci.toml", ".golangci.json"],
        read: golangci::read,
    },
    Kind {
        name: "goreleaser",
        patterns: &[
            ".goreleaser.yml",
            ".goreleaser.yaml",
            "goreleaser.yml",
            "goreleaser.yaml",
            ".goreleaser.*.yml",
        ],
        read: goreleaser::read,
    },
    Kind {
        name: "bazel",
        patterns: &["MODULE.bazel", "*.MODULE.bazel", "WORKSPACE", "WORKSPACE.bazel"],
        read: bazel::read,
    },
    Kind { name: "devbox", patterns: &["devbox.json"], read: devbox::read },
    Kind { name: "nix", patterns: &["flake.nix", "shell.nix", "default.nix", "devenv.nix"], read: nix::read },
    Kind { name: "vscode", patterns: &[".vscode/settings.json"], read: vscode::read },
    Kind {
        name: "renovate",
        patterns: &[
            "/renovate.json",
            "/renovate.json5",
            "/.renovaterc",
            "/.renovaterc.json",
            "/.renovaterc.json5",
            "/.github/renovate.json",
            "/.github/renovate.json5",
        ],
        read: renovate::read,
    },
    Kind {
        name: "dependabot",
        patterns: &["/.github/dependabot.yml", "/.github/dependabot.yaml"],
        read: dependabot::read,
    },
];

/// The kind of a file, by its path below the root; the first row that has it.
pub fn kind_of(path: &str) -> Option<&'static Kind> {
    // Most files of a tree are of no kind, and their name alone tells it.
    static NAMES: OnceLock<HashMap<&str, Vec<Row>>> = OnceLock::new();
    static WILDCARDS: OnceLock<Vec<Row>> = OnceLock::new();
    let rows = || KINDS.iter().flat_map(|kind| kind.patterns.iter().map(move |pattern| (*pattern, kind)));
    let by_name = NAMES.get_or_init(|| {
        let mut names: HashMap<&str, Vec<Row>> = HashMap::new();
        for (index, (pattern, kind)) in rows().enumerate() {
            names.entry(pattern::last_part(pattern)).or_default().push((index, pattern, kind));
        }
        names
    });
    let wildcards = WILDCARDS.get_or_init(|| {
        let all = rows().enumerate().map(|(index, (pattern, kind))| (index, pattern, kind));
        all.filter(|(_, pattern, _)| pattern::last_part(pattern).contains('*')).collect()
    });
    let named = by_name.get(pattern::last_part(path)).into_iter().flatten();
    let matching = named.chain(wildcards).filter(|(_, pattern, _)| pattern::matches(pattern, path));
    matching.min_by_key(|(index, ..)| *index).map(|(_, _, kind)| *kind)
}

/// The kind of a name in [`KINDS`].
pub fn kind_named(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// Whether a folder is on the way to a file of a kind: `.github/workflows`. Its path is that below the folder from which
/// patterns are tried; `is_root` says whether that is the root, from which some patterns count alone.
pub fn leads_to_a_kind(folder: &str, is_root: bool) -> bool {
    let patterns = KINDS.iter().flat_map(|kind| kind.patterns);
    patterns.into_iter().any(|pattern| pattern::leads_through(pattern, folder, is_root))
}

/// The place of a pattern in the table, the pattern, and its kind.
type Row = (usize, &'static str, &'static Kind);

#[cfg(test)]
mod tests;
