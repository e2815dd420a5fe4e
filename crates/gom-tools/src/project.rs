//! The `tool` lines of the go.mod here (Go 1.24), with the versions of its `require` lines.
//!
//! A cloned project wrote them, so nothing is built because of them without being asked, and no command is made. Invariant:
//! any content is read without an error; what is not understood is left out.

use std::path::PathBuf;

use gom_core::context::Context;
use gom_core::files;
use gom_select::go_project::{Surroundings, find_mod};

/// The size limit of a go.mod.
const LIMIT: usize = 16 << 20;

/// A tool of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectTool {
    /// Its package.
    pub package: String,
    /// The version of its module, by the `require` line; `None` if it is in the project's own module.
    pub version: Option<String>,
    /// 1-based line of the `tool` line.
    pub line: usize,
}

/// The tools of the go.mod here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectTools {
    /// The file.
    pub file: PathBuf,
    /// The tools, in the order of the file.
    pub tools: Vec<ProjectTool>,
}

/// Reads the tools of the go.mod that the go command would find here. `None` if it names none.
pub fn project_tools(ctx: &Context) -> Option<ProjectTools> {
    let env = |name: &str| ctx.environment.var(name);
    let file = find_mod(ctx.environment.cwd.as_deref()?, &Surroundings::of_environment(&env))?;
    let content = files::read_regular(&file, LIMIT).ok()?;
    let tools = parse(&String::from_utf8_lossy(&content));
    (!tools.is_empty()).then_some(ProjectTools { file, tools })
}

fn parse(text: &str) -> Vec<ProjectTool> {
    let (mut tools, mut requires) = (Vec::new(), Vec::new());
    let mut block = String::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.split("//").next().unwrap_or_default();
        let mut words: Vec<&str> =
            line.split_whitespace().map(|word| word.trim_matches(['"', '`'])).collect();
        match words.as_slice() {
            [] => continue,
            [")", ..] => {
                block.clear();
                continue;
            }
            [verb, "(", ..] if block.is_empty() => {
                (*verb).clone_into(&mut block);
                continue;
            }
            _ => {}
        }
        let verb = if block.is_empty() { words.remove(0).to_owned() } else { block.clone() };
        match (verb.as_str(), words.as_slice()) {
            ("tool", [package]) => tools.push(((*package).to_owned(), index + 1)),
            ("require", [module, version]) => requires.push(((*module).to_owned(), (*version).to_owned())),
            _ => {}
        }
    }
    let version = |package: &str| {
        let is_of = |module: &str| {
            package.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let of = requires.iter().filter(|(module, _)| is_of(module));
        of.max_by_key(|(module, _)| module.len()).map(|(_, version)| version.clone())
    };
    let tool = |(package, line): (String, usize)| ProjectTool { version: version(&package), package, line };
    tools.into_iter().map(tool).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_have_the_versions_of_their_modules() {
        let text = "module m\n\ngo 1.24\n\ntool golang.org/x/tools/cmd/stringer // why\n\ntool (\n\t\"example.com/a/v2/cmd/x\"\n\tm/cmd/own\n)\n\n\
            require (\n\tgolang.org/x/tools v0.51.0 // indirect\n\texample.com/a v1.0.0\n\texample.com/a/v2 v2.1.0\n)\nrequire golang.org/x v0.1.0\n";
        let found: Vec<(String, Option<String>, usize)> =
            parse(text).into_iter().map(|tool| (tool.package, tool.version, tool.line)).collect();
        let row = |package: &str, version: Option<&str>, line| {
            (package.to_owned(), version.map(str::to_owned), line)
        };
        assert_eq!(
            found,
            [
                row("golang.org/x/tools/cmd/stringer", Some("v0.51.0"), 5),
                row("example.com/a/v2/cmd/x", Some("v2.1.0"), 8),
                row("m/cmd/own", None, 9),
            ]
        );
    }

    #[test]
    fn no_content_is_an_error() {
        for text in
            ["", ")", "tool", "tool (", "(", "tool a b", "tool (\n\ntool (", "\u{0}\n//", "require\ntool ()"]
        {
            let _ = parse(text);
        }
    }
}
