//! Launch configurations and tasks of VS Code, which gom writes only when asked. They hold what is true for every colleague: no
//! path of a machine, and no GOROOT, GOOS or GOARCH. The extension starts its own dlv and go, so both follow gom.

use crate::change::Draft;
use crate::error::IdeError;
use crate::jsonc;
use crate::reverse;
use crate::setting::Reason;

/// A kind of template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Templates {
    /// Launch configurations: `.vscode/launch.json`.
    Launch,
    /// Tasks: `.vscode/tasks.json`.
    Tasks,
}

/// One of them.
struct Template {
    name: &'static str,
    reason: Reason,
    /// The fields that make two do the same, whatever their names are.
    same_by: &'static [&'static str],
    text: &'static str,
}

/// Launch configurations, as the extension's own snippets have them (golang/vscode-go, package.json).
const LAUNCH: [Template; 2] = [
    Template {
        name: "Debug the package of this file",
        reason: Reason::DebugsPackage,
        same_by: &["type", "request", "mode", "program"],
        text: r#"{
    "name": "Debug the package of this file",
    "type": "go",
    "request": "launch",
    "mode": "auto",
    "program": "${fileDirname}"
}"#,
    },
    Template {
        name: "Attach to a running program",
        reason: Reason::Attaches,
        same_by: &["type", "request", "mode", "processId"],
        text: r#"{
    "name": "Attach to a running program",
    "type": "go",
    "request": "attach",
    "mode": "local",
    "processId": "${command:pickGoProcess}"
}"#,
    },
];

/// Tasks of the extension's type, which starts the go that it has found (golang/vscode-go, goTaskProvider.ts).
const TASKS: [Template; 2] = [
    Template {
        name: "Build all packages",
        reason: Reason::BuildsAll,
        same_by: &["type", "command", "args"],
        text: r#"{
    "label": "Build all packages",
    "type": "go",
    "command": "build",
    "args": ["./..."],
    "problemMatcher": ["$go"],
    "group": "build"
}"#,
    },
    Template {
        name: "Test all packages",
        reason: Reason::TestsAll,
        same_by: &["type", "command", "args"],
        text: r#"{
    "label": "Test all packages",
    "type": "go",
    "command": "test",
    "args": ["./..."],
    "problemMatcher": ["$go"],
    "group": "test"
}"#,
    },
];

impl Templates {
    /// The file, below the project's root.
    pub(crate) fn file(self) -> &'static str {
        match self {
            Templates::Launch => ".vscode/launch.json",
            Templates::Tasks => ".vscode/tasks.json",
        }
    }

    /// The list in the file, and the version of its form.
    fn form(self) -> (&'static str, &'static str) {
        match self {
            Templates::Launch => ("configurations", "0.2.0"),
            Templates::Tasks => ("tasks", "2.0.0"),
        }
    }

    fn all(self) -> &'static [Template] {
        match self {
            Templates::Launch => &LAUNCH,
            Templates::Tasks => &TASKS,
        }
    }

    /// Adds those that are missing.
    pub(crate) fn add_to(self, draft: &mut Draft) -> Result<(), IdeError> {
        let (list, version) = self.form();
        let key = ["version".to_owned()];
        if let Some(own) = jsonc::string(&draft.text, &key).filter(|own| own != version) {
            return Err(draft.invalid(&key, format!("its version is {own}, and gom writes {version}")));
        }
        let elements = jsonc::elements(&draft.text, &[list.to_owned()]).unwrap_or_default();
        for template in self.all() {
            if elements.iter().any(|element| template.is(element)) {
                continue;
            }
            draft.set_frame("version", version)?;
            draft.add_element(list, template.name, template.text, template.reason)?;
        }
        Ok(())
    }
}

impl Template {
    /// Whether an element has its name, or does the same.
    fn is(&self, element: &str) -> bool {
        let field = |text: &str, name: &str| jsonc::raw(text, &[name.to_owned()]);
        let is_named = ["name", "label"]
            .iter()
            .any(|word| jsonc::string(element, &[(*word).to_owned()]).is_some_and(|name| name == self.name));
        let is_same = |name: &&str| {
            reverse::is_same(field(element, name).as_deref(), field(self.text, name).as_deref())
        };
        is_named || self.same_by.iter().all(is_same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What gom writes for the team must be true on every machine.
    #[test]
    fn templates_are_json_with_their_name_and_name_no_machine() {
        for templates in [Templates::Launch, Templates::Tasks] {
            for template in templates.all() {
                let value: serde_json::Value = serde_json::from_str(template.text).unwrap();
                let name = value.get("name").or_else(|| value.get("label")).unwrap();
                assert_eq!(name, template.name);
                assert!(template.is(template.text));
                assert!(template.same_by.iter().all(|field| value.get(field).is_some()), "{value}");
                for field in ["env", "envFile", "dlvToolPath", "cwd"] {
                    assert_eq!(value.get(field), None, "{value}");
                }
            }
        }
    }

    #[test]
    fn one_that_does_the_same_under_another_name_counts() {
        let [debug, attach] = &LAUNCH;
        let own = r#"{"program": "${fileDirname}", "mode": "auto", /* mine */ "type": "go", "request": "launch", "name": "go"}"#;
        assert!(debug.is(own) && !attach.is(own));
        assert!(!debug.is(&own.replace("auto", "test")));
        assert!(debug.is(r#"{"name": "Debug the package of this file"}"#));
        let [build, test] = &TASKS;
        let own = r#"{"type": "go", "command": "build", "args": [ "./..." ], "label": "b"}"#;
        assert!(build.is(own) && !test.is(own));
    }
}
