//! The settings that Go knows, and their defaults (`go help environment`; the go command's internal/cfg,
//! internal/envcmd and internal/cache; internal/buildcfg).

use std::ffi::OsString;
use std::path::Path;

use gom_select::go_folders;
use gom_select::version::GoVersion;

use super::view::SettingsView;
use gom_core::files;
use gom_core::machine::releases;

/// A setting that Go knows.
pub(crate) struct KnownSetting {
    pub(crate) name: &'static str,
    /// The Go version that added it, if it is recent enough to matter.
    pub(crate) since: Option<&'static str>,
    /// The only GOARCH that uses it.
    pub(crate) arch: Option<&'static str>,
    /// Users can set it.
    pub(crate) is_settable: bool,
    pub(crate) default: fn(&SettingsView<'_>) -> String,
}

impl KnownSetting {
    /// Whether the selected Go uses it for the platform it builds for.
    pub(crate) fn means_something(&self, view: &SettingsView<'_>) -> bool {
        !self.is_too_new(view) && self.arch.is_none_or(|arch| view.value("GOARCH") == arch)
    }

    /// Whether the selected Go is too old to know it.
    pub(crate) fn is_too_new(&self, view: &SettingsView<'_>) -> bool {
        let versions = view.version.as_ref().zip(self.since);
        versions.is_some_and(|(version, since)| releases::is_older(version, since))
    }
}

impl SettingsView<'_> {
    /// The value that the go command uses.
    pub(crate) fn value(&self, name: &str) -> String {
        let set = self.set(name).map(|setting| setting.value);
        set.or_else(|| Some((known(name)?.default)(self))).unwrap_or_default()
    }
}

/// The setting of that name.
pub(crate) fn known(name: &str) -> Option<&'static KnownSetting> {
    KNOWN.iter().find(|known| known.name == name)
}

const fn plain(name: &'static str, default: fn(&SettingsView<'_>) -> String) -> KnownSetting {
    KnownSetting { name, since: None, arch: None, is_settable: true, default }
}

const fn since(
    name: &'static str,
    since: &'static str,
    default: fn(&SettingsView<'_>) -> String,
) -> KnownSetting {
    KnownSetting { since: Some(since), ..plain(name, default) }
}

const fn read_only(name: &'static str, default: fn(&SettingsView<'_>) -> String) -> KnownSetting {
    KnownSetting { is_settable: false, ..plain(name, default) }
}

/// In the order of `go env`.
pub(crate) const KNOWN: &[KnownSetting] = &[
    plain("CC", |view| compiler(view, "clang", "gcc")),
    plain("CGO_CFLAGS", flags),
    plain("CGO_CPPFLAGS", empty),
    plain("CGO_CXXFLAGS", flags),
    plain("CGO_ENABLED", cgo_enabled),
    plain("CGO_LDFLAGS", flags),
    plain("CXX", |view| compiler(view, "clang++", "g++")),
    plain("GO111MODULE", empty),
    KnownSetting { arch: Some("amd64"), ..plain("GOAMD64", |_| "v1".to_owned()) },
    plain("GOARCH", |view| view.host.arch().to_owned()),
    KnownSetting { arch: Some("arm"), ..plain("GOARM", |_| "7".to_owned()) },
    KnownSetting { arch: Some("arm64"), ..since("GOARM64", "1.23", |_| "v8.0".to_owned()) },
    since("GOAUTH", "1.24", |_| "netrc".to_owned()),
    plain("GOBIN", empty),
    plain("GOCACHE", build_cache),
    since("GOCACHEPROG", "1.24", empty),
    plain("GODEBUG", empty),
    plain("GOENV", |view| view.user.as_ref().map_or_else(|| user_file(view), |file| shown(&file.path))),
    plain("GOEXPERIMENT", empty),
    since("GOFIPS140", "1.24", |_| "off".to_owned()),
    plain("GOFLAGS", empty),
    read_only("GOHOSTARCH", |view| view.host.arch().to_owned()),
    read_only("GOHOSTOS", |view| view.host.os().to_owned()),
    plain("GOINSECURE", empty),
    read_only("GOMOD", go_mod),
    plain("GOMODCACHE", |view| below(&first_of(&view.value("GOPATH")), "pkg/mod")),
    plain("GONOPROXY", |view| view.value("GOPRIVATE")),
    plain("GONOSUMDB", |view| view.value("GOPRIVATE")),
    plain("GOOS", |view| view.host.os().to_owned()),
    plain("GOPATH", gopath),
    plain("GOPRIVATE", empty),
    plain("GOPROXY", |view| view.built_in_proxy.clone().unwrap_or_default()),
    plain("GOROOT", |view| view.goroot.as_deref().map(shown).unwrap_or_default()),
    plain("GOSUMDB", sumdb),
    plain("GOTMPDIR", empty),
    since("GOTOOLCHAIN", "1.21", empty),
    plain("GOVCS", empty),
    read_only("GOVERSION", |view| view.version.as_ref().map(GoVersion::toolchain_name).unwrap_or_default()),
    plain("GOWORK", |view| view.go_work.as_deref().map(shown).unwrap_or_default()),
    plain("PKG_CONFIG", |_| "pkg-config".to_owned()),
];

fn empty(_: &SettingsView<'_>) -> String {
    String::new()
}

fn flags(_: &SettingsView<'_>) -> String {
    "-O2 -g".to_owned()
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { String::new() } else { shown(&Path::new(folder).join(name)) }
}

/// Without modules the value is empty.
fn go_mod(view: &SettingsView<'_>) -> String {
    match (view.value("GO111MODULE").as_str(), view.go_mod.as_deref()) {
        ("off", _) | ("auto", None) => String::new(),
        (_, Some(file)) => shown(file),
        (_, None) => "/dev/null".to_owned(),
    }
}

/// cmd/dist writes these names into the go command (`defaultCCFunc`).
fn compiler(view: &SettingsView<'_>, clang: &str, gcc: &str) -> String {
    let uses_clang = matches!(view.value("GOOS").as_str(), "darwin" | "ios" | "freebsd" | "openbsd");
    if uses_clang { clang } else { gcc }.to_owned()
}

/// On if the target is this machine and a compiler exists; Go 1.20 and newer look for one.
fn cgo_enabled(view: &SettingsView<'_>) -> String {
    let is_native = view.value("GOOS") == view.host.os() && view.value("GOARCH") == view.host.arch();
    // It looks for its own default, unless CC is in the environment; CC in a file does not count.
    let looks = view.version.as_ref().is_none_or(|version| !releases::is_older(version, "1.20"))
        && (view.env)("CC").is_none();
    let has_compiler = !looks || (view.is_on_path)(&compiler(view, "clang", "gcc"));
    if is_native && has_compiler { "1" } else { "0" }.to_owned()
}

/// Go has no build cache if it can't find the user's cache folder.
fn build_cache(view: &SettingsView<'_>) -> String {
    let folder = go_folders::default_build_cache(view.host.os(), view.home, view.env);
    folder.as_deref().map_or_else(|| "off".to_owned(), shown)
}

/// From 1.21 on, `go.env` names the database.
fn sumdb(view: &SettingsView<'_>) -> String {
    let names_it = view.version.as_ref().is_some_and(|version| releases::is_older(version, "1.21"));
    if names_it { gom_core::go::settings::PUBLIC_LOG } else { "" }.to_owned()
}

fn user_file(view: &SettingsView<'_>) -> String {
    gom_select::go_env::user_file(view.env).map_or_else(String::new, |path| shown(&path))
}

fn gopath(view: &SettingsView<'_>) -> String {
    go_folders::default_gopath(view.home, view.env).as_deref().map(shown).unwrap_or_default()
}

/// Before Go 1.21 there is no `go.env`: the proxies are in the source of the go command, which each tree contains.
/// gom itself contains no proxy's address.
pub(crate) fn proxy_in_source(goroot: &Path) -> Option<String> {
    let source = files::read_text(&goroot.join("src/cmd/go/internal/cfg/cfg.go")).ok()?;
    let (_, rest) = source.split_once("envOr(\"GOPROXY\", \"")?;
    Some(rest.split_once('"')?.0.to_owned())
}

/// The first entry of a list of folders.
fn first_of(list: &str) -> String {
    let list = OsString::from(list);
    std::env::split_paths(&list).next().map(|path| path.display().to_string()).unwrap_or_default()
}
