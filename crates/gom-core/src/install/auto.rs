//! Auto-install: decides whether a toolchain that the shim needs may be installed now.
//!
//! Owns: the decision, its reason, and the pause after the user declines. Never: asks, prints or installs;
//! the caller does. Invariant: a file or a store of another user never starts an install, whatever the value
//! of `auto_install`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use gom_select::explain::ErrorKind;
use gom_select::notices::Notices;

use super::ownership::{self, ForeignFile};
use crate::context::Context;
use crate::files;
use crate::settings::{AutoInstall, SettingOrigin};

/// How long nothing is installed after a Ctrl-C or a no. Otherwise a shell prompt or `make -j` would ask
/// again.
const PAUSE: Duration = Duration::from_secs(60);

/// The notice about a store that this user can't write.
const READ_ONLY_STORE: &str = "read-only-store";

/// A toolchain that the shim needs and the store lacks, and what asks for it.
#[derive(Clone, Copy, Debug)]
pub struct MissingToolchain<'a> {
    /// The version, as the file or variable has it.
    pub spec: &'a str,
    /// The file that asks for it, if a file does.
    pub file: Option<&'a Path>,
    /// Whether Go's own rules ask for it, so that the starting toolchain can run without it.
    pub is_floor: bool,
}

/// What to do about a missing toolchain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Install it.
    Install,
    /// Ask the user, and install it after a yes.
    Ask,
    /// Install nothing.
    Refuse(Refusal),
}

/// Why nothing may be installed now. Its text completes "not installing Go 1.22: ".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The setting forbids it.
    Never(SettingOrigin),
    /// The setting requires a person at the terminal.
    Unattended,
    /// The file belongs to another user.
    FileOfOther(ForeignFile),
    /// The store belongs to another user, and this user can't write to it.
    StoreOfOther {
        /// The user id of its owner.
        owner: u32,
        /// Whether the user was told so about this toolchain before; see [`remember_refusal`].
        is_known: bool,
    },
    /// An install of it was declined or stopped less than a minute ago.
    Declined,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Never(origin) => write!(f, "auto_install is never ({origin})"),
            Refusal::Unattended => f.write_str("nobody is at a terminal in front of it"),
            Refusal::FileOfOther(_) => f.write_str("its file belongs to somebody else"),
            Refusal::StoreOfOther { .. } => f.write_str("the store belongs to somebody else"),
            Refusal::Declined => f.write_str("it was declined a moment ago"),
        }
    }
}

/// What happens after a failed install.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterFailure {
    /// The starting toolchain runs without it.
    GoOn,
    /// The failure ends the command. The same command installs nothing for a minute if `paused`.
    Fail {
        /// Whether only an explicit `gom install` installs it for a while.
        paused: bool,
    },
}

/// Decides what to do about a missing toolchain. `in_foreground` tells whether standard input and error are
/// the terminal that has this process in its foreground.
pub fn decide(ctx: &Context, missing: &MissingToolchain<'_>, in_foreground: bool) -> Decision {
    let setting = &ctx.settings.auto_install;
    // A CI may give its jobs a terminal although nobody is there to answer.
    let is_attended = in_foreground && ctx.environment.var("CI").is_none();
    let allowed = match setting.value {
        AutoInstall::Never => return Decision::Refuse(Refusal::Never(setting.origin.clone())),
        AutoInstall::Prompt | AutoInstall::Tty if !is_attended => {
            return Decision::Refuse(Refusal::Unattended);
        }
        AutoInstall::Prompt => Decision::Ask,
        AutoInstall::Tty | AutoInstall::Always => Decision::Install,
    };
    if let Some(stranger) = missing.file.and_then(|file| ownership::stranger(file, &ctx.settings)) {
        return Decision::Refuse(Refusal::FileOfOther(stranger));
    }
    if let Some(owner) = ctx.store.is_of_other() {
        return Decision::Refuse(Refusal::StoreOfOther { owner, is_known: is_known(ctx, missing) });
    }
    if is_paused(ctx, missing) { Decision::Refuse(Refusal::Declined) } else { allowed }
}

/// Remembers that the user was told about another user's store, for this toolchain.
pub fn remember_refusal(ctx: &Context, missing: &MissingToolchain<'_>) {
    let env = |name: &str| ctx.environment.var(name);
    Notices { layout: ctx.store.layout(), env: &env }.remember(READ_ONLY_STORE, &notice(ctx, missing));
}

fn is_known(ctx: &Context, missing: &MissingToolchain<'_>) -> bool {
    let env = |name: &str| ctx.environment.var(name);
    Notices { layout: ctx.store.layout(), env: &env }.was_said(READ_ONLY_STORE, &notice(ctx, missing))
}

fn notice(ctx: &Context, missing: &MissingToolchain<'_>) -> String {
    format!("{}: {}\n", ctx.store.layout().root().display(), missing.spec)
}

/// Starts the pause after the user declined: for a minute nothing is installed for the same request.
pub fn decline(ctx: &Context, missing: &MissingToolchain<'_>) {
    // If the store can't be written, gom asks again next time.
    let _ = files::replace_file(&marker(ctx, missing), b"");
}

/// Decides what happens after a failed install, and starts the pause if the same command must not try again
/// at once.
///
/// Go can run without a floor, but a toolchain that was tampered with always ends the command.
pub fn after_failure(ctx: &Context, missing: &MissingToolchain<'_>, kind: ErrorKind) -> AfterFailure {
    let after = match kind {
        ErrorKind::Interrupted => AfterFailure::Fail { paused: true },
        // With a policy, the go command gets none by itself either.
        ErrorKind::Integrity | ErrorKind::Refused => AfterFailure::Fail { paused: false },
        _ if missing.is_floor => AfterFailure::GoOn,
        _ => AfterFailure::Fail { paused: false },
    };
    if after != (AfterFailure::Fail { paused: false }) {
        decline(ctx, missing);
    }
    after
}

fn is_paused(ctx: &Context, missing: &MissingToolchain<'_>) -> bool {
    files::is_younger_than(&marker(ctx, missing), PAUSE)
}

fn marker(ctx: &Context, missing: &MissingToolchain<'_>) -> PathBuf {
    ctx.store.layout().notices().join(format!("declined-{}", missing.spec))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use gom_select::layout::Layout;

    use super::*;
    use crate::cancel::Cancel;
    use crate::environment::Environment;
    use crate::report::SilentReporter;
    use crate::settings::SettingFlags;

    const PIN: MissingToolchain<'_> = MissingToolchain { spec: "1.22.6", file: None, is_floor: false };
    const FLOOR: MissingToolchain<'_> = MissingToolchain { is_floor: true, ..PIN };

    fn context(root: &Path, variables: &[(&str, &str)]) -> Context {
        let variables = variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
        let environment =
            Environment { variables, cache_dir: Some(root.join("cache")), ..Environment::default() };
        let layout = Layout::new(root.join("store"));
        let ctx = Context::new(
            environment,
            layout,
            &SettingFlags::default(),
            Arc::new(SilentReporter),
            Cancel::default(),
        )
        .unwrap();
        ctx.store.create().unwrap();
        ctx
    }

    fn decided(variables: &[(&str, &str)], in_foreground: bool) -> Decision {
        let dir = tempfile::tempdir().unwrap();
        decide(&context(dir.path(), variables), &PIN, in_foreground)
    }

    #[test]
    fn the_setting_and_the_terminal_decide() {
        let unattended = || Decision::Refuse(Refusal::Unattended);
        let of = |value, in_foreground| decided(&[("GOM_AUTO_INSTALL", value)], in_foreground);
        for in_foreground in [true, false] {
            assert_eq!(of("always", in_foreground), Decision::Install);
            assert!(matches!(of("never", in_foreground), Decision::Refuse(Refusal::Never(_))));
        }
        assert_eq!((of("tty", true), of("tty", false)), (Decision::Install, unattended()));
        assert_eq!((of("prompt", true), of("prompt", false)), (Decision::Ask, unattended()));
        assert_eq!((decided(&[], true), decided(&[], false)), (Decision::Install, unattended()));
    }

    #[test]
    fn a_ci_with_a_terminal_is_not_a_person() {
        assert_eq!(decided(&[("CI", "true")], true), Decision::Refuse(Refusal::Unattended));
        assert_eq!(decided(&[("CI", "")], true), Decision::Install);
        assert_eq!(decided(&[("CI", "true"), ("GOM_AUTO_INSTALL", "always")], true), Decision::Install);
    }

    #[test]
    fn a_no_counts_for_the_same_request_alone() {
        let dir = tempfile::tempdir().unwrap();
        let ctx = context(dir.path(), &[]);
        decline(&ctx, &PIN);
        assert_eq!(decide(&ctx, &PIN, true), Decision::Refuse(Refusal::Declined));
        let other = MissingToolchain { spec: "1.23", ..PIN };
        assert_eq!(decide(&ctx, &other, true), Decision::Install);
        // A minute later.
        let long_ago = std::time::SystemTime::now() - PAUSE;
        let file = fs_err::File::options().write(true).open(marker(&ctx, &PIN)).unwrap();
        file.file().set_modified(long_ago).unwrap();
        assert_eq!(decide(&ctx, &PIN, true), Decision::Install);
    }

    #[test]
    fn go_goes_on_without_a_floor_unless_something_was_tampered_with() {
        let dir = tempfile::tempdir().unwrap();
        let ctx = context(dir.path(), &[]);
        let fail = AfterFailure::Fail { paused: false };
        for kind in [ErrorKind::Network, ErrorKind::Failure, ErrorKind::NotFound] {
            assert_eq!(after_failure(&ctx, &PIN, kind), fail);
        }
        for missing in [PIN, FLOOR] {
            assert_eq!(after_failure(&ctx, &missing, ErrorKind::Integrity), fail);
        }
        assert_eq!(decide(&ctx, &PIN, true), Decision::Install, "nothing is paused so far");
        assert_eq!(after_failure(&ctx, &FLOOR, ErrorKind::Network), AfterFailure::GoOn);
        assert_eq!(decide(&ctx, &FLOOR, true), Decision::Refuse(Refusal::Declined));
    }

    #[test]
    fn a_stopped_install_is_paused_also_where_go_could_go_on() {
        let dir = tempfile::tempdir().unwrap();
        let ctx = context(dir.path(), &[]);
        let stopped = after_failure(&ctx, &FLOOR, ErrorKind::Interrupted);
        assert_eq!(stopped, AfterFailure::Fail { paused: true });
        assert_eq!(decide(&ctx, &FLOOR, true), Decision::Refuse(Refusal::Declined));
    }
}
