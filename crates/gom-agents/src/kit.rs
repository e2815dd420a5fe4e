//! The agents: the file of their own that runs the script, and what has to be set by hand where there is none.
//!
//! docs/agents.md names the page of each vendor that this follows.

use serde::Serialize;

use crate::script;

/// An agent that works in a sandbox of its vendor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kit {
    /// Claude Code on the web.
    Claude,
    /// Codex cloud.
    Codex,
    /// The cloud agent of GitHub Copilot.
    Copilot,
    /// Cursor's cloud agents.
    Cursor,
}

/// The file of an agent's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KitFile {
    /// Its path in the project.
    pub path: &'static str,
    /// Its content.
    pub content: String,
}

impl Kit {
    /// All of them.
    pub const ALL: [Kit; 4] = [Kit::Claude, Kit::Codex, Kit::Copilot, Kit::Cursor];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Kit::Claude => "claude",
            Kit::Codex => "codex",
            Kit::Copilot => "copilot",
            Kit::Cursor => "cursor",
        }
    }

    /// The file that it runs before it begins; `None` if that is a setting of the vendor's site.
    pub fn file(self) -> Option<KitFile> {
        let (path, content) = match self {
            Kit::Claude => (".claude/settings.json", claude()),
            Kit::Codex => return None,
            Kit::Copilot => (".github/workflows/copilot-setup-steps.yml", copilot()),
            Kit::Cursor => (
                ".cursor/environment.json",
                format!("{{\n  \"install\": \"sh {} --bashrc\"\n}}\n", script::PATH),
            ),
        };
        Some(KitFile { path, content })
    }

    /// What has to be done by hand: at the vendor's site, or in a file that is there already.
    pub fn by_hand(self) -> String {
        let script = script::PATH;
        match self {
            Kit::Claude => format!("let a SessionStart hook in .claude/settings.json run `sh {script}`"),
            Kit::Codex => {
                format!("write `sh {script} --bashrc` as setup script into the settings of the environment")
            }
            Kit::Copilot => {
                format!("add the step `run: sh {script}` to .github/workflows/copilot-setup-steps.yml")
            }
            Kit::Cursor => format!("let `install` in .cursor/environment.json run `sh {script} --bashrc`"),
        }
    }
}

/// A hook at the start of each session, in the vendor's sandbox alone: `CLAUDE_CODE_REMOTE` says which it is.
fn claude() -> String {
    format!(
        r#"{{
  "hooks": {{
    "SessionStart": [
      {{
        "hooks": [
          {{
            "type": "command",
            "command": "[ \"$CLAUDE_CODE_REMOTE\" != true ] || sh \"$CLAUDE_PROJECT_DIR/{}\""
          }}
        ]
      }}
    ]
  }}
}}
"#,
        script::PATH
    )
}

/// The job has to have this name, and runs before the agent begins.
fn copilot() -> String {
    format!(
        "\
# Made by `gom agents`; yours to change.
name: Copilot setup steps
on:
  workflow_dispatch:
  push:
    paths: [.github/workflows/copilot-setup-steps.yml, {path}]
jobs:
  copilot-setup-steps:
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@v4
      - run: sh {path}
",
        path = script::PATH
    )
}
