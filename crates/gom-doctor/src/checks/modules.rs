//! Where modules come from and what proves them.

use gom_select::toolchain::ToolchainId;

use super::shared::taken_back;
use crate::cause::Cause;
use crate::check::{Check, Platforms};
use crate::facts::HostFacts;
use crate::finding::{Finding, Severity};
use crate::lookup::SettingFacts;
use gom_core::machine::releases;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "old-go-trusts-proxy",
        title: "a Go that takes a proxy's word for the checksum database, and a proxy of your own choice",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "CVE-2026-42501, CVE-2026-56864, CVE-2026-56865",
        run: old_go_trusts_proxy,
    },
    Check {
        id: "sumdb-off",
        title: "the checksum database is switched off",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "go help module-auth",
        run: sumdb_off,
    },
    Check {
        id: "proxy-in-the-clear",
        title: "modules come over a connection that anybody can change",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "go help goproxy",
        run: proxy_in_the_clear,
    },
];

/// GOPROXY where it is not what the selected Go comes with.
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
    // Only what runs is at risk: an old Go in the store that nothing selects is not.
    let Some(old) = facts.selected_version().filter(releases::trusts_proxies) else { return Vec::new() };
    let origin = facts.gom.selected.as_ref().map(|selected| selected.origin.as_str()).unwrap_or_default();
    let message = format!(
        "Go {old} believes what a proxy says of the checksum database, and the proxy is not Go's own"
    );
    let finding = Finding::new(Cause::Modules, message)
        .at(proxy.place, format!("GOPROXY={}", proxy.value))
        .at(origin, old.to_string())
        .advice("where a project needs this Go, set GOPROXY to a proxy that you trust");
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

fn take_back(facts: &HostFacts, setting: &SettingFacts<'_>, message: &str) -> Finding {
    let finding = Finding::new(Cause::Modules, message);
    let finding = finding.at(setting.place.as_str(), format!("{}={}", setting.name, setting.value));
    taken_back(facts, finding, setting)
}

fn sumdb_off(facts: &HostFacts) -> Vec<Finding> {
    let names = ["GOSUMDB", "GONOSUMDB", "GONOSUMCHECK", "GOINSECURE"];
    let settings = names.into_iter().flat_map(|name| facts.go_settings(name));
    let found = settings.filter_map(|setting| {
        let message = match (setting.name, setting.value) {
            ("GOSUMDB", "off") => "nothing proves the modules that are new to go.sum",
            ("GONOSUMCHECK", _) => "sums of modules are not checked at all",
            ("GONOSUMDB" | "GOINSECURE", "*") => "no module is proven by the checksum database",
            _ => return None,
        };
        Some(take_back(facts, &setting, message))
    });
    found.collect()
}

fn proxy_in_the_clear(facts: &HostFacts) -> Vec<Finding> {
    let found = facts.go_settings("GOPROXY").filter(|setting| has_open_proxy(setting.value)).map(|setting| {
        let finding = take_back(facts, &setting, "modules come over plain HTTP");
        finding.advice("write https:// where the proxy has it")
    });
    found.collect()
}

/// Whether a list has a proxy by plain HTTP that is not on this machine.
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
    fn a_proxy_on_this_machine_is_no_open_one() {
        assert!(has_open_proxy("https://a.example,http://b.example:80/x"));
        assert!(!has_open_proxy("http://127.0.0.1:8080,direct"));
        assert!(!has_open_proxy("http://localhost/,off"));
        assert!(!has_open_proxy("https://a.example|direct"));
    }
}
