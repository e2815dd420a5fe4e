//! The CI that a job runs in, and what that CI says about the job. Reads the environment, and one file: GitHub's
//! description of the event, for the name of the default branch.

use std::path::{Path, PathBuf};

use gom_select::env_vars::{GOM_CI_COMMIT, GOM_CI_JOB, GOM_CI_STARTED};
use serde::{Deserialize, Serialize};

use gom_core::environment::Environment;
use gom_core::files;

/// A CI that gom knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provider {
    /// GitHub Actions, and compatible runners.
    GitHub,
    /// GitLab CI.
    GitLab,
    /// Buildkite.
    Buildkite,
    /// The CI of circleci.com.
    CircleCi,
    /// Azure Pipelines.
    Azure,
    /// A shell that evaluates what is printed.
    Shell,
}

impl Provider {
    /// Detects the CI by its own variable.
    pub fn detect(environment: &Environment) -> Provider {
        [
            ("GITHUB_ACTIONS", Provider::GitHub),
            ("GITLAB_CI", Provider::GitLab),
            ("BUILDKITE", Provider::Buildkite),
            ("CIRCLECI", Provider::CircleCi),
            ("TF_BUILD", Provider::Azure),
        ]
        .into_iter()
        .find(|(variable, _)| environment.var(variable).is_some())
        .map_or(Provider::Shell, |(_, provider)| provider)
    }

    /// Its name, the same in text and `--json`.
    pub fn name(self) -> &'static str {
        match self {
            Provider::GitHub => "github",
            Provider::GitLab => "gitlab",
            Provider::Buildkite => "buildkite",
            Provider::CircleCi => "circleci",
            Provider::Azure => "azure",
            Provider::Shell => "shell",
        }
    }

    /// Whether its jobs evaluate the output of a set-up, because the CI has no files for it.
    pub fn takes_shell_lines(self) -> bool {
        matches!(self, Provider::GitLab | Provider::Buildkite | Provider::Shell)
    }
}

/// A CI job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The CI.
    pub provider: Provider,
    /// The name of the job in its pipeline.
    pub name: Option<String>,
    /// The commit that it runs for.
    pub commit: Option<String>,
    /// The branch that it runs for; `None` for a tag.
    pub branch: Option<String>,
    /// The repository's default branch, if the CI tells it.
    pub default_branch: Option<String>,
    /// The CI created the machine for this job and deletes it afterwards, as far as the CI tells.
    pub is_hosted: bool,
    /// The folder of the tools that come with the runner.
    pub tool_cache: Option<PathBuf>,
    /// A folder that is deleted after the job.
    pub temp: PathBuf,
    /// The start time in seconds since 1970, if a set-up has recorded it.
    pub started: Option<u64>,
}

impl Job {
    /// Reads the environment.
    pub fn read(environment: &Environment) -> Job {
        let provider = Provider::detect(environment);
        let text = |name: &str| environment.var(name)?.into_string().ok();
        let folder = |name: &str| environment.var(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let branch = |name: &str| text(name).map(|branch| plain_branch(&branch));
        let (name, commit, branch, default_branch) = match provider {
            Provider::GitHub => {
                let is_tag = text("GITHUB_REF_TYPE").is_some_and(|kind| kind == "tag");
                let default = folder("GITHUB_EVENT_PATH").and_then(|file| default_branch(&file));
                ("GITHUB_JOB", "GITHUB_SHA", branch("GITHUB_REF_NAME").filter(|_| !is_tag), default)
            }
            Provider::GitLab => {
                ("CI_JOB_NAME", "CI_COMMIT_SHA", branch("CI_COMMIT_BRANCH"), text("CI_DEFAULT_BRANCH"))
            }
            Provider::Buildkite => (
                "BUILDKITE_STEP_KEY",
                "BUILDKITE_COMMIT",
                branch("BUILDKITE_BRANCH"),
                text("BUILDKITE_PIPELINE_DEFAULT_BRANCH"),
            ),
            Provider::CircleCi => ("CIRCLE_JOB", "CIRCLE_SHA1", branch("CIRCLE_BRANCH"), None),
            Provider::Azure => ("SYSTEM_JOBNAME", "BUILD_SOURCEVERSION", branch("BUILD_SOURCEBRANCH"), None),
            Provider::Shell => (GOM_CI_JOB, GOM_CI_COMMIT, None, None),
        };
        Job {
            provider,
            name: text(name),
            commit: text(commit),
            branch,
            default_branch,
            is_hosted: text("RUNNER_ENVIRONMENT").is_some_and(|kind| kind == "github-hosted"),
            tool_cache: folder("RUNNER_TOOL_CACHE").or_else(|| folder("AGENT_TOOLSDIRECTORY")),
            temp: folder("RUNNER_TEMP")
                .or_else(|| folder("AGENT_TEMPDIRECTORY"))
                .or_else(|| folder("TMPDIR"))
                .unwrap_or_else(|| PathBuf::from("/tmp")),
            started: text(GOM_CI_STARTED).and_then(|seconds| seconds.parse().ok()),
        }
    }

    /// Whether it runs for the default branch; `None` if the CI does not tell.
    pub fn is_on_default_branch(&self) -> Option<bool> {
        let default = self.default_branch.as_ref()?;
        Some(self.branch.as_ref() == Some(default))
    }
}

/// The branch name; Azure has `refs/heads/main`.
fn plain_branch(name: &str) -> String {
    name.strip_prefix("refs/heads/").unwrap_or(name).to_owned()
}

/// Reads the default branch from GitHub's description of the event.
fn default_branch(event: &Path) -> Option<String> {
    #[derive(Deserialize)]
    struct Event {
        repository: Repository,
    }
    #[derive(Deserialize)]
    struct Repository {
        default_branch: String,
    }
    let event: Event = serde_json::from_slice(&files::read(event).ok()?).ok()?;
    Some(event.repository.default_branch)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(variables: &[(&str, &str)]) -> Job {
        let variables = variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
        Job::read(&Environment { variables, ..Environment::default() })
    }

    #[test]
    fn each_ci_is_detected_by_its_own_variable() {
        for (variable, name) in [
            ("GITHUB_ACTIONS", "github"),
            ("GITLAB_CI", "gitlab"),
            ("BUILDKITE", "buildkite"),
            ("CIRCLECI", "circleci"),
            ("TF_BUILD", "azure"),
            ("JENKINS_URL", "shell"),
        ] {
            assert_eq!(job(&[(variable, "true")]).provider.name(), name);
            assert_eq!(job(&[(variable, "")]).provider, Provider::Shell);
        }
    }

    #[test]
    fn the_default_branch_is_distinguished_from_others_and_from_tags() {
        let event = tempfile::NamedTempFile::new().unwrap();
        fs_err::write(event.path(), r#"{"repository": {"default_branch": "main", "id": 1}}"#).unwrap();
        let event = event.path().to_str().unwrap();
        let github = |branch, kind| {
            job(&[
                ("GITHUB_ACTIONS", "true"),
                ("GITHUB_EVENT_PATH", event),
                ("GITHUB_REF_NAME", branch),
                ("GITHUB_REF_TYPE", kind),
            ])
            .is_on_default_branch()
        };
        assert_eq!(github("main", "branch"), Some(true));
        assert_eq!(github("7/merge", "branch"), Some(false));
        assert_eq!(github("main", "tag"), Some(false));
        let gitlab = [("GITLAB_CI", "true"), ("CI_COMMIT_BRANCH", "main"), ("CI_DEFAULT_BRANCH", "main")];
        assert_eq!(job(&gitlab).is_on_default_branch(), Some(true));
        let azure = job(&[("TF_BUILD", "True"), ("BUILD_SOURCEBRANCH", "refs/heads/main")]);
        assert_eq!((azure.branch.as_deref(), azure.is_on_default_branch()), (Some("main"), None));
    }

    #[test]
    fn the_tool_cache_and_the_start_are_read_if_they_are_valid() {
        let read = job(&[("AGENT_TOOLSDIRECTORY", "/opt/tools"), ("GOM_CI_STARTED", "17")]);
        assert_eq!((read.tool_cache, read.started), (Some("/opt/tools".into()), Some(17)));
        let read = job(&[("RUNNER_TOOL_CACHE", "tools"), ("GOM_CI_STARTED", "now")]);
        assert_eq!((read.tool_cache, read.started), (None, None));
    }
}
