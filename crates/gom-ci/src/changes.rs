//! The changes of a set-up for later steps, in the form of each CI: lines to append to files that the CI names, and
//! lines on standard output. [`delivery`] is pure; [`Delivery::append`] writes.

use std::path::{Path, PathBuf};

use gom_core::files;
use gom_core::shell_quote::shell_quote;
use gom_select::layout::Env;

use super::job::Provider;
use crate::error::CiError;

/// The changes for later steps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Folders to put in front of PATH, in order.
    pub path: Vec<String>,
    /// Environment variables.
    pub variables: Vec<(String, String)>,
    /// Outputs of the step, for CIs that have them.
    pub outputs: Vec<(String, String)>,
    /// Markdown for the job's page, for CIs that have one.
    pub summary: String,
    /// Files with problem matchers, for CIs that have them.
    pub matchers: Vec<String>,
}

/// The changes in the form of one CI.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Text to append to files.
    pub files: Vec<(PathBuf, String)>,
    /// Lines for standard output.
    pub lines: Vec<String>,
}

impl Changes {
    /// Adds a folder after the others.
    pub fn add_path(&mut self, folder: &Path) -> Result<(), CiError> {
        self.path.push(plain(folder)?);
        Ok(())
    }

    /// Sets a variable.
    pub fn set(&mut self, name: &str, value: impl AsRef<Path>) -> Result<(), CiError> {
        self.variables.push((name.to_owned(), plain(value.as_ref())?));
        Ok(())
    }

    /// Sets an output.
    pub fn output(&mut self, name: &str, value: impl AsRef<Path>) -> Result<(), CiError> {
        self.outputs.push((name.to_owned(), plain(value.as_ref())?));
        Ok(())
    }
}

/// A value as one line of UTF-8: the files of CIs can't contain other values.
fn plain(value: &Path) -> Result<String, CiError> {
    let text = value.to_str().filter(|text| !text.contains(['\n', '\r']));
    text.map(str::to_owned).ok_or_else(|| CiError::NotALine { what: value.display().to_string() })
}

/// The changes in the form of a CI. `env` names that CI's files; without them the changes are shell lines.
pub fn delivery(provider: Provider, changes: &Changes, env: Env<'_>) -> Delivery {
    let file = |variable: &str| env(variable).map(PathBuf::from);
    match provider {
        Provider::GitHub => github(changes, &file),
        Provider::CircleCi => match file("BASH_ENV") {
            Some(file) => Delivery { files: vec![(file, text(shell_lines(changes)))], lines: Vec::new() },
            None => Delivery { files: Vec::new(), lines: shell_lines(changes) },
        },
        Provider::Azure => Delivery { files: Vec::new(), lines: azure(changes) },
        Provider::GitLab | Provider::Buildkite | Provider::Shell => {
            Delivery { files: Vec::new(), lines: shell_lines(changes) }
        }
    }
}

/// Lines of `NAME=value` for GitLab's `artifacts:reports:dotenv`, which sets variables in later jobs. PATH is not
/// included, because its folders don't exist in another job.
pub fn dotenv(changes: &Changes) -> String {
    let outputs = changes.outputs.iter().map(|(name, value)| {
        let name = name.to_uppercase().replace('-', "_");
        format!("GOM_{name}={value}")
    });
    text(changes.variables.iter().map(|(name, value)| format!("{name}={value}")).chain(outputs))
}

/// GitHub puts each line of `GITHUB_PATH` in front, so the first folder is written last.
fn github(changes: &Changes, file: &dyn Fn(&str) -> Option<PathBuf>) -> Delivery {
    let assignments =
        |pairs: &[(String, String)]| text(pairs.iter().map(|(name, value)| format!("{name}={value}")));
    let all = [
        ("GITHUB_PATH", text(changes.path.iter().rev().cloned())),
        ("GITHUB_ENV", assignments(&changes.variables)),
        ("GITHUB_OUTPUT", assignments(&changes.outputs)),
        ("GITHUB_STEP_SUMMARY", changes.summary.clone()),
    ];
    let files = all.into_iter().filter(|(_, text)| !text.is_empty());
    let files = files.filter_map(|(variable, text)| Some((file(variable)?, text))).collect();
    let lines = changes.matchers.iter().map(|file| format!("::add-matcher::{}", file.replace('%', "%25")));
    Delivery { files, lines: lines.collect() }
}

/// Logging commands. The agent puts each `prependpath` in front, and uses `%` for escapes.
fn azure(changes: &Changes) -> Vec<String> {
    let escaped = |value: &str| value.replace('%', "%AZP25");
    let path = changes.path.iter().rev().map(|folder| format!("##vso[task.prependpath]{}", escaped(folder)));
    let variables = changes
        .variables
        .iter()
        .map(|(name, value)| format!("##vso[task.setvariable variable={name}]{}", escaped(value)));
    let outputs = changes.outputs.iter().map(|(name, value)| {
        format!("##vso[task.setvariable variable={name};isOutput=true]{}", escaped(value))
    });
    path.chain(variables).chain(outputs).collect()
}

/// Lines for sh, bash, zsh and dash.
pub fn shell_lines(changes: &Changes) -> Vec<String> {
    let folders: Vec<String> = changes.path.iter().map(shell_quote).collect();
    let path = (!folders.is_empty()).then(|| format!("export PATH={}:\"$PATH\"", folders.join(":")));
    let variables =
        changes.variables.iter().map(|(name, value)| format!("export {name}={}", shell_quote(value)));
    path.into_iter().chain(variables).collect()
}

fn text(lines: impl IntoIterator<Item = String>) -> String {
    lines.into_iter().map(|line| line + "\n").collect()
}

impl Delivery {
    /// Appends to the files.
    pub fn append(&self) -> Result<(), CiError> {
        for (path, text) in &self.files {
            files::append(path, text.as_bytes())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    fn changes() -> Changes {
        let mut changes = Changes::default();
        changes.add_path(Path::new("/go/bin")).unwrap();
        changes.add_path(Path::new("/it's/bin")).unwrap();
        changes.set("GOTOOLCHAIN", "local").unwrap();
        changes.output("go-version", "1.22.6").unwrap();
        changes.summary = "## Go\n".to_owned();
        changes.matchers.push("/100%/go.json".to_owned());
        changes
    }

    fn delivered(provider: Provider) -> Delivery {
        let env = |name: &str| Some(OsString::from(format!("/ci/{name}")));
        delivery(provider, &changes(), &env)
    }

    #[test]
    fn github_gets_its_files_and_the_first_folder_last() {
        let Delivery { files, lines } = delivered(Provider::GitHub);
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.to_str().unwrap(), text.as_str())).collect();
        assert_eq!(
            files,
            [
                ("/ci/GITHUB_PATH", "/it's/bin\n/go/bin\n"),
                ("/ci/GITHUB_ENV", "GOTOOLCHAIN=local\n"),
                ("/ci/GITHUB_OUTPUT", "go-version=1.22.6\n"),
                ("/ci/GITHUB_STEP_SUMMARY", "## Go\n"),
            ]
        );
        assert_eq!(lines, ["::add-matcher::/100%25/go.json"]);
        // Older runners, and programs that imitate one, have no files.
        assert_eq!(delivery(Provider::GitHub, &changes(), &|_| None).files, []);
    }

    #[test]
    fn shells_get_lines_with_quotes_where_needed() {
        let expected = [
            r#"export PATH=/go/bin:'/it'\''s/bin':"$PATH""#.to_owned(),
            "export GOTOOLCHAIN=local".to_owned(),
        ];
        for provider in [Provider::GitLab, Provider::Buildkite, Provider::Shell] {
            assert_eq!(delivered(provider), Delivery { files: vec![], lines: expected.to_vec() });
        }
        let text = expected.join("\n") + "\n";
        let in_file = Delivery { files: vec![("/ci/BASH_ENV".into(), text)], lines: vec![] };
        assert_eq!(delivered(Provider::CircleCi), in_file);
        assert_eq!(delivery(Provider::CircleCi, &changes(), &|_| None).lines, expected);
        assert!(shell_lines(&Changes::default()).is_empty());
    }

    #[test]
    fn azure_gets_commands() {
        let expected = [
            "##vso[task.prependpath]/it's/bin",
            "##vso[task.prependpath]/go/bin",
            "##vso[task.setvariable variable=GOTOOLCHAIN]local",
            "##vso[task.setvariable variable=go-version;isOutput=true]1.22.6",
        ];
        assert_eq!(delivered(Provider::Azure).lines, expected);
    }

    #[test]
    fn dotenv_has_variables_and_outputs() {
        assert_eq!(dotenv(&changes()), "GOTOOLCHAIN=local\nGOM_GO_VERSION=1.22.6\n");
    }

    #[test]
    fn a_newline_is_refused() {
        let mut changes = Changes::default();
        assert!(matches!(changes.set("X", "a\nPATH=b"), Err(CiError::NotALine { .. })));
        assert!(changes.add_path(Path::new("a\r")).is_err());
        assert_eq!(changes, Changes::default());
    }

    #[test]
    fn files_are_appended_to() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("env");
        fs_err::write(&file, "A=1\n").unwrap();
        Delivery { files: vec![(file.clone(), "B=2\n".to_owned())], lines: vec![] }.append().unwrap();
        assert_eq!(fs_err::read_to_string(file).unwrap(), "A=1\nB=2\n");
    }
}
