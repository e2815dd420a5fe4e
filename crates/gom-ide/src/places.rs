//! Where the settings of VS Code are: those of a workspace, and those of the user, which each fork has elsewhere.

use std::io;
use std::path::{Path, PathBuf};

use gom_core::environment::Environment;
use gom_core::files;

use crate::error::IdeError;

/// The folders of VS Code and its forks below the system's folder for settings.
pub const VSCODE_FOLDERS: [&str; 6] =
    ["Code", "Code - Insiders", "Code - OSS", "VSCodium", "Cursor", "Windsurf"];

/// The servers that run on a machine which the editor reaches by SSH or in a container, in the home folder. Settings with
/// paths of that machine belong into theirs.
const SERVERS: [&str; 4] =
    [".vscode-server", ".vscode-server-insiders", ".vscodium-server", ".cursor-server"];

/// Lists the user's settings files of VS Code and its forks, those whose folder exists. A folder that can't be looked at is an
/// error: it is not gone.
pub fn of_user(environment: &Environment, is_macos: bool) -> Result<Vec<PathBuf>, IdeError> {
    let Some(home) = environment.home.as_deref().filter(|home| home.is_absolute()) else {
        return Ok(Vec::new());
    };
    let folder = |name: &str| environment.var(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let config = if is_macos {
        home.join("Library/Application Support")
    } else {
        folder("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config"))
    };
    // code-server follows the XDG variables on a Mac too.
    let data = folder("XDG_DATA_HOME").unwrap_or_else(|| home.join(".local/share"));
    let apps = VSCODE_FOLDERS.iter().map(|name| config.join(name).join("User"));
    let servers = SERVERS.iter().map(|name| home.join(name).join("data/Machine"));
    let mut found = Vec::new();
    for folder in apps.chain([data.join("code-server/User")]).chain(servers) {
        if is_there(&folder)? && files::is_folder(&folder) {
            found.push(folder.join("settings.json"));
        }
    }
    Ok(found)
}

/// Lists the settings files of the workspaces that a folder is in, from the folder up to the project's root: each
/// `.vscode/settings.json`, and the `*.code-workspace` files of the root. Only those that are there; what can't be looked at
/// is an error.
pub fn of_workspace(cwd: &Path, root: &Path) -> Result<Vec<PathBuf>, IdeError> {
    let real = files::real_path(cwd).unwrap_or_else(|_| cwd.to_owned());
    let mut found = Vec::new();
    for folder in real.ancestors().take_while(|folder| folder.starts_with(root)) {
        let file = folder.join(".vscode/settings.json");
        if is_there(&file)? {
            found.push(file);
        }
    }
    let names = files::names_in(root).map_err(|error| not_readable(root, &error))?;
    let is_workspace = |name: &Path| name.extension().is_some_and(|ending| ending == "code-workspace");
    let mut workspaces: Vec<PathBuf> =
        names.iter().map(Path::new).filter(|name| is_workspace(name)).map(|name| root.join(name)).collect();
    workspaces.sort();
    found.extend(workspaces);
    Ok(found)
}

/// Whether a path is taken. That this can't be told is an error.
pub(crate) fn is_there(path: &Path) -> Result<bool, IdeError> {
    files::is_there(path).map_err(|error| not_readable(path, &error))
}

pub(crate) fn not_readable(path: &Path, error: &io::Error) -> IdeError {
    IdeError::NotReadable { file: path.to_owned(), reason: error.to_string() }
}

/// The keys above the settings in a file: those of a `.code-workspace` are in an object.
pub(crate) fn keys_above(file: &Path) -> &'static [&'static str] {
    let is_workspace = file.extension().is_some_and(|ending| ending == "code-workspace");
    if is_workspace { &["settings"] } else { &[] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fork_has_a_folder_of_its_own_and_only_those_that_exist_count() {
        let home = tempfile::tempdir().unwrap();
        for folder in [
            ".config/Code/User",
            ".config/VSCodium/User",
            ".config/Cursor",
            ".local/share/code-server/User",
            ".vscode-server/data/Machine",
            "Library/Application Support/Code - Insiders/User",
        ] {
            fs_err::create_dir_all(home.path().join(folder)).unwrap();
        }
        let environment = Environment { home: Some(home.path().to_owned()), ..Environment::default() };
        let shown = |is_macos: bool| {
            let found = of_user(&environment, is_macos).unwrap();
            let below = |path: &PathBuf| path.strip_prefix(home.path()).unwrap().display().to_string();
            found.iter().map(below).collect::<Vec<_>>()
        };
        assert_eq!(
            shown(false),
            [
                ".config/Code/User/settings.json",
                ".config/VSCodium/User/settings.json",
                ".local/share/code-server/User/settings.json",
                ".vscode-server/data/Machine/settings.json",
            ]
        );
        assert_eq!(
            shown(true),
            [
                "Library/Application Support/Code - Insiders/User/settings.json",
                ".local/share/code-server/User/settings.json",
                ".vscode-server/data/Machine/settings.json",
            ]
        );
        assert_eq!(of_user(&Environment::default(), false).unwrap(), Vec::<PathBuf>::new());
    }
}
