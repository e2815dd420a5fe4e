//! Versions that other tools are told to use here. gom does not follow them; `gom why` shows them, because
//! a project that has them may mean another Go than gom selects.

use std::path::{Path, PathBuf};

use crate::context::Environment;

/// A pin that is seen and not followed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct OtherPin {
    /// The variable, or the file with its line.
    pub place: String,
    /// The version as it is written there.
    pub value: String,
    /// The tool that obeys it.
    pub tool: &'static str,
}

/// Variables by which other managers choose a Go.
const VARIABLES: [(&str, &str); 3] =
    [("ASDF_GOLANG_VERSION", "asdf"), ("GOENV_VERSION", "goenv"), ("MISE_GO_VERSION", "mise")];

/// Files by which they do, with the table that holds the Go key; "" is the file's top level.
const FILES: [(&str, &str, &str); 6] = [
    ("mise.toml", "tools", "mise"),
    (".mise.toml", "tools", "mise"),
    (".config/mise.toml", "tools", "mise"),
    (".vfox.toml", "tools", "vfox"),
    ("vfox.toml", "tools", "vfox"),
    (".prototools", "", "proto"),
];

/// No such file is larger; what is, is none.
const LIMIT: u64 = 64 << 10;

/// Every pin of other tools in the environment, and in `dir` and above it.
pub fn find(environment: &Environment, dir: Option<&Path>) -> Vec<OtherPin> {
    let mut pins: Vec<OtherPin> = VARIABLES
        .iter()
        .filter_map(|(name, tool)| {
            let value = environment.var(name)?.to_string_lossy().into_owned();
            Some(OtherPin { place: (*name).to_owned(), value, tool })
        })
        .collect();
    for dir in dir.into_iter().flat_map(Path::ancestors) {
        for (name, table, tool) in FILES {
            let path = dir.join(name);
            pins.extend(read(&path).and_then(|text| in_toml(&path, &text, table, tool)));
        }
        let path = dir.join("Dockerfile");
        pins.extend(read(&path).into_iter().flat_map(|text| in_dockerfile(&path, &text)));
    }
    pins
}

fn read(path: &PathBuf) -> Option<String> {
    let metadata = fs_err::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    if metadata.len() > LIMIT { None } else { fs_err::read_to_string(path).ok() }
}

fn in_toml(path: &Path, text: &str, table: &str, tool: &'static str) -> Option<OtherPin> {
    let file: toml::Table = toml::from_str(text).ok()?;
    let tools = if table.is_empty() { &file } else { file.get(table)?.as_table()? };
    let (key, value) = ["go", "golang"].iter().find_map(|key| Some((*key, tools.get(*key)?)))?;
    let value = match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Table(table) => table.get("version")?.as_str()?.to_owned(),
        other => other.to_string(),
    };
    let has_key = |line: &str| {
        let line = line.trim_start().trim_start_matches('"');
        line.strip_prefix(key).is_some_and(|rest| rest.trim_start_matches(['"', ' ', '\t']).starts_with('='))
    };
    let line = text.lines().position(has_key).map_or(1, |index| index + 1);
    Some(OtherPin { place: format!("{}:{line}", path.display()), value, tool })
}

/// `FROM golang:1.22-alpine AS build`
fn in_dockerfile(path: &Path, text: &str) -> Vec<OtherPin> {
    let image = |line: &str| -> Option<String> {
        let mut words = line.split_ascii_whitespace();
        words.next().filter(|word| word.eq_ignore_ascii_case("from"))?;
        let image = words.find(|word| !word.starts_with("--"))?;
        let name = image.rsplit('/').next()?;
        Some(name.strip_prefix("golang:")?.to_owned())
    };
    let pins = text.lines().enumerate().filter_map(|(index, line)| {
        let place = format!("{}:{}", path.display(), index + 1);
        Some(OtherPin { place, value: image(line)?, tool: "docker" })
    });
    pins.collect()
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
        write(".vfox.toml", "this is no toml");
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

    #[test]
    fn variables_of_other_tools_are_seen() {
        let variables = [("GOENV_VERSION".into(), "1.21.3".into())].into();
        let environment = Environment { variables, ..Environment::default() };
        assert_eq!(find(&environment, None)[0].place, "GOENV_VERSION");
    }
}
