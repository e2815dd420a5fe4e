//! Tests that a command in a hint can be pasted into a shell, even if a path has spaces, quotes and dollar
//! signs.

#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use gom_core::Context;
use gom_core::cancel::Cancel;
use gom_core::dotenv::DotEnvError;
use gom_core::environment::Environment;
use gom_core::install::ownership::ForeignFile;
use gom_core::install::uninstall::removal::RemovalError;
use gom_core::outranked::path_hint;
use gom_core::proof::LogFailure;
use gom_core::report::SilentReporter;
use gom_core::resolve::Query;
use gom_core::settings::{SettingFlags, SettingOrigin};
use gom_core::store::StoreError;
use gom_core::tree::GoTreeError;
use gom_core::unpack::UnpackError;
use gom_core::verify::{Verified, VerifyOutcome};
use gom_select::explain::Explain;
use gom_select::hardware;
use gom_select::layout::Layout;
use gom_select::toolchain::ToolchainId;
use gom_sumdb::note::NoteError;
use gom_sumdb::{HeadOrigin, LogError};

/// A name that every shell splits or changes unless it is quoted.
const FOLDER: &str = "my store/it's $HOME";

fn inside(name: &str) -> PathBuf {
    Path::new("/home/ada").join(FOLDER).join(name)
}

fn id() -> ToolchainId {
    ToolchainId::parse("go1.22.6.linux-amd64").unwrap()
}

/// Returns every hint of gom-core that names a path.
fn hints() -> Vec<String> {
    let io = |kind| io::Error::from(kind);
    let log = |source| LogFailure { id: id(), log: "sum.test".to_owned(), source }.hint();
    let verified = |outcome| {
        let (goroot, differences, notes) = (inside("toolchains/x"), Vec::new(), Vec::new());
        let verified = Verified { id: id(), goroot, outcome, authority: None, files: 0, differences, notes };
        verified.hint(false, &hardware::platform())
    };
    vec![
        StoreError::MountPoint { place: inside("toolchains/x") }.hint(),
        StoreError::Held { name: String::new(), seconds: 1, file: inside("locks/x"), by: String::new() }
            .hint(),
        UnpackError::Write { path: inside("staging/x"), error: io(io::ErrorKind::StorageFull) }.hint(),
        DotEnvError::Unreadable { file: inside(".env"), source: io(io::ErrorKind::NotFound) }.hint(),
        GoTreeError::NoVersion { path: inside("go"), found: String::new() }.hint(),
        GoTreeError::NoPlatform { path: inside("go") }.hint(),
        ForeignFile { owner: 1, folder: inside("src") }.hint(),
        RemovalError::OtherStore { id: id(), store: inside(""), named_by: SettingOrigin::Default }.hint(),
        log(LogError::Memory { path: inside("latest"), source: io(io::ErrorKind::PermissionDenied) }),
        log(LogError::Signature {
            origin: HeadOrigin::Memory(inside("latest")),
            source: NoteError::TooManySignatures,
        }),
        verified(VerifyOutcome::NoReceipt),
        verified(VerifyOutcome::OtherVersion("go1.22.5".to_owned())),
        verified(VerifyOutcome::Edited),
        path_hint(&context(None)),
        path_hint(&context(Some("/bin/bash"))),
    ]
}

/// A context in which SHELL has this value.
fn context(shell: Option<&str>) -> Context {
    let variables: HashMap<_, _> = shell.map(|shell| ("SHELL".into(), shell.into())).into_iter().collect();
    let environment = Environment { variables, ..Environment::default() };
    let layout = Layout::new(inside(""));
    Context::new(environment, layout, &SettingFlags::default(), Arc::new(SilentReporter), Cancel::default())
        .unwrap()
}

/// Returns the texts between backquotes.
fn commands(hint: &str) -> impl Iterator<Item = &str> {
    hint.split('`').skip(1).step_by(2)
}

#[test]
fn a_path_is_one_word_of_each_command() {
    for hint in hints() {
        let about_path: Vec<&str> = commands(&hint).filter(|command| command.contains("my store")).collect();
        assert!(!about_path.is_empty(), "no command with the path: {hint}");
        for command in about_path {
            let words = shlex::split(command).unwrap_or_else(|| panic!("can't be read: {command}"));
            assert!(words.iter().any(|word| word.contains(FOLDER)), "{command}");
        }
    }
}

#[test]
fn a_shell_accepts_each_command() {
    for hint in hints() {
        for command in commands(&hint).filter(|command| !command.starts_with("--")) {
            let status = Command::new("sh").args(["-n", "-c", command]).status().unwrap();
            assert!(status.success(), "{command}");
        }
    }
}

#[test]
fn a_request_is_one_word() {
    for text in ["1.22", ">=1.21, <1.23", "1.22.*", "~1.22", "^1.21", "1.21 || 1.22"] {
        let arguments = Query::parse(text, None).unwrap().arguments();
        assert_eq!(shlex::split(&arguments).unwrap(), [text]);
    }
}
