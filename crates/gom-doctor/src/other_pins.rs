//! Versions that other tools are set to use here. gom does not follow them; `gom why` shows them, because such a
//! project may expect another Go than gom selects.

use std::path::Path;

use gom_select::regular_file;
use gom_select::version_files::tool_versions;

use gom_core::environment::Environment;
use gom_core::files;
use gom_core::manager_file::go_version;

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

/// Variables that select a Go for other managers.
const VARIABLES: [(&str, &str); 3] =
    [("ASDF_GOLANG_VERSION", "asdf"), ("GOENV_VERSION", "goenv"), ("MISE_GO_VERSION", "mise")];

/// Files that select a Go for other managers, with the table that contains the key; "" is the top level.
const FILES: [(&str, &str, &str); 6] = [
    ("mise.toml", "tools", "mise"),
    (".mise.toml", "tools", "mise"),
    (".config/mise.toml", "tools", "mise"),
    (".vfox.toml", "tools", "vfox"),
    ("vfox.toml", "tools", "vfox"),
    (".prototools", "", "proto"),
];

/// The size limit of these files; a larger file is ignored.
const LIMIT: usize = 64 << 10;

/// Every pin of other tools in the environment, and in `dir` and above it.
pub fn find(environment: &Environment, dir: Option<&Path>) -> Vec<OtherPin> {
    let mut pins: Vec<OtherPin> = VARIABLES
        .iter()
        .filter_map(|(name, tool)| {
            let value = environment.var(name)?.to_string_lossy().into_owned();
            Some(OtherPin { place: (*name).to_owned(), value, tool: (*tool).to_owned() })
        })
        .collect();
    let (mut has_go_version, mut has_tool_versions) = (false, false);
    for dir in dir.into_iter().flat_map(Path::ancestors) {
        has_go_version |= files::is_file(&dir.join(".go-version"));
        let path = dir.join(".tool-versions");
        if let Some(pin) =
            read(&path).filter(|_| !has_tool_versions).and_then(|text| in_tool_versions(&path, &text))
        {
            has_tool_versions = true;
            // If no `.go-version` comes before it, gom follows this file too.
            pins.extend(Some(pin).filter(|_| has_go_version));
        }
        for (name, table, tool) in FILES {
            let path = dir.join(name);
            pins.extend(read(&path).and_then(|text| in_toml(&path, &text, table, tool)));
        }
        let path = dir.join("Dockerfile");
        pins.extend(read(&path).into_iter().flat_map(|text| in_dockerfile(&path, &text)));
        let path = dir.join(".gitlab-ci.yml");
        pins.extend(read(&path).into_iter().flat_map(|text| in_gitlab_ci(&path, &text)));
    }
    pins
}

fn read(path: &Path) -> Option<String> {
    let bytes = regular_file::read(path, LIMIT).ok()?.filter(|bytes| bytes.len() <= LIMIT)?;
    String::from_utf8(bytes).ok()
}

fn in_toml(path: &Path, text: &str, table: &str, tool: &str) -> Option<OtherPin> {
    let found = go_version(text, table)?;
    let place = format!("{}:{}", path.display(), found.line);
    Some(OtherPin { place, value: found.value, tool: tool.to_owned() })
}

/// asdf and mise read the nearest one and ignore `.go-version`.
fn in_tool_versions(path: &Path, text: &str) -> Option<OtherPin> {
    let pin = tool_versions::parse(text.as_bytes()).ok()??;
    let first = pin.specs.first()?;
    let place = format!("{}:{}", path.display(), first.line);
    Some(OtherPin { place, value: first.text.clone(), tool: "asdf".to_owned() })
}

/// `FROM golang:1.22-alpine AS build`
fn in_dockerfile(path: &Path, text: &str) -> Vec<OtherPin> {
    let image = |line: &str| {
        let mut words = line.split_ascii_whitespace();
        words.next().filter(|word| word.eq_ignore_ascii_case("from"))?;
        golang_tag(words.find(|word| !word.starts_with("--"))?)
    };
    in_lines(path, text, "docker", image)
}

/// `image: golang:1.22-alpine`, and `name:` below `image:`.
fn in_gitlab_ci(path: &Path, text: &str) -> Vec<OtherPin> {
    let image = |line: &str| {
        let line = line.trim_start().trim_start_matches("- ");
        let value = ["image:", "name:"].iter().find_map(|key| line.strip_prefix(key))?;
        golang_tag(value.split('#').next()?.trim().trim_matches(['"', '\'']))
    };
    in_lines(path, text, "gitlab", image)
}

fn in_lines(path: &Path, text: &str, tool: &str, value: impl Fn(&str) -> Option<String>) -> Vec<OtherPin> {
    let pins = text.lines().enumerate().filter_map(|(index, line)| {
        let place = format!("{}:{}", path.display(), index + 1);
        Some(OtherPin { place, value: value(line)?, tool: tool.to_owned() })
    });
    pins.collect()
}

/// `1.22-alpine` in `docker.io/library/golang:1.22-alpine`.
fn golang_tag(image: &str) -> Option<String> {
    Some(image.rsplit('/').next()?.strip_prefix("golang:")?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_of_other_tools_are_seen_with_their_lines() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs_err::write(dir.path().join(name), text).unwrap();
        write("mise.toml", "[tools]\nnode = \"20\"\ngo = \"1.21\"\n");
        write(".prototools", "golang = { version = \"1.20\" }\n");
        write(
            "Dockerfile",
            "# x\nFROM --platform=linux/amd64 docker.io/library/golang:1.22-alpine AS build\nFROM scratch\n",
        );
        write(".vfox.toml", "this is not toml");
        let pins = find(&Environment::default(), Some(dir.path()));
        let seen: Vec<(String, &str)> = pins
            .iter()
            .map(|pin| (pin.place.rsplit('/').next().unwrap().to_owned(), pin.value.as_str()))
            .collect();
        assert_eq!(
            seen,
            [
                ("mise.toml:3".to_owned(), "1.21"),
                (".prototools:1".to_owned(), "1.20"),
                ("Dockerfile:2".to_owned(), "1.22-alpine"),
            ]
        );
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
        let text = "image: golang:1.21\nbuild:\n  image:\n    name: \"registry.example/golang:1.22.3-alpine\"\n  script: [go build]\nlint:\n  image: alpine\n";
        let seen: Vec<(String, String)> =
            in_gitlab_ci(Path::new("f"), text).into_iter().map(|pin| (pin.place, pin.value)).collect();
        let one = |place: &str, value: &str| (place.to_owned(), value.to_owned());
        assert_eq!(seen, [one("f:1", "1.21"), one("f:4", "1.22.3-alpine")]);
    }

    #[test]
    fn variables_of_other_tools_are_seen() {
        let variables = [("GOENV_VERSION".into(), "1.21.3".into())].into();
        let environment = Environment { variables, ..Environment::default() };
        assert_eq!(find(&environment, None)[0].place, "GOENV_VERSION");
    }
}
