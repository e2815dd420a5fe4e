//! Which paths a pattern of a kind means.

/// Whether a path below the root is one that the pattern means. A pattern that begins with `/` is a path from the root;
/// another one may begin in any folder. `*` is any text without a `/`.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let (is_rooted, pattern) = match pattern.strip_prefix('/') {
        Some(rooted) => (true, rooted),
        None => (false, pattern),
    };
    let mut names = path.rsplit('/');
    for part in pattern.rsplit('/') {
        if !names.next().is_some_and(|name| matches_name(part, name)) {
            return false;
        }
    }
    !is_rooted || names.next().is_none()
}

/// Whether a pattern's own folders begin with this path, in the folder from which the pattern is tried. A pattern that
/// begins with `/` is tried from the root alone.
pub(super) fn leads_through(pattern: &str, folder: &str, is_root: bool) -> bool {
    let pattern = match pattern.strip_prefix('/') {
        Some(_) if !is_root => return false,
        Some(rooted) => rooted,
        None => pattern,
    };
    let Some((folders, _)) = pattern.rsplit_once('/') else { return false };
    let mut parts = folders.split('/');
    folder.split('/').all(|name| parts.next().is_some_and(|part| matches_name(part, name)))
}

/// What follows the last `/`.
pub(super) fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a name is what a part of a pattern means. A name is more than the text around a `*` at its beginning: `.yml` is
/// no `*.yml`.
fn matches_name(pattern: &str, name: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == name };
    let Some(rest) = name.strip_prefix(before) else { return false };
    if let Some((between, _)) = after.split_once('*') {
        return rest.match_indices(between).any(|(at, _)| matches_name(after, &rest[at..]));
    }
    rest.ends_with(after) && (rest.len() > after.len() || !before.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_folders_that_lead_to_its_files() {
        for (pattern, folder, is_root, expected) in [
            ("/.github/workflows/*.yml", ".github", true, true),
            ("/.github/workflows/*.yml", ".github/workflows", true, true),
            ("/.github/workflows/*.yml", ".github/workflows/old", true, false),
            ("/.github/workflows/*.yml", ".github", false, false),
            ("/.github/workflows/*.yml", "workflows", true, false),
            (".devcontainer/*/devcontainer.json", ".devcontainer/go", false, true),
            (".vscode/settings.json", ".vscode", false, true),
            (".vscode/settings.json", "src", true, false),
            ("go.mod", "src", true, false),
        ] {
            assert_eq!(leads_through(pattern, folder, is_root), expected, "{pattern} {folder}");
        }
    }

    #[test]
    fn a_pattern_means_names_or_paths() {
        for (pattern, path, expected) in [
            ("go.mod", "go.mod", true),
            ("go.mod", "a/b/go.mod", true),
            ("go.mod", "a/go.mod.orig", false),
            ("/action.yml", "action.yml", true),
            ("/action.yml", "a/action.yml", false),
            ("/.github/workflows/*.yml", ".github/workflows/ci.yml", true),
            ("/.github/workflows/*.yml", "x/.github/workflows/ci.yml", false),
            ("/.github/workflows/*.yml", ".github/workflows/a/ci.yml", false),
            (".vscode/settings.json", "a/.vscode/settings.json", true),
            ("Dockerfile.*", "build/Dockerfile.dev", true),
            ("*.Dockerfile", "dev.Dockerfile", true),
            ("*.Dockerfile", ".Dockerfile", false),
            ("azure-pipelines*.yml", "azure-pipelines.yml", true),
            ("azure-pipelines*.yml", "azure-pipelines-nightly.yml", true),
            ("/.buildkite/*/*.yml", ".buildkite/a/b.yml", true),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }
}
