//! The machine's policy, before a program of the selected toolchain starts: what its verdict in the store tells, and the
//! refusal. The rules are gom's: where the verdict does not tell, this process becomes gom, which decides, keeps that, and
//! goes on. Without gom nothing runs then.

use std::convert::Infallible;
use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use gom_select::env_vars::{self, go};
use gom_select::explain::ErrorKind;
use gom_select::layout::Layout;
use gom_select::notices::Notices;
use gom_select::policy::{POLICY_FILE, PolicyAnswer, Ruling, Told, answer};
use gom_select::select::{Selected, Selection, Situation};
use gom_select::shim_guard::Guard;
use gom_select::used::today;

use crate::environment::variable;
use crate::refusal::ShimRefusal;

/// What a program that may start gets.
#[derive(Default)]
pub(crate) struct Permit {
    /// The value of GOTOOLCHAIN with which it downloads no toolchain, if that is another one than it has.
    gotoolchain: Option<String>,
}

impl Permit {
    /// Sets what the policy asks for. A GOTOOLCHAIN that the selection sets counts more.
    pub(crate) fn apply(&self, command: &mut Command) {
        if let Some(value) = &self.gotoolchain {
            command.env(go::GOTOOLCHAIN, value);
        }
    }
}

/// Checks whether a program of the selected toolchain may start. `own` returns the store that contains the shim.
pub(crate) fn permit(
    selection: &Selection,
    situation: &Situation<'_>,
    own: &dyn Fn() -> Option<Layout>,
    guard: Guard,
) -> Result<Permit, ShimRefusal> {
    let layout = situation.layout;
    let after = situation.user.after_read();
    let verdict = || layout.policy_verdict();
    match answer(Path::new(POLICY_FILE), verdict, after, today, &selection.toolchain) {
        PolicyAnswer::NoPolicy => Ok(Permit::default()),
        PolicyAnswer::Told(Told { scope, ruling }) => {
            match ruling {
                Ruling::Refused { message, hint } if scope.is_enforced => {
                    let Err(refusal) = ask_gom(situation, own, guard);
                    // Without gom, what it said before has to be enough.
                    return Err(if message.is_empty() { refusal } else { refused(message, hint) });
                }
                Ruling::Refused { message, hint } => report(selection, layout, &message, &hint),
                Ruling::Allowed => {}
            }
            if !scope.is_enforced || scope.allows_downloads {
                return Ok(Permit::default());
            }
            if selection.missing.is_some() || selection.elsewhere.is_some() {
                // The go command would get one that nobody looked at.
                let Err(refusal) = ask_gom(situation, own, guard);
                return Err(refusal);
            }
            let of_user = || situation.user.get(go::GOTOOLCHAIN).map(|setting| setting.value);
            Ok(Permit { gotoolchain: selection.without_downloads(of_user) })
        }
        PolicyAnswer::AskGom => {
            let Err(refusal) = ask_gom(situation, own, guard);
            Err(refusal)
        }
    }
}

fn refused(message: String, hint: String) -> ShimRefusal {
    ShimRefusal { message, hint, code: ErrorKind::Refused.exit_code() }
}

/// Becomes the gom of the store, else the gom next to the shim. Returns only if neither can be started.
#[cold]
fn ask_gom(
    situation: &Situation<'_>,
    own: &dyn Fn() -> Option<Layout>,
    guard: Guard,
) -> Result<Infallible, ShimRefusal> {
    let layout = situation.layout;
    let mut error = become_gom(&layout.gom(), situation, guard);
    if error.kind() == io::ErrorKind::NotFound
        && let Some(own) = own().filter(|own| own.root() != layout.root())
    {
        error = become_gom(&own.gom(), situation, guard);
    }
    let gom = layout.gom();
    Err(refused(
        format!(
            "this machine has a policy, {POLICY_FILE}, and `{}`, which knows what it says, can't be run: {error}",
            gom.display()
        ),
        "run gom's installer again, then `gom self init`".to_owned(),
    ))
}

fn become_gom(gom: &Path, situation: &Situation<'_>, guard: Guard) -> io::Error {
    let mut command = Command::new(gom);
    let name: OsString = situation.command.name.into();
    command.args(["self", "judge", "--"]).arg(name).args(situation.command.arguments);
    // This is the store of a link such as go1.22.6, and GOM_HOME names another one.
    let root = situation.layout.root();
    if variable(env_vars::GOM_HOME).map(PathBuf::from).is_some_and(|home| home != root) {
        command.env(env_vars::GOM_HOME, root);
    }
    guard.pass_on(&mut command);
    command.exec()
}

/// Prints what a policy that only reports would refuse, once a day for each toolchain.
#[cold]
fn report(selection: &Selection, layout: &Layout, message: &str, hint: &str) {
    let name = match &selection.toolchain {
        Selected::Installed { id, .. } => format!("policy-{id}"),
        Selected::Linked { name, .. } => format!("policy-{name}"),
        Selected::System { .. } => "policy-system".to_owned(),
    };
    let notices = Notices { layout, env: &variable };
    let text = format!("{}: {message}\n", today());
    if notices.was_said(&name, &text) {
        return;
    }
    let (message, hint) = match message {
        "" => ("the Go that is selected here is refused by this machine's policy", "run `gom why`"),
        message => (message, hint),
    };
    let _ = write!(io::stderr(), "warning: {message}; it runs, as the policy only reports\nhint: {hint}\n");
    notices.remember(&name, &text);
}
