//! The notice about security fixes: at most once a day, that the default or the pin of this folder lacks some.
//!
//! Owns: whether it is due, and the time of the last one. Never: asks the network or prints. Invariant: where that time
//! can't be kept, there is no notice, because it would come with every command.

use std::path::PathBuf;
use std::time::Duration;

use gom_select::spec::{PlatformSpec, Spec};
use gom_select::version::GoVersion;

use crate::context::Context;
use crate::files;
use crate::index::security_fix_after;
use crate::settings::NoticePolicy;
use crate::upkeep::uses::{self, GoInUse, UseKind};

/// How long nothing more is said after a notice.
const PAUSE: Duration = Duration::from_secs(24 * 3600);

/// A Go in use that lacks security fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityNotice {
    /// Whether it is the default or a pin.
    pub kind: UseKind,
    /// Its version.
    pub version: GoVersion,
    /// The newest known release of its line that fixes a vulnerability.
    pub fix: GoVersion,
    /// The command that ends it; `None` if a file has to be edited by hand.
    pub command: Option<String>,
}

/// Returns the notice that is due now: of the pin, else of the default. The same answer is given until
/// [`remember`] is called.
pub fn due(ctx: &Context) -> Option<SecurityNotice> {
    let is_off = ctx.settings.security_notice.value == NoticePolicy::Never;
    // A CI with a terminal is not a person.
    if is_off || ctx.environment.var("CI").is_some() || files::is_younger_than(&marker(ctx), PAUSE) {
        return None;
    }
    // A file that can't be read is another command's matter.
    let pin = uses::pin_in_use(ctx).ok().flatten();
    let default = uses::default_in_use(ctx).ok().flatten();
    [pin, default].into_iter().flatten().find_map(|used| notice(&used))
}

fn notice(used: &GoInUse) -> Option<SecurityNotice> {
    let version = used.version()?.clone();
    let fix = security_fix_after(&version)?;
    let line = PlatformSpec { spec: Spec::Line(version.line()), platform: used.request.platform.clone() };
    let command = match used.kind {
        UseKind::Pin if used.is_exact() && !used.is_alone => None,
        UseKind::Pin if used.is_exact() => Some(format!("gom upgrade {line} --pins")),
        _ => Some(format!("gom upgrade {line}")),
    };
    Some(SecurityNotice { kind: used.kind, version, fix, command })
}

/// Remembers that a notice is given now. Returns whether that worked: if not, it must not be given.
pub fn remember(ctx: &Context, notice: &SecurityNotice) -> bool {
    let text = format!("{} {}: {}\n", notice.kind.name(), notice.version, notice.fix);
    files::replace_file(&marker(ctx), text.as_bytes()).is_ok()
}

fn marker(ctx: &Context) -> PathBuf {
    ctx.cache_path("notices/security")
}
