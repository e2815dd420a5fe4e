//! The problems for an install that follow from the probes: a pure function of the report.

use gom_core::settings::SourceName;
use gom_core::shell_quote::shell_quote;
use serde::Serialize;

use super::report::{NetworkReport, Probe, ProbeKind, ProbeState};
use crate::finding::Severity;

/// A problem with the network, and how to fix it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NetworkProblem {
    /// An error makes installs fail; a warning makes them slower or less proven.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to run.
    pub hint: String,
}

impl NetworkReport {
    /// The problems, the worst first; one for each thing to fix.
    pub fn problems(&self) -> Vec<NetworkProblem> {
        let mut problems = Vec::new();
        if let Some(origin) = &self.offline {
            let message = format!("gom is offline: it may not use the network ({origin})");
            let hint = "omit `--offline`, unset GOM_OFFLINE, or remove `offline` from the named file";
            problems.push(error(message, hint));
        }
        problems.extend(self.of_connections());
        problems.extend(self.of_archives());
        problems.extend(self.of_lists());
        problems.extend(self.of_log());
        problems.sort_by_key(|problem| std::cmp::Reverse(problem.severity));
        problems
    }

    /// Problems with proxies, roots and others that concern every server. Each hint once.
    fn of_connections(&self) -> Vec<NetworkProblem> {
        let mut problems: Vec<NetworkProblem> = Vec::new();
        for probe in &self.probes {
            if probe.kind == ProbeKind::Proxy && probe.state == ProbeState::Skipped {
                let message = format!("{}: {}", probe.name, probe.reason);
                let hint = "set HTTPS_PROXY to the proxy in the script, such as http://HOST:PORT";
                problems.push(warning(message, hint));
            }
            let Some(hint) = &probe.hint else { continue };
            if probe.state == ProbeState::Failed && !problems.iter().any(|problem| problem.hint == *hint) {
                problems.push(error(probe.reason.clone(), hint));
            }
        }
        problems
    }

    fn of_archives(&self) -> Vec<NetworkProblem> {
        let asked = self.asked(ProbeKind::Archive);
        let works = |probe: &&&Probe| probe.state == ProbeState::Ok;
        if !asked.iter().any(|probe| works(&probe)) {
            if self.is_explained(&asked) {
                return Vec::new();
            }
            let message = "no source of archives works, so nothing can be installed".to_owned();
            let hint = "set GOM_MIRROR to a mirror you can reach, or GOPROXY to a module proxy; `gom config` shows both";
            return vec![error(message, hint)];
        }
        let broken: Vec<&&Probe> =
            asked.iter().filter(|probe| !works(probe) && probe.hint.is_none()).collect();
        if broken.is_empty() {
            return Vec::new();
        }
        let good = unique(asked.iter().filter(works).filter_map(|probe| probe.source.as_ref()));
        let reasons: Vec<String> =
            broken.iter().map(|probe| format!("{}: {}", probe.name, said(probe))).collect();
        let message = format!("not every source of archives works: {}", reasons.join("; "));
        if broken.iter().all(|probe| probe.source.as_ref().is_some_and(|source| good.contains(&source))) {
            // No setting can leave this address out, because another address of the same source works.
            let hint = "gom uses the other address by itself; `gom install --verbose` shows it".to_owned();
            return vec![NetworkProblem { severity: Severity::Note, message, hint }];
        }
        let named: Vec<String> = good.into_iter().map(|source| shell_quote(source.to_string())).collect();
        let hint = format!("run `export GOM_SOURCES={}` to use only the sources that work", named.join(","));
        vec![warning(message, &hint)]
    }

    fn of_lists(&self) -> Vec<NetworkProblem> {
        let asked = self.asked(ProbeKind::List);
        if asked.iter().any(|probe| probe.state == ProbeState::Ok) || self.is_explained(&asked) {
            return Vec::new();
        }
        let message = "no list of releases can be downloaded, so gom does not see new ones".to_owned();
        vec![warning(message, "set GOPROXY to a module proxy you can reach, or name exact versions")]
    }

    fn of_log(&self) -> Vec<NetworkProblem> {
        let asked = self.asked(ProbeKind::Log);
        if asked.is_empty() {
            let off = self.probes.iter().find(|probe| probe.kind == ProbeKind::Log);
            let message = off.map(|probe| format!("the checksum database is not used: {}", probe.reason));
            let hint = "run `go env -u GOSUMDB`, or unset it in the place that the message names";
            return message.map(|message| warning(message, hint)).into_iter().collect();
        }
        if asked.iter().any(|probe| probe.state == ProbeState::Ok) || self.is_explained(&asked) {
            return Vec::new();
        }
        let message = "the checksum database can't be reached, so it can't verify anything".to_owned();
        let hint = "set GOPROXY to a module proxy that serves it (most do); until then gom checks the published sha256";
        vec![error(message, hint)]
    }

    fn asked(&self, kind: ProbeKind) -> Vec<&Probe> {
        self.probes.iter().filter(|probe| probe.kind == kind && probe.state != ProbeState::Skipped).collect()
    }

    /// Whether another problem already explains why all of these fail.
    fn is_explained(&self, probes: &[&Probe]) -> bool {
        !probes.is_empty() && (self.offline.is_some() || probes.iter().all(|probe| probe.hint.is_some()))
    }
}

fn said(probe: &Probe) -> String {
    match probe.state {
        ProbeState::Lacks => format!("not found ({})", probe.reason),
        _ => probe.reason.clone(),
    }
}

fn unique<'a>(sources: impl Iterator<Item = &'a SourceName>) -> Vec<&'a SourceName> {
    let mut unique = Vec::new();
    for source in sources {
        if !unique.contains(&source) {
            unique.push(source);
        }
    }
    unique
}

fn error(message: String, hint: &str) -> NetworkProblem {
    NetworkProblem { severity: Severity::Error, message, hint: hint.to_owned() }
}

fn warning(message: String, hint: &str) -> NetworkProblem {
    NetworkProblem { severity: Severity::Warning, message, hint: hint.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe(kind: ProbeKind, name: &str, state: ProbeState, hint: Option<&str>) -> Probe {
        let (address, reason) = (format!("https://{name}/"), "reason".to_owned());
        let (name, hint) = (name.to_owned(), hint.map(str::to_owned));
        Probe { kind, name, address, state, milliseconds: 1, reason, hint, source: None }
    }

    fn archive(source: &SourceName, state: ProbeState) -> Probe {
        Probe { source: Some(source.clone()), ..probe(ProbeKind::Archive, &source.to_string(), state, None) }
    }

    fn problems(probes: Vec<Probe>) -> Vec<(Severity, String)> {
        let report = NetworkReport { toolchain: None, probes, offline: None };
        report.problems().into_iter().map(|problem| (problem.severity, problem.hint)).collect()
    }

    #[test]
    fn one_thing_to_fix_is_one_problem() {
        // K7: if a proxy is down, everything behind it fails
        let kinds = [ProbeKind::Proxy, ProbeKind::List, ProbeKind::Archive, ProbeKind::Log];
        let probes = kinds.map(|kind| probe(kind, "go.dev", ProbeState::Failed, Some("unset HTTPS_PROXY")));
        assert_eq!(problems(probes.to_vec()), [(Severity::Error, "unset HTTPS_PROXY".to_owned())]);
    }

    #[test]
    fn a_broken_source_next_to_good_ones_is_a_warning_that_names_the_good_ones() {
        let given = SourceName::Url(url::Url::parse("https://m.example/go?a&b").unwrap());
        let found = problems(vec![
            probe(ProbeKind::List, "go.dev", ProbeState::Ok, None),
            archive(&SourceName::GoDev, ProbeState::Failed),
            archive(&SourceName::Mirror, ProbeState::Ok),
            archive(&given, ProbeState::Ok),
            probe(ProbeKind::Log, "sum.golang.org", ProbeState::Ok, None),
        ]);
        let hint =
            "run `export GOM_SOURCES=mirror,'https://m.example/go?a&b'` to use only the sources that work";
        assert_eq!(found, [(Severity::Warning, hint.to_owned())]);
    }

    #[test]
    fn a_broken_address_of_a_source_that_works_is_a_note() {
        let found = problems(vec![
            probe(ProbeKind::List, "go.dev", ProbeState::Ok, None),
            archive(&SourceName::GoDev, ProbeState::Failed),
            archive(&SourceName::GoDev, ProbeState::Ok),
            probe(ProbeKind::Log, "sum.golang.org", ProbeState::Ok, None),
        ]);
        let severities: Vec<Severity> = found.iter().map(|(severity, _)| *severity).collect();
        assert_eq!(severities, [Severity::Note]);
    }

    #[test]
    fn each_kind_without_a_working_server_is_a_problem() {
        let found = problems(vec![
            probe(ProbeKind::List, "go.dev", ProbeState::Failed, None),
            probe(ProbeKind::Archive, "go.dev", ProbeState::Failed, None),
            probe(ProbeKind::Log, "sum.golang.org", ProbeState::Failed, None),
        ]);
        let severities: Vec<Severity> = found.iter().map(|(severity, _)| *severity).collect();
        assert_eq!(severities, [Severity::Error, Severity::Error, Severity::Warning]);
    }

    #[test]
    fn a_working_network_has_no_problem() {
        let kinds = [ProbeKind::Roots, ProbeKind::List, ProbeKind::Archive, ProbeKind::Log];
        assert_eq!(problems(kinds.map(|kind| probe(kind, "go.dev", ProbeState::Ok, None)).to_vec()), []);
    }

    #[test]
    fn a_proxy_script_asks_for_https_proxy() {
        // K13.5
        let found = problems(vec![
            probe(ProbeKind::Proxy, "http://w/p.pac", ProbeState::Skipped, None),
            probe(ProbeKind::List, "go.dev", ProbeState::Ok, None),
            probe(ProbeKind::Archive, "go.dev", ProbeState::Ok, None),
            probe(ProbeKind::Log, "sum.golang.org", ProbeState::Ok, None),
        ]);
        assert!(found.len() == 1 && found[0].1.contains("HTTPS_PROXY"), "{found:?}");
    }
}
