//! Proves what is in a program: for every module that its build information names, the sum that the checksum database
//! recorded, the sum in the program and the hash of the files that were compiled are one.
//!
//! Owns: the decision. Invariant: a sum that differs is refused whatever is allowed. A module that GOPRIVATE or
//! GONOSUMDB covers is never asked about, since its name may be a secret; it stays unproven, and a program with such a
//! module is only accepted if the user allows it.

use gom_core::context::Context;
use gom_core::fetch::log::{ModuleAnswer, ask_about_all};
use gom_core::go::paths::GoPaths;
use gom_core::go::settings::matches_module;
use gom_core::report::Event;
use gom_select::go_settings::UserSettings;

use crate::build_info::{BuildInfo, ModuleSum};
use crate::error::{Result, ToolError};
use crate::module_cache;

/// What proved a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ToolProof {
    /// The name of the checksum database, if it was asked.
    pub(crate) log: Option<String>,
    /// The modules that nothing proves, with their versions.
    pub(crate) unproven: Vec<String>,
}

/// Proves the modules of a program. `command` is what the user can run to accept what can't be proven.
pub(crate) async fn prove(
    ctx: &Context,
    info: &BuildInfo,
    may_be_unproven: bool,
    command: impl FnOnce() -> String,
) -> Result<ToolProof> {
    let private = private_modules(ctx);
    let (unasked, asked): (Vec<&ModuleSum>, Vec<&ModuleSum>) =
        info.modules().partition(|module| module.h1.is_none() || is_private(&private, &module.path));
    let mut proof =
        ToolProof { unproven: unasked.iter().map(|module| named(module)).collect(), ..ToolProof::default() };
    let mut reason =
        "GOPRIVATE or GONOSUMDB exempts it from the checksum database, or the program has no sum of it"
            .to_owned();
    ctx.reporter.event(Event::Detail(format!(
        "asking the checksum database about {} modules of {}",
        asked.len(),
        info.package
    )));
    let keys: Vec<(&str, &str)> =
        asked.iter().map(|module| (module.path.as_str(), module.version.as_str())).collect();
    for (module, answer) in asked.iter().zip(ask_about_all(ctx, &keys).await?) {
        match answer {
            ModuleAnswer::Asked { log, answer: Ok(record) } => {
                if module.h1.as_deref() != Some(record.h1.as_str()) {
                    return Err(wrong(module, module.h1.clone().unwrap_or_default(), record.h1, log));
                }
                proof.log = Some(log);
            }
            ModuleAnswer::Asked { log, answer: Err(source) } => {
                let (module, version) = (module.path.clone(), module.version.clone());
                return Err(ToolError::Log { module, version, log, source: Box::new(source) });
            }
            ModuleAnswer::Off(origin) => {
                reason = format!("checksum database disabled by GOSUMDB=off ({origin})");
                proof.unproven.push(named(module));
            }
        }
    }
    if !proof.unproven.is_empty() && !may_be_unproven {
        let (package, modules) = (info.package.clone(), proof.unproven);
        return Err(ToolError::Unproven { package, modules, reason, command: command() });
    }
    check_compiled(ctx, info, proof.log.as_deref())?;
    Ok(proof)
}

/// Hashes the files that were compiled: those of the module cache.
fn check_compiled(ctx: &Context, info: &BuildInfo, log: Option<&str>) -> Result<()> {
    let Some(cache) = GoPaths::read(&ctx.environment).module_cache else { return Ok(()) };
    for module in info.modules() {
        let Some(h1) = &module.h1 else { continue };
        let folder = module_cache::folder(&cache, &module.path, &module.version);
        let found = module_cache::hash(&folder, &module.path, &module.version, &ctx.cancel);
        ctx.cancel.check()?;
        let found = found?;
        if found != *h1 {
            return Err(wrong(module, found, h1.clone(), log.unwrap_or("(none)").to_owned()));
        }
    }
    Ok(())
}

fn wrong(module: &ModuleSum, found: String, recorded: String, log: String) -> ToolError {
    let (module, version) = (module.path.clone(), module.version.clone());
    ToolError::WrongSum { module, version, found, recorded, log }
}

fn named(module: &ModuleSum) -> String {
    format!("{}@{}", module.path, module.version)
}

/// GONOSUMDB, whose default is GOPRIVATE.
fn private_modules(ctx: &Context) -> String {
    let env = |name: &str| ctx.environment.var(name);
    let user = UserSettings::new(&env);
    let globs = user.get("GONOSUMDB").or_else(|| user.get("GOPRIVATE"));
    globs.map(|setting| setting.value).unwrap_or_default()
}

/// Whether a module may be private. An element of a glob with classes or escapes counts as `*`: better not to ask about
/// a public module than to tell the name of a private one.
fn is_private(globs: &str, module: &str) -> bool {
    let plain =
        |element: &str| if element.contains(['[', '\\']) { "*".to_owned() } else { element.to_owned() };
    let glob = |glob: &str| glob.split('/').map(plain).collect::<Vec<_>>().join("/");
    matches_module(&globs.split(',').map(glob).collect::<Vec<_>>().join(","), module)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_that_may_be_private_is_not_asked_about() {
        for (globs, module, expected) in [
            ("", "example.com/x", false),
            ("corp.example.com", "corp.example.com/x", true),
            ("*.corp.example.com,other.example", "git.corp.example.com/x/y", true),
            ("[a-c]orp.example.com/*", "corp.example.com/x", true),
            ("corp\\.example.com", "corp.example.com/x", true),
            ("example.com/private", "example.com/public", false),
        ] {
            assert_eq!(is_private(globs, module), expected, "{globs} {module}");
        }
    }
}
