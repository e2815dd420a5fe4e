use fs_err as fs;
use fs_err::os::unix::fs::symlink;
use std::os::unix::fs::PermissionsExt;

use super::*;

/// A home with a file of the user's, and a cloned project in it.
struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        let home = Self { dir: tempfile::tempdir().unwrap() };
        fs::create_dir_all(home.path("clone/.git")).unwrap();
        fs::write(home.path(".bashrc"), "export SECRET=1\n").unwrap();
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        fs::canonicalize(self.dir.path()).unwrap().join(name)
    }

    fn project(&self) -> Project {
        Project::around(&self.path("clone")).unwrap()
    }

    fn write(&self, file: &str) -> Result<(), ProjectError> {
        self.project().replace(&self.path(file), b"new", |_, content| content == b"old")
    }

    /// Everything outside the clone is as it was.
    fn assert_untouched(&self) {
        assert_eq!(fs::read_to_string(self.path(".bashrc")).unwrap(), "export SECRET=1\n");
        let mut names: Vec<_> = files::names_in(self.dir.path()).unwrap();
        names.sort();
        assert_eq!(names, [".bashrc", "clone"]);
    }
}

#[test]
fn the_project_is_the_nearest_folder_with_git_or_the_folder_itself() {
    let home = Home::new();
    fs::create_dir_all(home.path("clone/a/b")).unwrap();
    fs::create_dir_all(home.path("other/a")).unwrap();
    assert_eq!(Project::around(&home.path("clone/a/b")).unwrap().root(), home.path("clone"));
    assert_eq!(Project::around(&home.path("other/a")).unwrap().root(), home.path("other/a"));
    // A work tree of git has a file of that name.
    fs::write(home.path("other/.git"), "gitdir: /x").unwrap();
    assert_eq!(Project::around(&home.path("other/a")).unwrap().root(), home.path("other"));
}

#[test]
fn the_root_of_a_go_project_is_the_repository_else_the_workspace_else_the_module() {
    let home = Home::new();
    fs::create_dir_all(home.path("src/a/b")).unwrap();
    let root = || Project::of_go(&home.path("src/a/b")).unwrap().root;
    assert_eq!(root(), home.path("src/a/b"));
    fs::write(home.path("src/a/go.mod"), "module a\n").unwrap();
    assert_eq!(root(), home.path("src/a"));
    fs::write(home.path("src/go.work"), "go 1.22\n").unwrap();
    assert_eq!(root(), home.path("src"));
    fs::create_dir(home.path("src/a/.git")).unwrap();
    assert_eq!(root(), home.path("src/a"));
}

#[test]
fn a_file_is_written_with_the_folders_above_it_and_keeps_its_mode() {
    let home = Home::new();
    home.write("clone/.vscode/deep/settings.json").unwrap();
    let file = home.path("clone/.vscode/deep/settings.json");
    assert_eq!(fs::read(&file).unwrap(), b"new");
    fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    home.write("clone/.vscode/deep/settings.json").unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o600);
    assert_eq!(files::names_in(file.parent().unwrap()).unwrap().len(), 1);
    home.project().remove(&file).unwrap();
    assert!(!file.exists());
}

#[test]
fn only_an_empty_folder_goes_with_its_file_and_no_link_does() {
    let home = Home::new();
    home.write("clone/.vscode/launch.json").unwrap();
    home.write("clone/.vscode/tasks.json").unwrap();
    let remove = |name: &str| {
        let file = home.path("clone/.vscode").join(name);
        home.project().remove(&file).unwrap();
        home.project().remove_empty_folder_of(&file).unwrap();
    };
    remove("launch.json");
    assert!(home.path("clone/.vscode").is_dir());
    remove("tasks.json");
    assert!(!home.path("clone/.vscode").exists());
    // The root stays, and a link to an empty folder too.
    home.project().remove_empty_folder_of(&home.path("clone/file")).unwrap();
    fs::create_dir(home.path("clone/empty")).unwrap();
    symlink("empty", home.path("clone/.vscode")).unwrap();
    home.project().remove_empty_folder_of(&home.path("clone/.vscode/launch.json")).unwrap();
    assert!(home.path("clone/.vscode").is_symlink() && home.path("clone/empty").is_dir());
}

#[test]
fn a_link_out_of_the_project_is_never_written_through() {
    for target in ["../.bashrc", "../new", "nothing", ".", "loop", "/dev/null"] {
        let home = Home::new();
        symlink(target, home.path("clone/loop")).unwrap();
        let error = home.write("clone/loop").unwrap_err();
        assert!(matches!(&error, ProjectError::Link { .. }), "{target}: {error}");
        assert!(home.path("clone/loop").is_symlink());
        home.assert_untouched();
    }
}

#[test]
fn a_link_is_followed_only_to_a_file_of_the_same_kind_in_the_project() {
    let home = Home::new();
    fs::write(home.path("clone/shared"), "old").unwrap();
    fs::write(home.path("clone/main.go"), "package main").unwrap();
    symlink("shared", home.path("clone/good")).unwrap();
    symlink("main.go", home.path("clone/bad")).unwrap();
    home.write("clone/good").unwrap();
    assert_eq!(fs::read(home.path("clone/shared")).unwrap(), b"new");
    assert!(home.path("clone/good").is_symlink());
    assert!(matches!(home.write("clone/bad"), Err(ProjectError::Link { .. })));
    assert_eq!(fs::read(home.path("clone/main.go")).unwrap(), b"package main");
}

#[test]
fn no_folder_of_the_project_may_be_a_link() {
    for name in [".vscode", ".github", ".idea"] {
        let home = Home::new();
        fs::create_dir(home.path("clone/real")).unwrap();
        for target in ["..", "real", "nothing"] {
            let folder = home.path("clone").join(name);
            symlink(target, &folder).unwrap();
            let error = home.write(&format!("clone/{name}/settings.json")).unwrap_err();
            assert!(
                matches!(&error, ProjectError::LinkedFolder { folder: link } if *link == folder),
                "{error}"
            );
            let error = home.project().remove(&folder.join("settings.json")).unwrap_err();
            assert!(matches!(&error, ProjectError::LinkedFolder { .. }), "{error}");
            fs::remove_file(&folder).unwrap();
        }
        assert_eq!(files::names_in(&home.path("clone/real")).unwrap().len(), 0);
        home.assert_untouched();
    }
}

#[test]
fn nothing_outside_the_project_is_written() {
    let home = Home::new();
    for file in [".bashrc", "clone/../.bashrc", "clone", "clone/a/../../.bashrc"] {
        let error = home.project().replace(&home.dir.path().join(file), b"new", |_, _| true).unwrap_err();
        assert!(matches!(&error, ProjectError::Outside { .. } | ProjectError::Io(_)), "{file}: {error}");
    }
    home.assert_untouched();
}

#[test]
fn a_folder_reached_through_a_link_of_the_users_is_the_project_behind_it() {
    let home = Home::new();
    let link = tempfile::tempdir().unwrap();
    symlink(home.path("clone"), link.path().join("work")).unwrap();
    let folder = link.path().join("work");
    Project::around(&folder).unwrap().replace(&folder.join("file"), b"new", |_, _| false).unwrap();
    assert_eq!(fs::read(home.path("clone/file")).unwrap(), b"new");
}
