//! `gom config`: shows every setting, its value, and the place that set it. Passwords in URLs are not shown.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use gom_core::redact::{redacted, redacted_text};
use gom_select::go_settings::GoSetting;
use gom_select::layout::RootOrigin;
use serde::Serialize;

use crate::app::App;
use crate::output::{Tone, paint};

/// Show every setting, its value and where it comes from
///
/// A flag beats a GOM_ variable, which beats config.toml of the store, which beats /etc/gom/config.toml.
/// GOPROXY, GONOPROXY and GOSUMDB are Go's own, found as the go command finds them. The last ones, about HTTP
/// proxies and certificates, are the system's.
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
    name: &'static str,
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
    let settings = &app.ctx.settings;
    let row = |name, value: String, origin: String| Row { name, value, origin };
    let path = |path: &PathBuf| path.display().to_string();
    let root_origin = match app.root.origin {
        RootOrigin::Environment => "environment variable GOM_HOME",
        RootOrigin::Binary => "the store this gom lies in",
        RootOrigin::Home => "default",
    };
    let mirrors: Vec<String> = settings.mirror.value.iter().map(redacted).collect();
    let sources: Vec<String> = settings.sources.value.iter().map(ToString::to_string).collect();
    let go = &app.ctx.go_settings;
    let (proxy, proxy_origin) = match &go.proxy {
        Some(setting) => go_value(setting),
        None => (String::new(), "not set".to_owned()),
    };
    let (no_proxy, no_proxy_origin) = go_value(&go.no_proxy);
    let (sumdb, sumdb_origin) = go_value(&go.sumdb);
    let mut rows = vec![
        row("home", path(&app.root.path), root_origin.to_owned()),
        row("cache_dir", path(&settings.cache_dir.value), settings.cache_dir.origin.to_string()),
        row("mirror", mirrors.join(","), settings.mirror.origin.to_string()),
        row("sources", sources.join(","), settings.sources.origin.to_string()),
        row("offline", settings.offline.value.to_string(), settings.offline.origin.to_string()),
        row(
            "lock_timeout",
            settings.lock_timeout.value.as_secs().to_string(),
            settings.lock_timeout.origin.to_string(),
        ),
        row("timeout", settings.timeout.value.as_secs().to_string(), settings.timeout.origin.to_string()),
        row(
            "auto_install",
            settings.auto_install.value.to_string(),
            settings.auto_install.origin.to_string(),
        ),
        row("proof", settings.proof.value.to_string(), settings.proof.origin.to_string()),
        row("sync", settings.sync.value.to_string(), settings.sync.origin.to_string()),
        row("store_path", list(&settings.store_path.value), settings.store_path.origin.to_string()),
        row(
            "trusted_folders",
            list(&settings.trusted_folders.value),
            settings.trusted_folders.origin.to_string(),
        ),
        row("GOPROXY", proxy, proxy_origin),
        row("GONOPROXY", no_proxy, no_proxy_origin),
        row("GOSUMDB", sumdb, sumdb_origin),
    ];
    let of_network = app.ctx.client.proxies().settings();
    rows.extend(of_network.into_iter().map(|setting| row(setting.name, setting.value, setting.origin)));
    rows.extend(app.ctx.client.roots_from().settings().map(|(name, value)| {
        let origin =
            if value.is_empty() { "default".to_owned() } else { format!("environment variable {name}") };
        row(name, value, origin)
    }));
    rows
}

fn list(paths: &[PathBuf]) -> String {
    let texts: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    texts.join(":")
}

fn go_value(setting: &GoSetting) -> (String, String) {
    (redacted_text(&setting.value), setting.origin.to_string())
}
