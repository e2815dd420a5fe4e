//! `gom setup` and its undoing: which files change, and the writing of all of them or none.
//!
//! Owns: the scripts and completions in the store, and the order of the writes. Invariant: a start-up file never names
//! a script that is not there: scripts are written first and removed last. If one write fails, the others are taken
//! back.

use std::path::{Path, PathBuf};

use gom_core::Context;
use gom_core::environment::Environment;
use gom_core::files;
use gom_core::shell::Shell;
use gom_select::layout::{ENV_SCRIPTS, Layout};
use gom_select::path_search;

use crate::edit::FileChange;
use crate::env_script::{EnvScript, source_line};
use crate::error::ShellError;
use crate::start_up::{Home, StartUpFile};

/// What setting up depends on.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// The process environment: HOME, SHELL, PATH, and the variables that move start-up files.
    pub environment: &'a Environment,
    /// The store.
    pub layout: &'a Layout,
    /// Whether login shells run `path_helper`, and some files are elsewhere.
    pub is_macos: bool,
}

/// A file of the store that shells read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreFile {
    /// The file.
    pub path: PathBuf,
    content: String,
}

/// Everything that setting up changes.
#[derive(Debug)]
pub struct SetupPlan {
    /// The shells.
    pub shells: Vec<Shell>,
    /// The files of the store that differ from what they should be.
    pub store_files: Vec<StoreFile>,
    /// The start-up files, also those that stay as they are.
    pub files: Vec<FileChange>,
}

/// Everything that undoing changes, and what it leaves.
#[derive(Debug, Default)]
pub struct UndoPlan {
    /// The start-up files from which gom's lines are taken out.
    pub files: Vec<FileChange>,
    /// The files in which gom's lines stay, with the reason.
    pub left: Vec<ShellError>,
    /// The files of the store that are removed. None if gom's lines stay in a file of a shell, or only some shells were
    /// named.
    pub store_files: Vec<PathBuf>,
}

impl<'a> Setup<'a> {
    /// The setup of this machine, for the store and the environment of `ctx`.
    pub fn of(ctx: &'a Context) -> Setup<'a> {
        Setup {
            environment: &ctx.environment,
            layout: ctx.store.layout(),
            is_macos: cfg!(target_os = "macos"),
        }
    }
}

impl Setup<'_> {
    /// Finds what has to change for the shells in `named`; if there are none, for the user's login shell and every
    /// shell that has start-up files. Any file that can't be changed is an error, and the errors of all files are
    /// returned together.
    ///
    /// `completions` makes the completions of a shell.
    pub fn plan(
        self,
        named: &[Shell],
        completions: impl Fn(Shell) -> Option<String>,
    ) -> Result<SetupPlan, Vec<ShellError>> {
        let home = self.home().map_err(|error| vec![error])?;
        let shells = self.shells(named, &home).map_err(|error| vec![error])?;
        let login_shell = Shell::of_user(self.environment);
        let mut wanted: Vec<StartUpFile> = Vec::new();
        for shell in &shells {
            let is_used = named.contains(shell) || login_shell == Some(*shell);
            for file in home.files(*shell, is_used) {
                if wanted.iter().all(|one| one.path != file.path) {
                    wanted.push(file);
                }
            }
        }
        let (mut changes, mut errors) = (Vec::new(), Vec::new());
        for file in wanted {
            match self.line(file.shell).and_then(|line| FileChange::set_up(&file, &line)) {
                Ok(change) => changes.push(change),
                Err(error) => errors.push(error),
            }
        }
        let store_files = self.store_files(&shells, completions);
        errors.extend(store_files.iter().find_map(|file| not_writable(&file.path)));
        if errors.is_empty() { Ok(SetupPlan { shells, store_files, files: changes }) } else { Err(errors) }
    }

    /// Finds what undoing changes: for the shells in `named`, else in every file that gom may ever have written to.
    /// gom's lines of another store stay.
    pub fn plan_undo(self, named: &[Shell]) -> Result<UndoPlan, ShellError> {
        let home = self.home()?;
        let mut plan = UndoPlan::default();
        for file in home.every_place() {
            let is_named = named.contains(&file.shell) || (named.contains(&Shell::Sh) && is_of_sh(&file));
            if !(named.is_empty() || is_named) {
                continue;
            }
            let is_ours = |body: &str| {
                self.line(file.shell).is_ok_and(|line| line == body) || self.is_named_in(&file, body)
            };
            match FileChange::undo(&file, is_ours) {
                Ok(change) => plan.files.extend(change),
                Err(error) => plan.left.push(error),
            }
        }
        let stay = !named.is_empty() || plan.left_of_store().next().is_some();
        if !stay {
            let scripts = ENV_SCRIPTS.iter().map(|name| self.layout.env_script(name));
            let completions = Shell::ALL.into_iter().filter_map(Shell::completions);
            let completions = completions.map(|name| self.layout.completions().join(name));
            for path in scripts.chain(completions) {
                match files::is_there(&path) {
                    Ok(true) => plan.store_files.push(path),
                    Ok(false) => {}
                    Err(error) => return Err(ShellError::NotReadable { path, reason: error.to_string() }),
                }
            }
        }
        Ok(plan)
    }

    /// Writes the scripts and completions of a store again if `gom setup` has written them before, so that an update
    /// of gom brings them up to date. Returns the files that it wrote.
    pub fn refresh(self, completions: impl Fn(Shell) -> Option<String>) -> Result<Vec<PathBuf>, ShellError> {
        let is_there = |shell: &Shell| files::is_file(&self.layout.env_script(shell.env_script()));
        let shells: Vec<Shell> = Shell::ALL.into_iter().filter(is_there).collect();
        let stale = self.store_files(&shells, completions);
        stale.iter().try_for_each(StoreFile::write)?;
        Ok(stale.into_iter().map(|file| file.path).collect())
    }

    /// The other `gom` programs on PATH, in its order, and whether each is found before this store's.
    pub fn other_goms(self) -> Vec<(PathBuf, bool)> {
        let Some(path) = self.environment.var("PATH") else { return Vec::new() };
        let real = |file: &Path| files::real_path(file).unwrap_or_else(|_| file.to_owned());
        let ours = real(&self.layout.gom());
        let mut comes_first = true;
        let mut found: Vec<(PathBuf, PathBuf, bool)> = Vec::new();
        for gom in path_search::all("gom", &path) {
            let file = real(&gom);
            if file == ours {
                comes_first = false;
            } else if found.iter().all(|(_, other, _)| *other != file) {
                found.push((gom, file, comes_first));
            }
        }
        found.into_iter().map(|(gom, _, comes_first)| (gom, comes_first)).collect()
    }

    fn home(&self) -> Result<Home<'_>, ShellError> {
        Home::new(self.environment, self.is_macos).ok_or(ShellError::NoHome)
    }

    fn shells(&self, named: &[Shell], home: &Home<'_>) -> Result<Vec<Shell>, ShellError> {
        let login_shell = Shell::of_user(self.environment);
        let is_wanted = |shell: &Shell| match named {
            [] => login_shell == Some(*shell) || home.has_files_of(*shell),
            named => named.contains(shell),
        };
        let shells: Vec<Shell> = Shell::ALL.into_iter().filter(is_wanted).collect();
        if shells.is_empty() {
            let shell = self.environment.var("SHELL");
            return Err(ShellError::NoShell(shell.map(|shell| shell.to_string_lossy().into_owned())));
        }
        Ok(shells)
    }

    /// The line in the start-up files of a shell.
    fn line(&self, shell: Shell) -> Result<String, ShellError> {
        let store = self.layout.root();
        if !shell.can_name(store) {
            return Err(ShellError::StoreNotUtf8 { shell: shell.name(), store: store.to_owned() });
        }
        Ok(source_line(shell, &self.layout.env_script(shell.env_script())))
    }

    /// Whether a line that an older or newer gom wrote runs the script of this store.
    fn is_named_in(&self, file: &StartUpFile, body: &str) -> bool {
        let script = self.layout.env_script(file.shell.env_script());
        body.contains(&gom_core::shell_quote::path_in_code(file.shell.syntax(), &script))
    }

    /// The files of the store for these shells that are missing or different.
    fn store_files(&self, shells: &[Shell], completions: impl Fn(Shell) -> Option<String>) -> Vec<StoreFile> {
        let script = EnvScript::of_store(self.layout, self.environment);
        let mut all: Vec<StoreFile> = Vec::new();
        for shell in shells {
            let path = self.layout.env_script(shell.env_script());
            if all.iter().all(|file| file.path != path) {
                all.push(StoreFile { path, content: format!("{HEAD}{}", script.code(*shell)) });
            }
            if let Some((name, content)) = shell.completions().zip(completions(*shell)) {
                all.push(StoreFile { path: self.layout.completions().join(name), content });
            }
        }
        all.retain(|file| files::read(&file.path).ok().as_deref() != Some(file.content.as_bytes()));
        all
    }
}

/// The first line of every script.
const HEAD: &str = "# Written by `gom setup`, and again by every update of gom: changes here are lost.\n";

/// Whether a login shell other than bash reads it.
fn is_of_sh(file: &StartUpFile) -> bool {
    file.path.file_name().is_some_and(|name| name == ".profile")
}

/// Why a file of the store can't be written.
fn not_writable(path: &Path) -> Option<ShellError> {
    let folder = path.parent().and_then(files::nearest_folder)?;
    let error = files::check_writable(folder).err()?;
    Some(ShellError::NotWritable { path: folder.to_owned(), reason: error.to_string() })
}

impl StoreFile {
    fn write(&self) -> Result<(), ShellError> {
        files::replace_file(&self.path, self.content.as_bytes())
            .map_err(|error| ShellError::Write { file: self.path.clone(), error })
    }
}

impl SetupPlan {
    /// Whether anything is written.
    pub fn is_change(&self) -> bool {
        !self.store_files.is_empty() || self.files.iter().any(FileChange::is_change)
    }

    /// Writes the scripts, then the start-up files. If one can't be written, the start-up files before it are as they
    /// were.
    pub fn make(&self) -> Result<(), ShellError> {
        self.store_files.iter().try_for_each(StoreFile::write)?;
        make_all(&self.files)
    }
}

impl UndoPlan {
    /// Why lines of this store stay: without its scripts, these start-up files would fail.
    pub fn left_of_store(&self) -> impl Iterator<Item = &ShellError> {
        self.left.iter().filter(|error| !error.is_of_other_store())
    }

    /// Whether anything is removed.
    pub fn is_change(&self) -> bool {
        !self.files.is_empty() || !self.store_files.is_empty()
    }

    /// Takes gom's lines out of the start-up files, then removes the files of the store. If a start-up file can't be
    /// written, those before it are as they were.
    pub fn make(&self) -> Result<(), ShellError> {
        make_all(&self.files)?;
        for file in &self.store_files {
            files::remove(file).map_err(|error| ShellError::Write { file: file.clone(), error })?;
        }
        if let Some(folder) = self.store_files.iter().rev().find_map(|file| file.parent())
            && folder.file_name().is_some_and(|name| name == "completions")
        {
            // Fails if somebody has put something else into it, which stays.
            crate::edit::remove_empty_folder(folder);
        }
        Ok(())
    }
}

fn make_all(changes: &[FileChange]) -> Result<(), ShellError> {
    for (index, change) in changes.iter().enumerate() {
        if let Err(error) = change.make() {
            changes[..index].iter().rev().for_each(FileChange::take_back);
            return Err(error);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Action;

    struct Home {
        dir: tempfile::TempDir,
        environment: Environment,
        layout: Layout,
    }

    fn home(variables: &[(&str, &str)], existing: &[(&str, &str)]) -> Home {
        let dir = tempfile::tempdir().unwrap();
        for (name, content) in existing {
            let file = dir.path().join(name);
            fs_err::create_dir_all(file.parent().unwrap()).unwrap();
            fs_err::write(file, content).unwrap();
        }
        let environment = Environment {
            variables: variables.iter().map(|(name, value)| (name.into(), value.into())).collect(),
            home: Some(dir.path().to_owned()),
            ..Environment::default()
        };
        let layout = Layout::new(dir.path().join(".gom"));
        Home { dir, environment, layout }
    }

    impl Home {
        fn setup(&self) -> Setup<'_> {
            Setup { environment: &self.environment, layout: &self.layout, is_macos: false }
        }

        fn plan(&self, named: &[Shell]) -> Result<SetupPlan, Vec<ShellError>> {
            self.setup().plan(named, |shell| Some(format!("completions of {}\n", shell.name())))
        }

        /// Everything below the home folder, with its content.
        fn tree(&self) -> Vec<(PathBuf, String)> {
            let mut found: Vec<(PathBuf, String)> = files::below(self.dir.path())
                .map(|entry| entry.unwrap().path())
                .map(|path| (path.clone(), fs_err::read_to_string(&path).unwrap_or_default()))
                .collect();
            found.sort();
            found
        }

        fn changed(&self, named: &[Shell]) -> Vec<String> {
            let files = self.plan(named).unwrap().files;
            files
                .iter()
                .map(|file| file.path.strip_prefix(self.dir.path()).unwrap().display().to_string())
                .collect()
        }
    }

    #[test]
    fn shells_are_the_login_shell_and_those_with_files() {
        let debian = [(".bashrc", "b\n"), (".profile", "p\n")];
        assert_eq!(home(&[], &debian).changed(&[]), [".bashrc", ".profile"]);
        let zsh = home(&[("SHELL", "/bin/zsh")], &debian);
        assert_eq!(zsh.changed(&[]), [".bashrc", ".profile", ".zprofile", ".zshrc"]);
        assert_eq!(zsh.changed(&[Shell::Fish]), [".config/fish/config.fish"]);
        let both = [(".config/fish/config.fish", ""), (".config/nushell/config.nu", "")];
        assert_eq!(home(&[], &both).changed(&[]), [".config/fish/config.fish", ".config/nushell/config.nu"]);
        assert_eq!(home(&[("SHELL", "/bin/ash")], &[]).changed(&[]), [".profile"]);
        let error = home(&[("SHELL", "/bin/tcsh")], &[]).plan(&[]).unwrap_err().remove(0);
        assert_eq!(error.to_string(), "gom does not know which shell you use: SHELL is `/bin/tcsh`");
    }

    #[test]
    fn undoing_leaves_the_home_as_it_was() {
        let existing = [(".bashrc", "b"), (".profile", "p\n"), (".config/fish/config.fish", "f\n")];
        let home = home(&[("SHELL", "/bin/zsh")], &existing);
        let before = home.tree();
        for _ in 0..2 {
            home.plan(&Shell::ALL).unwrap().make().unwrap();
        }
        assert!(!home.plan(&Shell::ALL).unwrap().is_change());
        let scripts = home.tree().iter().filter(|(path, _)| path.starts_with(home.layout.root())).count();
        // Five scripts, four completions, two folders.
        assert_eq!(scripts, 11);
        home.setup().plan_undo(&[]).unwrap().make().unwrap();
        fs_err::remove_dir(home.layout.root()).unwrap();
        assert_eq!(home.tree(), before);
        assert!(!home.setup().plan_undo(&[]).unwrap().is_change());
    }

    #[test]
    fn one_file_that_cannot_be_changed_keeps_all_as_they_are() {
        let home = home(&[], &[(".bashrc", "b\n"), (".profile", "# >>> gom >>> half of it\n")]);
        let before = home.tree();
        let errors = home.plan(&[]).unwrap_err();
        assert_eq!(errors.len(), 1);
        assert!(errors[0].to_string().ends_with("line 1: a block begins that does not end"), "{}", errors[0]);
        assert_eq!(home.tree(), before);
    }

    #[test]
    fn a_write_that_fails_takes_the_others_back() {
        let home = home(&[("SHELL", "/bin/bash")], &[(".bashrc", "b\n")]);
        let plan = home.plan(&[]).unwrap();
        // Another program makes .profile between the plan and the write.
        fs_err::write(home.dir.path().join(".profile"), "mine\n").unwrap();
        assert!(matches!(plan.make(), Err(ShellError::ChangedMeanwhile(_))));
        assert_eq!(fs_err::read_to_string(home.dir.path().join(".bashrc")).unwrap(), "b\n");
        assert_eq!(fs_err::read_to_string(home.dir.path().join(".profile")).unwrap(), "mine\n");
    }

    #[test]
    fn undoing_reports_what_it_leaves_and_why() {
        let home = home(&[], &[(".bashrc", "b\n"), (".profile", "p\n")]);
        home.plan(&[]).unwrap().make().unwrap();
        let profile = home.dir.path().join(".profile");
        let changed = fs_err::read_to_string(&profile).unwrap().replace("; fi", "; echo; fi");
        fs_err::write(&profile, changed).unwrap();
        let plan = home.setup().plan_undo(&[]).unwrap();
        assert_eq!(plan.left.iter().filter_map(ShellError::path).collect::<Vec<_>>(), [profile.as_path()]);
        assert_eq!(plan.files.iter().map(|file| file.action).collect::<Vec<_>>(), [Action::Remove]);
        assert!(plan.store_files.is_empty(), "the changed lines still need the script");
        plan.make().unwrap();
        assert_eq!(fs_err::read_to_string(home.dir.path().join(".bashrc")).unwrap(), "b\n");

        // The lines of another store are its own.
        let other = Layout::new("/opt/gom");
        let plan = Setup { layout: &other, ..home.setup() }.plan_undo(&[]).unwrap();
        assert!(plan.files.is_empty() && plan.left.len() == 1);
    }

    #[test]
    fn only_the_named_shells_are_undone() {
        let home = home(&[("SHELL", "/bin/zsh")], &[(".bashrc", "b\n"), (".profile", "p\n")]);
        home.plan(&[]).unwrap().make().unwrap();
        let plan = home.setup().plan_undo(&[Shell::Zsh]).unwrap();
        assert_eq!(plan.files.len(), 2);
        assert!(plan.store_files.is_empty() && plan.files.iter().all(FileChange::removes_file));
    }

    #[test]
    fn scripts_are_written_again_only_where_they_were() {
        let home = home(&[], &[(".bashrc", "")]);
        let refresh = || home.setup().refresh(|_| Some("new completions\n".to_owned())).unwrap();
        assert_eq!(refresh(), Vec::<PathBuf>::new());
        home.plan(&[]).unwrap().make().unwrap();
        fs_err::write(home.layout.env_script("env"), "old").unwrap();
        assert!(refresh().contains(&home.layout.env_script("env")));
        assert_eq!(refresh(), Vec::<PathBuf>::new());
        assert!(!home.layout.env_script("env.fish").exists());
    }

    #[test]
    fn another_gom_on_path_is_found_once() {
        let home = home(&[], &[("a/gom", ""), (".gom/bin/gom", ""), ("c/gom", "")]);
        let path = |name: &str| home.dir.path().join(name);
        for name in ["a/gom", ".gom/bin/gom", "c/gom"] {
            use std::os::unix::fs::PermissionsExt;
            fs_err::set_permissions(path(name), std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        fs_err::os::unix::fs::symlink(path("a"), path("b")).unwrap();
        let search = ["a", "b", ".gom/bin", "c"].map(|name| path(name).display().to_string()).join(":");
        let variables = [("PATH".into(), search.into())].into_iter().collect();
        let environment = Environment { variables, ..home.environment.clone() };
        let found = Setup { environment: &environment, ..home.setup() }.other_goms();
        assert_eq!(found, [(path("a/gom"), true), (path("c/gom"), false)]);
    }
}
