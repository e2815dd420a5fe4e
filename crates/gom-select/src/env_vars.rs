//! The environment variables gom and its shim read, one constant each. Nothing else in gom spells
//! these names. An empty variable counts as unset, as it does for the go command.

/// Absolute folder of the store. Default: the store the running binary lies in, else `~/.gom`.
pub const GOM_HOME: &str = "GOM_HOME";
/// Colon list of stores that are read after the user's own: absolute folders that only root or the user can
/// change. Default: the setting `store_path`.
pub const GOM_STORE_PATH: &str = "GOM_STORE_PATH";
/// Colon list of folders whose version files may start an install, whoever owns the files; `*` for all.
pub const GOM_TRUSTED_FOLDERS: &str = "GOM_TRUSTED_FOLDERS";
/// The toolchain to run, above every file: a version or a line such as `1.22.6` or `1.22`.
pub const GOM_TOOLCHAIN: &str = "GOM_TOOLCHAIN";
/// Folder for downloads in progress, the cached index and log tiles. Default: the user's cache folder.
pub const GOM_CACHE_DIR: &str = "GOM_CACHE_DIR";
/// Comma list of flat, go.dev-like folders to take archives from: `https://`, `http://` or `file://`.
pub const GOM_MIRROR: &str = "GOM_MIRROR";
/// Comma list of the only places archives may come from: `go.dev`, `dl.google.com`, `mirror`, `proxy` or a URL.
pub const GOM_SOURCES: &str = "GOM_SOURCES";
/// `1` or `true`: never use the network.
pub const GOM_OFFLINE: &str = "GOM_OFFLINE";
/// Seconds to wait for another gom that works on the same toolchain. Default: 300.
pub const GOM_LOCK_TIMEOUT: &str = "GOM_LOCK_TIMEOUT";
/// Seconds to wait for a place on the network that sends nothing. Default: 30.
pub const GOM_TIMEOUT: &str = "GOM_TIMEOUT";
/// `log`: refuse a toolchain that the checksum database can't prove now. Default: `any`.
pub const GOM_REQUIRE: &str = "GOM_REQUIRE";
/// `never`: don't flush a toolchain to disk before it is published. Default: `auto`.
pub const GOM_SYNC: &str = "GOM_SYNC";
/// `never`: don't say once a day that the Go in use lacks security fixes. Default: `daily`.
pub const GOM_SECURITY_NOTICE: &str = "GOM_SECURITY_NOTICE";
/// `never`: don't record which toolchain a `go` uses, and for which project. Default: `always`.
pub const GOM_RECORD_USE: &str = "GOM_RECORD_USE";

/// Path of the Go module that `gom self update` takes releases of gom from. Default: built into a release.
pub const GOM_SELF_MODULE: &str = "GOM_SELF_MODULE";
/// Folder with the archives of gom's releases, for `gom self update` and install.sh: `https://`, `http://` or
/// `file://`. Default: built into a release.
pub const GOM_DOWNLOAD_BASE: &str = "GOM_DOWNLOAD_BASE";

/// What the shim may do if a toolchain is missing: `never`, `prompt`, `tty` or `always`. Default: `tty`.
pub const GOM_AUTO_INSTALL: &str = "GOM_AUTO_INSTALL";
/// `1`: the shim prints how it chose the toolchain.
pub const GOM_TRACE: &str = "GOM_TRACE";

/// The time when a CI job began, in seconds since 1970. `gom ci setup` writes it for the later steps of the
/// job.
pub const GOM_CI_STARTED: &str = "GOM_CI_STARTED";
/// The name of a job, for CIs that gom does not know.
pub const GOM_CI_JOB: &str = "GOM_CI_JOB";
/// The commit of a job, for CIs that gom does not know.
pub const GOM_CI_COMMIT: &str = "GOM_CI_COMMIT";

/// Go's own variables that gom reads. gom sets them only for the process it starts.
pub mod go {
    /// Root of a Go tree. An inherited one that is not the selected tree breaks builds.
    pub const GOROOT: &str = "GOROOT";
    /// Go's own toolchain switching.
    pub const GOTOOLCHAIN: &str = "GOTOOLCHAIN";
    /// The module proxies, in order.
    pub const GOPROXY: &str = "GOPROXY";
    /// The checksum database.
    pub const GOSUMDB: &str = "GOSUMDB";
    /// Modules that are fetched without a proxy.
    pub const GONOPROXY: &str = "GONOPROXY";
    /// Default of `GONOPROXY`.
    pub const GOPRIVATE: &str = "GOPRIVATE";
}
