//! Go's other settings, in the environment and in the file that `go env -w` writes. Sources: `go help
//! environment`, and cmd/go/internal/cfg.

use super::shared::with_removal;
use crate::cause::{Cause, Owner};
use crate::check::{Check, Platforms};
use crate::environment::gotoolchain::GoToolchain;
use crate::facts::HostFacts;
use crate::finding::{Edit, Finding, Severity};
use crate::lookup::SettingFacts;
use gom_core::shell_quote::shell_quote;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "goos-goarch-set",
        title: "GOOS or GOARCH is set to another platform than this machine's",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "ENV-02",
        run: goos_goarch_set,
    },
    Check {
        id: "goarm-goamd64-set",
        title: "GOARM or GOAMD64 is set on arm64",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "ENV-03",
        run: goarm_goamd64_set,
    },
    Check {
        id: "goarm64-too-new",
        title: "GOARM64 asks for features that this processor lacks",
        platforms: Platforms::Darwin,
        severity: Severity::Warning,
        source: "ENV-04",
        run: goarm64_too_new,
    },
    Check {
        id: "gopath-misplaced",
        title: "GOPATH is in a GOROOT, in a synced folder or on a Windows drive",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "ENV-06",
        run: gopath_misplaced,
    },
    Check {
        id: "go-env-file",
        title: "the `go env -w` file can't be read, or sets variables that Go does not know",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "ENV-07",
        run: go_env_file,
    },
    Check {
        id: "dyld-set",
        title: "DYLD_ variables are set, but macOS removes them for the go command",
        platforms: Platforms::Darwin,
        severity: Severity::Note,
        source: "ENV-08",
        run: dyld_set,
    },
    Check {
        id: "gotoolchain-named",
        title: "GOTOOLCHAIN names one version, which overrides pins and the default",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "go help toolchain",
        run: gotoolchain_named,
    },
    Check {
        id: "gotoolchain-refused",
        title: "GOTOOLCHAIN does not name a release, so every go command fails",
        platforms: Platforms::All,
        severity: Severity::Error,
        source: "go.dev/doc/toolchain#select",
        run: gotoolchain_refused,
    },
    Check {
        id: "go111module-set",
        title: "GO111MODULE turns modules off",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "go help modules",
        run: go111module_set,
    },
    Check {
        id: "goflags-vendor",
        title: "GOFLAGS has -mod=vendor, but the project has no vendor folder",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "go help environment; golang.org/ref/mod#build-commands",
        run: goflags_vendor,
    },
    Check {
        id: "gocache-off",
        title: "GOCACHE=off, which Go 1.12 and newer refuse",
        platforms: Platforms::All,
        severity: Severity::Error,
        source: "cmd/go/internal/cache/default.go",
        run: gocache_off,
    },
];

/// The names that `go env` knows up to Go 1.27, and CC and its relatives (cmd/go/internal/envcmd).
const KNOWN: &[&str] = &[
    "AR",
    "CC",
    "CGO_CFLAGS",
    "CGO_CFLAGS_ALLOW",
    "CGO_CFLAGS_DISALLOW",
    "CGO_CPPFLAGS",
    "CGO_CPPFLAGS_ALLOW",
    "CGO_CPPFLAGS_DISALLOW",
    "CGO_CXXFLAGS",
    "CGO_CXXFLAGS_ALLOW",
    "CGO_CXXFLAGS_DISALLOW",
    "CGO_ENABLED",
    "CGO_FFLAGS",
    "CGO_FFLAGS_ALLOW",
    "CGO_FFLAGS_DISALLOW",
    "CGO_LDFLAGS",
    "CGO_LDFLAGS_ALLOW",
    "CGO_LDFLAGS_DISALLOW",
    "CXX",
    "FC",
    "GCCGO",
    "GCCGOTOOLDIR",
    "GO111MODULE",
    "GO386",
    "GOAMD64",
    "GOARCH",
    "GOARM",
    "GOARM64",
    "GOAUTH",
    "GOBIN",
    "GOCACHE",
    "GOCACHEPROG",
    "GODEBUG",
    "GOEXE",
    "GOEXPERIMENT",
    "GOFIPS140",
    "GOFLAGS",
    "GOGCCFLAGS",
    "GOHOSTARCH",
    "GOHOSTOS",
    "GOINSECURE",
    "GOMIPS",
    "GOMIPS64",
    "GOMODCACHE",
    "GONOPROXY",
    "GONOSUMDB",
    "GOOS",
    "GOPATH",
    "GOPPC64",
    "GOPRIVATE",
    "GOPROXY",
    "GORISCV64",
    "GOROOT",
    "GOSUMDB",
    "GOTMPDIR",
    "GOTOOLCHAIN",
    "GOTOOLDIR",
    "GOVCS",
    "GOVERSION",
    "GOWASM",
    "GOWORK",
    "PKG_CONFIG",
];

/// A finding about a wrong setting, with the fix that removes it.
fn about(facts: &HostFacts, setting: &SettingFacts<'_>, message: impl Into<String>) -> Finding {
    of_cause(facts, Cause::GoEnvironment, setting, message)
}

fn of_cause(
    facts: &HostFacts,
    cause: Cause,
    setting: &SettingFacts<'_>,
    message: impl Into<String>,
) -> Finding {
    let SettingFacts { name, value, place, .. } = setting;
    let finding = Finding::new(cause, message).at(place.as_str(), format!("{name}={value}"));
    with_removal(facts, finding, setting)
}

/// A finding for each place where one of these names is set to something wrong.
fn each(
    facts: &HostFacts,
    names: &[&'static str],
    fault: impl Fn(&SettingFacts<'_>) -> Option<String>,
) -> Vec<Finding> {
    let settings = names.iter().flat_map(|name| facts.go_settings(name));
    settings.filter_map(|setting| Some(about(facts, &setting, fault(&setting)?))).collect()
}

fn goos_goarch_set(facts: &HostFacts) -> Vec<Finding> {
    each(facts, &["GOOS", "GOARCH"], |setting| {
        let own = if setting.name == "GOOS" { &facts.system.os } else { &facts.system.arch };
        let message = || format!("builds are for {}, but this machine is {own}", setting.value);
        (setting.value != own).then(message)
    })
}

fn goarm_goamd64_set(facts: &HostFacts) -> Vec<Finding> {
    if facts.system.arch != "arm64" {
        return Vec::new();
    }
    each(facts, &["GOARM", "GOAMD64"], |setting| match (setting.name, setting.value) {
        ("GOARM", _) => Some("GOARM has no effect on arm64: it is for 32-bit ARM".to_owned()),
        ("GOAMD64", "v1") => None,
        _ => Some(format!("Rosetta may not run programs built for amd64 {}", setting.value)),
    })
}

fn goarm64_too_new(facts: &HostFacts) -> Vec<Finding> {
    // M1 to M3 are Armv8; M4 and newer are Armv9.
    let is_v8 = facts
        .system
        .cpu
        .as_deref()
        .is_some_and(|cpu| ["Apple M1", "Apple M2", "Apple M3"].iter().any(|name| cpu.starts_with(name)));
    if !is_v8 {
        return Vec::new();
    }
    each(facts, &["GOARM64"], |setting| {
        let cpu = facts.system.cpu.as_deref().unwrap_or_default();
        let message = || format!("programs built for {} may not run on {cpu}", setting.value);
        setting.value.starts_with("v9").then(message)
    })
}

fn gopath_misplaced(facts: &HostFacts) -> Vec<Finding> {
    let Some(setting) = facts.go_setting("GOPATH") else { return Vec::new() };
    let folder = facts.gopath();
    let is_inside = |outer: &str| folder == outer || folder.starts_with(&format!("{outer}/"));
    let goroots = facts.go_setting("GOROOT").map(|goroot| goroot.value.to_owned());
    let selected = facts.gom.selected.as_ref().and_then(|selected| selected.goroot.clone());
    let synced =
        ["Desktop", "Documents", "Library/Mobile Documents", "Library/CloudStorage", "Dropbox", "OneDrive"];
    let synced = synced.iter().find(|name| is_inside(&format!("{}/{name}", facts.home)));
    if Owner::of(facts, &folder) == Owner::Gvm {
        let message = "GOPATH is a gvm package set: programs and modules are installed there";
        return vec![of_cause(facts, Cause::Other(Owner::Gvm), &setting, message)];
    }
    let message = if goroots.into_iter().chain(selected).any(|goroot| is_inside(&goroot)) {
        "GOPATH is in a GOROOT: both have folders src, pkg and bin".to_owned()
    } else if facts.system.is_wsl && folder.starts_with("/mnt/") {
        "GOPATH is on a Windows drive, where file access is many times slower".to_owned()
    } else if let Some(name) =
        synced.filter(|name| facts.is_macos() || !matches!(**name, "Desktop" | "Documents"))
    {
        format!("GOPATH is in {name}, where the system protects or syncs every file")
    } else {
        return Vec::new();
    };
    vec![about(facts, &setting, message)]
}

fn go_env_file(facts: &HostFacts) -> Vec<Finding> {
    let Some(path) = facts.go_env_file.as_deref() else { return Vec::new() };
    let Some(file) = facts.file(path) else { return Vec::new() };
    if let Some(reason) = &file.unreadable {
        let finding = Finding::new(Cause::GoEnvironment, "the file of `go env -w` can't be read")
            .at(path, reason.as_str());
        return vec![finding.severity(Severity::Warning).run(format!("ls -l {}", shell_quote(path)))];
    }
    let is_unknown = |text: &str| {
        let key = text.split_once('=').map(|(key, _)| key);
        key.is_some_and(|key| key.starts_with(|c: char| c.is_ascii_uppercase()) && !KNOWN.contains(&key))
    };
    let unknown = facts.lines(path).filter(|line| is_unknown(line.text)).map(|line| {
        let finding = Finding::new(Cause::GoEnvironment, "Go does not know this setting and ignores it");
        finding.at(line.place(), line.text).edit(Edit::comment_out(&line))
    });
    unknown.collect()
}

fn dyld_set(facts: &HostFacts) -> Vec<Finding> {
    let set = facts.env.iter().filter(|(name, _)| name.starts_with("DYLD_"));
    let found = set.map(|(name, value)| {
        let message = format!("{name} does not reach programs that go starts: macOS removes it");
        let finding = Finding::new(Cause::GoEnvironment, message).at(name.as_str(), value.as_str());
        finding.run(format!("unset {name}")).advice("pass the folder to the linker: -ldflags=-r=FOLDER")
    });
    found.collect()
}

fn gotoolchain_named(facts: &HostFacts) -> Vec<Finding> {
    each(facts, &["GOTOOLCHAIN"], |setting| GoToolchain::read(setting.value).outranks())
}

fn gotoolchain_refused(facts: &HostFacts) -> Vec<Finding> {
    each(facts, &["GOTOOLCHAIN"], |setting| GoToolchain::read(setting.value).refusal())
}

fn go111module_set(facts: &HostFacts) -> Vec<Finding> {
    each(facts, &["GO111MODULE"], |setting| {
        let message = || format!("GO111MODULE={}: go may ignore go.mod", setting.value);
        matches!(setting.value, "off" | "auto").then(message)
    })
}

fn goflags_vendor(facts: &HostFacts) -> Vec<Finding> {
    let Some(project) = facts.project.as_deref() else { return Vec::new() };
    let has_vendor = facts.exists(&format!("{project}/vendor/modules.txt"));
    each(facts, &["GOFLAGS"], |setting| {
        let wants_vendor = setting.value.split_whitespace().any(|flag| flag == "-mod=vendor");
        let message = || format!("GOFLAGS has -mod=vendor, but {project} has no vendor folder");
        (wants_vendor && !has_vendor).then(message)
    })
}

fn gocache_off(facts: &HostFacts) -> Vec<Finding> {
    each(facts, &["GOCACHE"], |setting| {
        (setting.value == "off").then(|| "Go 1.12 and newer can't build without a build cache".to_owned())
    })
}
