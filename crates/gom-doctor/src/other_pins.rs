//! Versions that other tools are set to use here. gom does not follow them; `gom why` shows them, because such a
//! project may expect another Go than gom selects.
//!
//! Owns: which of the places that `gom sync` knows are shown. Never: reads a file in a way of its own.

use std::path::Path;

use gom_core::environment::Environment;
use gom_project::mention::{Mention, Role};
use gom_project::nearby::{self, NearbyFile};

/// A pin that gom sees but does not follow.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct OtherPin {
    /// The variable, or the file with its line.
    pub place: String,
    /// The version as written there.
    pub value: String,
    /// The tool that follows it.
    pub tool: String,
}

impl OtherPin {
    /// Whether the tool manages toolchains, and so runs this Go here. Others build or test with it.
    pub fn is_of_manager(&self) -> bool {
        MANAGERS.contains(&self.tool.as_str())
    }

    /// The file, without the line. For a variable, its name.
    pub fn file(&self) -> &str {
        self.place.rsplit_once(':').map_or(&self.place, |(file, _)| file)
    }
}

/// Tools that manage toolchains.
const MANAGERS: [&str; 5] = ["asdf", "goenv", "mise", "proto", "vfox"];

/// Variables that select a Go for other managers.
const VARIABLES: [(&str, &str); 3] =
    [("ASDF_GOLANG_VERSION", "asdf"), ("GOENV_VERSION", "goenv"), ("MISE_GO_VERSION", "mise")];

/// The size limit of a file; a larger one is ignored.
const LIMIT: usize = 64 << 10;

/// How many bytes are read of all files but those of managers, so that no project makes `gom why` slow.
const LIMIT_OF_ALL: usize = 256 << 10;

/// How many of these files are opened: one that is too large or not valid counts for nothing else.
const FILES_OF_ALL: usize = 200;

/// Every pin of other tools in the environment, and in the files for `dir`.
pub fn find(environment: &Environment, dir: Option<&Path>) -> Vec<OtherPin> {
    of(environment, &dir.map(nearby::find).unwrap_or_default())
}

/// Every pin of other tools in the environment, and in these files, of which the nearest come first.
pub fn of(environment: &Environment, nearby: &[NearbyFile]) -> Vec<OtherPin> {
    let mut pins: Vec<OtherPin> = VARIABLES
        .iter()
        .filter_map(|(name, tool)| {
            let value = environment.var(name)?.to_string_lossy().into_owned();
            Some(OtherPin { place: (*name).to_owned(), value, tool: (*tool).to_owned() })
        })
        .collect();
    let (mut has_go_version, mut has_tool_versions) = (false, false);
    let (mut left, mut files_left) = (LIMIT_OF_ALL, FILES_OF_ALL);
    for file in nearby {
        has_go_version |= file.kind.name == "go-version";
        let Some(tool) = tool_of(file.kind.name) else { continue };
        // asdf and mise read the nearest one with a Go.
        if tool == "asdf" && has_tool_versions {
            continue;
        }
        // A file that is not valid names nothing; `gom sync` and the doctor report it.
        let is_of_manager = MANAGERS.contains(&tool);
        if !is_of_manager {
            let Some(rest) = files_left.checked_sub(1).filter(|_| left > 0) else { continue };
            files_left = rest;
        }
        let limit = if is_of_manager { LIMIT } else { LIMIT.min(left) };
        let Ok(Some(read)) = file.read(limit) else { continue };
        if !is_of_manager {
            left -= read.bytes.len();
        }
        // A version that a file has in many places is shown once.
        let mut shown: Vec<&Mention> = Vec::new();
        for mention in read.mentions.iter().filter(|mention| is_shown(mention.role)) {
            if !shown.iter().any(|other| other.written == mention.written) {
                shown.push(mention);
            }
        }
        let shown = shown.into_iter().map(|mention| OtherPin {
            place: format!("{}:{}", file.path.display(), mention.line),
            value: mention.written.clone(),
            tool: tool.to_owned(),
        });
        if tool == "asdf" {
            has_tool_versions |= !read.mentions.is_empty();
            // If no `.go-version` comes before it, gom follows this file too.
            pins.extend(shown.filter(|_| has_go_version));
        } else {
            pins.extend(shown);
        }
    }
    pins
}

/// The tool that follows the files of a kind. `None` if gom or the go command does, or if they only limit versions.
fn tool_of(kind: &'static str) -> Option<&'static str> {
    match kind {
        "go-version" | "go-work" | "go-mod" | "golangci" | "renovate" | "dependabot" => None,
        "tool-versions" => Some("asdf"),
        "dockerfile" => Some("docker"),
        kind => Some(kind),
    }
}

/// Whether a place makes a tool use one Go. A matrix is a job's list of several.
fn is_shown(role: Role) -> bool {
    match role {
        Role::Pin | Role::Image | Role::Ci | Role::Tool | Role::Editor => true,
        Role::GoLine | Role::ToolchainLine | Role::Matrix | Role::Constraint => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each pin: the end of its place, the version, the tool.
    fn seen(dir: &Path) -> Vec<(String, String, String)> {
        let pins = find(&Environment::default(), Some(dir));
        let place = |pin: &OtherPin| pin.place.rsplit('/').next().unwrap().to_owned();
        pins.into_iter().map(|pin| (place(&pin), pin.value, pin.tool)).collect()
    }

    fn one(place: &str, value: &str, tool: &str) -> (String, String, String) {
        (place.to_owned(), value.to_owned(), tool.to_owned())
    }

    #[test]
    fn pins_of_other_tools_are_seen_with_their_lines() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let file = dir.path().join(name);
            fs_err::create_dir_all(file.parent().unwrap()).unwrap();
            fs_err::write(file, text).unwrap();
        };
        write("mise.toml", "[tools]\nnode = \"20\"\ngo = \"1.21\"\n");
        write(".prototools", "golang = { version = \"1.20\" }\n");
        write(
            "Dockerfile",
            "# x\nARG V=1.22\nFROM --platform=linux/amd64 docker.io/library/golang:${V}-alpine AS build\nFROM scratch\n",
        );
        write(
            "compose.yaml",
            "services:\n  a:\n    image: golang:1.22.5 # x\n  b:\n    image: golang:1.22.5\n",
        );
        write(".devcontainer/devcontainer.json", "{\n// x\n\"image\": \"golang:1.22.4\",\n}\n");
        write(
            ".github/workflows/ci.yml",
            "env:\n  GO_VERSION: '1.22.3'\njobs: {a: {strategy: {matrix: {go: [1.21, 1.22]}}}}\n",
        );
        write(".golangci.yml", "run:\n  go: '1.20'\n");
        write("go.mod", "module m\n\ngo 1.19\n");
        write(".vfox.toml", "this is not toml");
        write("sub/Dockerfile", "FROM golang\n");
        assert_eq!(
            seen(dir.path()),
            [
                one("mise.toml:3", "1.21", "mise"),
                one(".prototools:1", "1.20", "proto"),
                one("Dockerfile:2", "1.22", "docker"),
                one("compose.yaml:3", "1.22.5", "compose"),
                one("devcontainer.json:3", "1.22.4", "devcontainer"),
                one("ci.yml:2", "1.22.3", "github"),
            ]
        );
        // The nearest folder comes first.
        assert_eq!(
            seen(&dir.path().join("sub"))[..2],
            [one("Dockerfile:1", "latest", "docker"), one("mise.toml:3", "1.21", "mise")]
        );
    }

    #[test]
    fn large_files_are_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str, size: usize| {
            fs_err::write(dir.path().join(name), format!("{text}{}", "#".repeat(size - text.len()))).unwrap();
        };
        write("go.mod", "module m\n", 9);
        write("Dockerfile", "FROM golang:1.22\n", LIMIT + 1);
        for index in 10..30 {
            write(&format!("Dockerfile.{index}"), "FROM golang:1.22\n", LIMIT);
        }
        let expected: Vec<_> = (10..10 + LIMIT_OF_ALL / LIMIT)
            .map(|index| one(&format!("Dockerfile.{index}:1"), "1.22", "docker"))
            .collect();
        assert_eq!(seen(dir.path()), expected);
    }

    #[test]
    fn files_after_many_are_left_out_but_not_those_of_managers() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("sub");
        fs_err::create_dir(&folder).unwrap();
        fs_err::write(dir.path().join("mise.toml"), "[tools]\ngo = '1.21'\n").unwrap();
        for index in 0..FILES_OF_ALL {
            fs_err::write(folder.join(format!("Dockerfile.{index}")), "FROM alpine\n").unwrap();
        }
        fs_err::write(folder.join("Dockerfile.x"), "FROM golang:1.22\n").unwrap();
        let of_manager = one("mise.toml:2", "1.21", "mise");
        assert_eq!(seen(&folder), std::slice::from_ref(&of_manager));
        fs_err::remove_file(folder.join("Dockerfile.0")).unwrap();
        assert_eq!(seen(&folder), [one("Dockerfile.x:1", "1.22", "docker"), of_manager]);
    }

    /// K6.6
    #[test]
    fn a_tool_versions_behind_a_go_version_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let sub = dir.path().join("sub");
        fs_err::create_dir(&sub).unwrap();
        fs_err::write(dir.path().join(".tool-versions"), "nodejs 20\ngolang 1.21.3\n").unwrap();
        assert_eq!(find(&Environment::default(), Some(&sub)), []);
        fs_err::write(sub.join(".go-version"), "1.22.6\n").unwrap();
        let pins = find(&Environment::default(), Some(&sub));
        assert_eq!((pins.len(), pins[0].value.as_str(), pins[0].tool.as_str()), (1, "1.21.3", "asdf"));
        assert!(pins[0].place.ends_with(".tool-versions:2"));
    }

    /// K6.6
    #[test]
    fn images_of_gitlab_are_seen() {
        let dir = tempfile::tempdir().unwrap();
        let text = "image: golang:1.21\nbuild:\n  image:\n    name: \"registry.example/golang:1.22.3-alpine\"\n  script: [go build]\nlint:\n  image: alpine\n";
        fs_err::write(dir.path().join(".gitlab-ci.yml"), text).unwrap();
        assert_eq!(
            seen(dir.path()),
            [one(".gitlab-ci.yml:1", "1.21", "gitlab"), one(".gitlab-ci.yml:4", "1.22.3", "gitlab")]
        );
    }

    #[test]
    fn variables_of_other_tools_are_seen() {
        let variables = [("GOENV_VERSION".into(), "1.21.3".into())].into();
        let environment = Environment { variables, ..Environment::default() };
        assert_eq!(find(&environment, None)[0].place, "GOENV_VERSION");
    }
}
