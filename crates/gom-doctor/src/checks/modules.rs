//! Where modules are downloaded from and how they are verified.

use gom_select::toolchain::ToolchainId;

use super::shared::with_removal;
use crate::cause::Cause;
use crate::check::{Check, Platforms};
use crate::facts::HostFacts;
use crate::finding::{Finding, Severity};
use crate::lookup::SettingFacts;
use gom_core::machine::releases;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "old-go-trusts-proxy",
        title: "the selected Go trusts GOPROXY for the checksum database, and GOPROXY is not Go's default",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "CVE-2026-42501, CVE-2026-56864, CVE-2026-56865",
        run: old_go_trusts_proxy,
    },
    Check {
        id: "sumdb-off",
        title: "the checksum database is turned off",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "go help module-auth",
        run: sumdb_off,
    },
    Check {
        id: "proxy-in-the-clear",
        title: "modules are downloaded over plain HTTP, where anybody can change them",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "go help goproxy",
        run: proxy_in_the_clear,
    },
];

/// GOPROXY, if it is not the selected Go's default.
fn chosen_proxy(facts: &HostFacts) -> Option<SettingFacts<'_>> {
    let setting = facts.go_setting("GOPROXY").filter(|setting| !matches!(setting.value, "off" | "direct"))?;
    let goroot =
        facts.gom.selected.as_ref().and_then(|selected| selected.goroot.as_deref()).unwrap_or_default();
    let own_file = format!("{goroot}/go.env");
    let is_own = facts.lines(&own_file).any(|line| line.text.strip_prefix("GOPROXY=") == Some(setting.value));
    (!is_own).then_some(setting)
}

fn old_go_trusts_proxy(facts: &HostFacts) -> Vec<Finding> {
    let Some(proxy) = chosen_proxy(facts) else { return Vec::new() };
    // Only the selected Go is at risk, not an old one that is merely installed.
    let Some(old) = facts.selected_version().filter(releases::trusts_proxies) else { return Vec::new() };
    let origin = facts.gom.selected.as_ref().map(|selected| selected.origin.as_str()).unwrap_or_default();
    let message =
        format!("Go {old} trusts a proxy for the checksum database, and GOPROXY is not Go's default");
    let finding = Finding::new(Cause::Modules, message)
        .at(proxy.place, format!("GOPROXY={}", proxy.value))
        .at(origin, old.to_string())
        .advice("if a project needs this Go, set GOPROXY to a proxy that you trust");
    if !origin.starts_with("the default") {
        return vec![finding];
    }
    let ids = facts.gom.toolchains.iter().filter_map(|one| ToolchainId::parse(&one.name).ok());
    let safe = ids.map(|id| id.version).filter(|version| !releases::trusts_proxies(version)).max();
    vec![match safe {
        Some(version) => finding.run(format!("gom use {}", version.as_spec())),
        None => finding.run("gom install latest").run("gom use latest"),
    }]
}

fn with_removed_setting(facts: &HostFacts, setting: &SettingFacts<'_>, message: &str) -> Finding {
    let finding = Finding::new(Cause::Modules, message);
    let finding = finding.at(setting.place.as_str(), format!("{}={}", setting.name, setting.value));
    with_removal(facts, finding, setting)
}

fn sumdb_off(facts: &HostFacts) -> Vec<Finding> {
    let names = ["GOSUMDB", "GONOSUMDB", "GONOSUMCHECK", "GOINSECURE"];
    let settings = names.into_iter().flat_map(|name| facts.go_settings(name));
    let found = settings.filter_map(|setting| {
        let message = match (setting.name, setting.value) {
            ("GOSUMDB", "off") => "modules that are new to go.sum are not verified",
            ("GONOSUMCHECK", _) => "module checksums are not verified at all",
            ("GONOSUMDB" | "GOINSECURE", "*") => "the checksum database verifies no module",
            _ => return None,
        };
        Some(with_removed_setting(facts, &setting, message))
    });
    found.collect()
}

fn proxy_in_the_clear(facts: &HostFacts) -> Vec<Finding> {
    let found = facts.go_settings("GOPROXY").filter(|setting| has_open_proxy(setting.value)).map(|setting| {
        let finding = with_removed_setting(facts, &setting, "modules are downloaded over plain HTTP");
        finding.advice("use https:// if the proxy supports it")
    });
    found.collect()
}

/// Whether the list has a plain HTTP proxy on another machine.
fn has_open_proxy(list: &str) -> bool {
    list.split([',', '|']).filter_map(|proxy| proxy.trim().strip_prefix("http://")).any(|rest| {
        let host = rest.split(['/', '?']).next().unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or_default();
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        !matches!(name, "localhost" | "127.0.0.1" | "[::1]")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_on_this_machine_may_use_plain_http() {
        assert!(has_open_proxy("https://a.example,http://b.example:80/x"));
        assert!(!has_open_proxy("http://127.0.0.1:8080,direct"));
        assert!(!has_open_proxy("http://localhost/,off"));
        assert!(!has_open_proxy("https://a.example|direct"));
    }
}
