//! The files of some agents: what each gets, and what is done with it.

use std::io;
use std::path::Path;

use gom_core::files;
use gom_core::go::settings::{GoProxy, GoProxyKind};
use gom_core::project::Project;
use serde::Serialize;
use url::Url;

use crate::block;
use crate::error::AgentsError;
use crate::kit::Kit;
use crate::script::{self, PinnedGom};

/// The file that agents read before they begin.
pub const AGENTS_MD: &str = "AGENTS.md";

/// The largest file that is read.
const LIMIT: usize = 1 << 20;

/// Hosts that gom asks besides its own and those of GOPROXY: for releases of Go, and for their proofs.
const HOSTS: [&str; 3] = ["go.dev", "dl.google.com", "sum.golang.org"];

/// What is done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileAction {
    /// It is made.
    Create,
    /// Lines of gom's in it, or the whole script, are replaced or added.
    Update,
    /// It is so already.
    Keep,
    /// It is the user's and stays: what it needs is to be done by hand.
    Leave,
}

/// A file of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedFile {
    /// Its path below the root, with `/`.
    pub path: &'static str,
    /// What is done.
    pub action: FileAction,
    before: String,
    after: String,
}

/// What is done for some agents.
#[derive(Clone, Debug)]
pub struct AgentsPlan {
    /// The files, in the order in which they are written.
    pub files: Vec<PlannedFile>,
    /// What is left to do by hand.
    pub by_hand: Vec<String>,
    /// The hosts that the sandbox must reach.
    pub hosts: Vec<String>,
}

impl PlannedFile {
    /// Whether it is written.
    pub fn is_change(&self) -> bool {
        matches!(self.action, FileAction::Create | FileAction::Update)
    }

    /// The change as a unified diff.
    pub fn diff(&self) -> String {
        let diff = similar::TextDiff::from_lines(&self.before, &self.after);
        let (old, new) = (format!("a/{}", self.path), format!("b/{}", self.path));
        diff.unified_diff().header(&old, &new).to_string()
    }
}

impl AgentsPlan {
    /// Makes the plan for a project. `proxies` are the entries of GOPROXY.
    pub fn of(
        project: &Project,
        kits: &[Kit],
        gom: &PinnedGom,
        proxies: &[GoProxy],
    ) -> Result<AgentsPlan, AgentsError> {
        let root = project.root();
        let mut files = vec![
            planned(root, script::PATH, |_| script::text(gom))?,
            planned(root, AGENTS_MD, |text| {
                let lines = lines(kits);
                block::with_block(text, &lines).map_err(|block::OpenBlock(line)| AgentsError::OpenBlock {
                    file: root.join(AGENTS_MD),
                    line,
                })
            })?,
        ];
        let mut by_hand = Vec::new();
        for kit in kits {
            let Some(own) = kit.file() else {
                by_hand.push(kit.by_hand());
                continue;
            };
            let mut file = planned(root, own.path, |_| Ok(own.content.clone()))?;
            if file.action == FileAction::Update {
                // The user's own, which may run the script already.
                file.action = FileAction::Leave;
                if !file.before.contains(script::PATH) {
                    by_hand.push(kit.by_hand());
                }
            }
            files.push(file);
        }
        let base = Url::parse(&gom.base).ok();
        let own = base.as_ref().and_then(Url::host_str);
        let proxies = proxies.iter().filter_map(|proxy| match &proxy.place {
            GoProxyKind::Url(url) => url.host_str(),
            GoProxyKind::Direct | GoProxyKind::Off => None,
        });
        let mut hosts: Vec<String> = Vec::new();
        for host in own.into_iter().chain(HOSTS).chain(proxies) {
            if !hosts.iter().any(|known| known == host) {
                hosts.push(host.to_owned());
            }
        }
        Ok(AgentsPlan { files, by_hand, hosts })
    }

    /// Fails where [`write`](AgentsPlan::write) would because of a link, and writes nothing.
    pub fn check(&self, project: &Project) -> Result<(), AgentsError> {
        for file in self.files.iter().filter(|file| file.is_change()) {
            let path = project.root().join(file.path);
            // The folders above a new file are made when it is written.
            if path.parent().is_some_and(files::is_folder) {
                project.check(&path, |_, _| false)?;
            }
        }
        Ok(())
    }

    /// Writes the files. Nothing is written if one of them is a link.
    pub fn write(&self, project: &Project) -> Result<(), AgentsError> {
        self.check(project)?;
        for file in self.files.iter().filter(|file| file.is_change()) {
            project.replace(&project.root().join(file.path), file.after.as_bytes(), |_, _| false)?;
        }
        Ok(())
    }
}

fn planned(
    root: &Path,
    path: &'static str,
    after: impl Fn(&str) -> Result<String, AgentsError>,
) -> Result<PlannedFile, AgentsError> {
    let file = root.join(path);
    let is_there = files::is_taken(&file);
    let before = if is_there { read(&file)? } else { String::new() };
    let after = after(&before)?;
    let action = match () {
        () if !is_there => FileAction::Create,
        () if before == after => FileAction::Keep,
        () => FileAction::Update,
    };
    Ok(PlannedFile { path, action, before, after })
}

/// Reads a file of the project. A link reads as empty, so that it is never shown, and writing it fails.
fn read(file: &Path) -> Result<String, AgentsError> {
    if files::link_target(file).is_ok() {
        return Ok(String::new());
    }
    let unreadable = |error: io::Error| AgentsError::Unreadable { file: file.to_path_buf(), error };
    let bytes = files::read_regular(file, LIMIT).map_err(unreadable)?;
    String::from_utf8(bytes).map_err(|error| unreadable(io::Error::other(error.utf8_error())))
}

/// The lines of AGENTS.md.
fn lines(kits: &[Kit]) -> String {
    let option =
        if kits.iter().any(|kit| matches!(kit, Kit::Codex | Kit::Cursor)) { " --bashrc" } else { "" };
    format!(
        "\
## Go

- Run `go` as it is: gom selects the version that this project asks for. Do not install or download another Go.
- If `go` is missing, run `sh {}{option}`.
- `gom why` says which Go runs and which file decided; `gom find --json` says where it is.
- To change the version, edit the file that `gom why` names, or run `gom local VERSION`; then `gom sync --check`.",
        script::PATH
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gom() -> PinnedGom {
        PinnedGom {
            version: "0.2.0".to_owned(),
            base: "https://ada@example.test/gom".to_owned(),
            archives: vec![("gom-0.2.0-x86_64-unknown-linux-musl.tar.gz".to_owned(), "ab".repeat(32))],
            proven_by: "sum.example.test".to_owned(),
        }
    }

    fn actions(plan: &AgentsPlan) -> Vec<(&str, FileAction)> {
        plan.files.iter().map(|file| (file.path, file.action)).collect()
    }

    #[test]
    fn each_agent_gets_its_file_once() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::write(dir.path().join("AGENTS.md"), "# App\n").unwrap();
        let project = Project::around(dir.path()).unwrap();
        let plan = AgentsPlan::of(&project, &Kit::ALL, &gom(), &[]).unwrap();
        let expected = [
            (".agents/setup-go.sh", FileAction::Create),
            ("AGENTS.md", FileAction::Update),
            (".claude/settings.json", FileAction::Create),
            (".github/workflows/copilot-setup-steps.yml", FileAction::Create),
            (".cursor/environment.json", FileAction::Create),
        ];
        assert_eq!(actions(&plan), expected);
        assert_eq!(plan.by_hand, [Kit::Codex.by_hand()]);
        assert_eq!(plan.hosts[0], "example.test");
        assert!(plan.files[1].diff().contains("+## Go"), "{}", plan.files[1].diff());
        plan.write(&project).unwrap();
        let again = AgentsPlan::of(&project, &Kit::ALL, &gom(), &[]).unwrap();
        assert!(again.files.iter().all(|file| file.action == FileAction::Keep), "{again:?}");
        assert!(fs_err::read_to_string(dir.path().join("AGENTS.md")).unwrap().starts_with("# App\n\n"));
    }

    #[test]
    fn a_file_of_the_users_stays_and_the_rest_is_said() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::create_dir(dir.path().join(".claude")).unwrap();
        fs_err::write(dir.path().join(".claude/settings.json"), "{}\n").unwrap();
        let project = Project::around(dir.path()).unwrap();
        let plan = AgentsPlan::of(&project, &[Kit::Claude], &gom(), &[]).unwrap();
        assert_eq!(plan.files[2].action, FileAction::Leave);
        assert_eq!(plan.by_hand, [Kit::Claude.by_hand()]);
        plan.write(&project).unwrap();
        assert_eq!(fs_err::read_to_string(dir.path().join(".claude/settings.json")).unwrap(), "{}\n");
    }

    #[test]
    fn nothing_is_written_through_a_link() {
        let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let victim = other.path().join("victim");
        fs_err::write(&victim, "mine\n").unwrap();
        fs_err::os::unix::fs::symlink(&victim, dir.path().join("AGENTS.md")).unwrap();
        let project = Project::around(dir.path()).unwrap();
        let plan = AgentsPlan::of(&project, &[Kit::Codex], &gom(), &[]).unwrap();
        assert!(matches!(plan.write(&project), Err(AgentsError::Project(_))));
        assert_eq!(fs_err::read_to_string(&victim).unwrap(), "mine\n");
        assert!(!dir.path().join(".agents").exists());
    }
}
