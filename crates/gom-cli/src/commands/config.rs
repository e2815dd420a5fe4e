//! `gom config`: shows every setting, its value, and the place that set it. Passwords in URLs are not shown.

use std::process::ExitCode;

use clap::Args;
use gom_core::policy::MachinePolicy;
use gom_core::redact::redacted_text;
use gom_select::go_settings::GoSetting;
use gom_select::layout::RootOrigin;
use serde::Serialize;

use crate::app::App;
use crate::output::{Tone, paint};

/// Show every setting, its value and where it comes from
///
/// A flag beats a GOM_ variable, which beats config.toml of the store, which beats /etc/gom/config.toml.
/// GOPROXY, GONOPROXY and GOSUMDB are Go's own, found as the go command finds them. If the machine has a policy, its
/// rules follow. The last ones, about HTTP proxies and certificates, are the system's.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom config
  gom config --json")]
pub(crate) struct Arguments {}

/// The object of `--json`.
#[derive(Serialize)]
struct Json {
    settings: Vec<Row>,
}

/// One setting.
#[derive(Serialize)]
struct Row {
    name: String,
    value: String,
    origin: String,
}

pub(crate) fn run(_: &Arguments, app: &App) -> ExitCode {
    for removed in &app.ctx.settings.removed {
        app.output.warn(&removed.advice());
    }
    let object = Json { settings: rows(app) };
    app.output.result(
        || &object,
        |output| {
            for Row { name, value, origin } in &object.settings {
                let value = if value.is_empty() { "-" } else { value };
                let origin = format!("({origin})");
                let origin = if origin == "(default)" { paint(Tone::Faint, &origin) } else { origin };
                output.data(&format!("{name:13} {value}  {origin}"));
            }
        },
    )
}

fn rows(app: &App) -> Vec<Row> {
    let row = |name: &str, value: String, origin: String| Row { name: name.to_owned(), value, origin };
    let root_origin = match app.root.origin {
        RootOrigin::Environment => "environment variable GOM_HOME",
        RootOrigin::Binary => "the store this gom lies in",
        RootOrigin::Home => "default",
    };
    let go = &app.ctx.go_settings;
    let (proxy, proxy_origin) = match &go.proxy {
        Some(setting) => go_value(setting),
        None => (String::new(), "not set; this gom was built without a default".to_owned()),
    };
    let (no_proxy, no_proxy_origin) = go_value(&go.no_proxy);
    let (sumdb, sumdb_origin) = go_value(&go.sumdb);
    let mut rows = vec![row("home", app.root.path.display().to_string(), root_origin.to_owned())];
    let own = app.ctx.settings.rows().into_iter();
    rows.extend(own.map(|(name, value, origin)| row(name, value, origin.to_string())));
    rows.extend([
        row("GOPROXY", proxy, proxy_origin),
        row("GONOPROXY", no_proxy, no_proxy_origin),
        row("GOSUMDB", sumdb, sumdb_origin),
    ]);
    rows.extend(policy_rows(&app.ctx.policy));
    let of_network = app.ctx.client.proxies().settings();
    rows.extend(of_network.into_iter().map(|setting| row(setting.name, setting.value, setting.origin)));
    rows.extend(app.ctx.client.roots_from().settings().map(|(name, value)| {
        let origin =
            if value.is_empty() { "default".to_owned() } else { format!("environment variable {name}") };
        row(name, value, origin)
    }));
    rows
}

/// The machine's policy, and each of its rules; nothing without one.
fn policy_rows(policy: &MachinePolicy) -> Vec<Row> {
    match policy {
        MachinePolicy::Absent => Vec::new(),
        MachinePolicy::Unusable(bad) => {
            let value = format!("not usable: {}", bad.reason);
            vec![Row { name: "policy".to_owned(), value, origin: bad.place() }]
        }
        MachinePolicy::Applies(policy) => {
            let file = policy.file.display();
            let first = Row {
                name: "policy".to_owned(),
                value: policy.mode.name().to_owned(),
                origin: file.to_string(),
            };
            let rules = policy.rules.rows().into_iter();
            let rules = rules.map(|(name, value, line)| Row {
                name: format!("policy.{name}"),
                value,
                origin: format!("{file}:{line}"),
            });
            std::iter::once(first).chain(rules).collect()
        }
    }
}

fn go_value(setting: &GoSetting) -> (String, String) {
    (redacted_text(&setting.value), setting.origin.to_string())
}
