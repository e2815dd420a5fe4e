//! The rules for problems with settings. Sources: `go help environment`, and the errors of the go command.

use gom_select::env_vars::go;
use gom_select::go_settings::{GoOrigin, GoSetting};
use gom_select::version::GoVersion;
use gom_select::working_dir::is_same_dir;

use super::gotoolchain::GoToolchain;
use super::view::SettingsView;
use super::{defaults, godebug};
use gom_core::machine::releases;
use serde::Serialize;

/// What is wrong with a setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SettingProblem {
    /// What is wrong.
    pub message: String,
    /// The command that fixes it.
    pub hint: String,
}

/// The problem with a setting, if any. A default is never a problem, except for `CGO_ENABLED`.
pub(crate) fn find(view: &SettingsView<'_>, name: &str, setting: &GoSetting) -> Option<SettingProblem> {
    if setting.origin == GoOrigin::Default {
        return (name == "CGO_ENABLED").then(|| no_compiler(view, &setting.value)).flatten();
    }
    let message = useless(view, name)
        .or_else(|| match name {
            "GOROOT" => other_tree(view, setting),
            "GOPATH" | "GOBIN" | "GOCACHE" | "GOMODCACHE" => bad_folder(view, name, &setting.value),
            "GOOS" | "GOARCH" => other_platform(view, name, &setting.value),
            "CGO_ENABLED" => cgo(view, &setting.value),
            "GO111MODULE" => modules_off(&setting.value),
            "GOFLAGS" => bad_flags(view, &setting.value),
            "GODEBUG" => idle_names(view, &setting.value),
            go::GOTOOLCHAIN => fixed(setting),
            go::GOSUMDB => {
                (setting.value == "off").then(|| "modules that are new to go.sum are not verified".to_owned())
            }
            _ => None,
        })
        .or_else(|| (name == go::GOPROXY).then(|| trusted_proxy(view, &setting.value)).flatten())?;
    Some(SettingProblem { message, hint: undo(name, &setting.origin) })
}

/// The command that removes a setting.
fn undo(name: &str, origin: &GoOrigin) -> String {
    match origin {
        // Without this, the command would follow the value in the file, or fail because of it.
        GoOrigin::UserFile(..) if name == go::GOTOOLCHAIN => {
            format!("run `GOTOOLCHAIN=local go env -u {name}`")
        }
        GoOrigin::UserFile(..) => format!("run `go env -u {name}`"),
        GoOrigin::Toolchain(path, line) => format!("change {}:{line}", path.display()),
        GoOrigin::Environment | GoOrigin::BuiltIn(_) | GoOrigin::Default => format!("run `unset {name}`"),
    }
}

/// The setting is for another architecture, or for a newer Go.
fn useless(view: &SettingsView<'_>, name: &str) -> Option<String> {
    let known = defaults::known(name)?;
    let arch = view.value("GOARCH");
    if let (true, Some(version), Some(since)) = (known.is_too_new(view), &view.version, known.since) {
        return Some(format!("Go {version} does not know it: Go {since} added it"));
    }
    let own = known.arch.filter(|own| *own != arch)?;
    let what = if own == "arm" { "32-bit ARM, GOARCH=arm".to_owned() } else { format!("GOARCH={own}") };
    Some(format!("it has no effect with GOARCH={arch}: it is for {what}"))
}

fn is_in_user_file(origin: &GoOrigin) -> bool {
    matches!(origin, GoOrigin::UserFile(..))
}

fn other_tree(view: &SettingsView<'_>, setting: &GoSetting) -> Option<String> {
    let is_own = view.goroot.as_deref().is_some_and(|goroot| is_same_dir(setting.value.as_ref(), goroot));
    let message = || {
        format!(
            "it names {}, which is not the selected Go's tree: gom's go ignores it, others don't",
            setting.value
        )
    };
    if !is_own {
        return Some(message());
    }
    let stays = is_in_user_file(&setting.origin);
    stays.then(|| "it stays when another Go is selected, and is wrong then".to_owned())
}

fn bad_folder(view: &SettingsView<'_>, name: &str, value: &str) -> Option<String> {
    if name == "GOCACHE" && value == "off" {
        return Some("Go 1.12 and newer can't build without a build cache".to_owned());
    }
    let is_inside =
        view.goroot.as_deref().is_some_and(|goroot| std::path::Path::new(value).starts_with(goroot));
    let is_relative = value.split(':').any(|entry| !entry.is_empty() && !entry.starts_with('/'));
    if is_relative {
        return Some("the go command does not accept a relative path".to_owned());
    }
    (name == "GOPATH" && is_inside)
        .then(|| "it is in the GOROOT: both have folders src, pkg and bin".to_owned())
}

fn other_platform(view: &SettingsView<'_>, name: &str, value: &str) -> Option<String> {
    let own = if name == "GOOS" { view.host.os() } else { view.host.arch() };
    (value != own).then(|| format!("builds are for {value}, but the selected Go runs on {own}"))
}

fn cgo(view: &SettingsView<'_>, value: &str) -> Option<String> {
    match value {
        "0" => None,
        "1" => {
            let compiler = view.value("CC");
            let program = compiler.split_whitespace().next().unwrap_or_default();
            let is_missing = !program.contains('/') && !(view.is_on_path)(program);
            is_missing.then(|| format!("cgo is on, but PATH has no {program}"))
        }
        _ => Some(format!("`{value}` is neither 0 nor 1: Go ignores it")),
    }
}

/// Go has turned cgo off by itself, which `go build` does not mention.
fn no_compiler(view: &SettingsView<'_>, value: &str) -> Option<SettingProblem> {
    let is_native = view.value("GOOS") == view.host.os() && view.value("GOARCH") == view.host.arch();
    let message = || format!("there is no {} on PATH, so files that use cgo are left out", view.value("CC"));
    let hint =
        if view.host.os() == "darwin" { "run `xcode-select --install`" } else { "install a C compiler" };
    (value == "0" && is_native).then(|| SettingProblem { message: message(), hint: hint.to_owned() })
}

fn modules_off(value: &str) -> Option<String> {
    matches!(value, "off" | "auto").then(|| "go may ignore go.mod".to_owned())
}

/// cmd/go/internal/base/goflags.go refuses a word that is not a flag.
fn bad_flags(view: &SettingsView<'_>, value: &str) -> Option<String> {
    // A flag's value may be quoted and contain spaces.
    let is_quoted = value.contains(['\'', '"']);
    let mut words = value.split_whitespace();
    if let Some(word) = words.clone().find(|word| !word.starts_with('-')).filter(|_| !is_quoted) {
        return Some(format!(
            "`{word}` is not a flag: the go command rejects GOFLAGS unless every entry is -NAME=VALUE"
        ));
    }
    let wants_cgo = words.any(|word| matches!(word.trim_start_matches('-'), "race" | "msan" | "asan"));
    (wants_cgo && view.value("CGO_ENABLED") == "0")
        .then(|| "-race needs cgo, but CGO_ENABLED is 0".to_owned())
}

fn idle_names(view: &SettingsView<'_>, value: &str) -> Option<String> {
    let idle = godebug::idle(value, view.godebugs.as_ref()?);
    let version = view.version.as_ref().map(GoVersion::toolchain_name).unwrap_or_default();
    (!idle.is_empty()).then(|| format!("{version} does not know `{}` and ignores it", idle.join(",")))
}

fn fixed(setting: &GoSetting) -> Option<String> {
    let set = GoToolchain::read(&setting.value);
    let stays = is_in_user_file(&setting.origin) || setting.origin == GoOrigin::Environment;
    set.refusal().or_else(|| set.outranks().filter(|_| stays))
}

/// A proxy that is not the tree's default, and a Go that trusts it for the checksum database.
fn trusted_proxy(view: &SettingsView<'_>, value: &str) -> Option<String> {
    let version = view.version.as_ref().filter(|version| releases::trusts_proxies(version))?;
    let own = view.toolchain.as_ref().and_then(|file| file.values.first(go::GOPROXY)).map(|(value, _)| value);
    let is_own = own.or(view.built_in_proxy.as_deref()) == Some(value);
    let has_proxy = value.split([',', '|']).any(|part| !matches!(part.trim(), "" | "off" | "direct"));
    let message = || {
        format!(
            "Go {version} trusts a proxy for the checksum database (CVE-2026-42501, CVE-2026-56864, CVE-2026-56865)"
        )
    };
    (has_proxy && !is_own).then(message)
}
