//! A world that knows releases of gom.

use gom_tests::{Output, Route, Site, World};
use std::fs;
use std::path::PathBuf;

pub(crate) use gom_tests::{OWN_MODULE as MODULE, OwnRelease as Release, own_target as target};

/// The version of the gom under test.
pub(crate) const RUNNING: &str = env!("CARGO_PKG_VERSION");

/// A world with places for releases of gom.
pub(crate) struct Own {
    pub(crate) world: World,
    /// The download base.
    pub(crate) base: Site,
    /// The module proxy of GOPROXY.
    pub(crate) proxy: Site,
}

impl Own {
    /// gom knows the module, the base, the proxy and the checksum database; there is no release yet, and one
    /// toolchain is the default.
    pub(crate) fn new() -> Own {
        let mut world = World::with(&["1.98.1"]);
        world.done(["use", "1.98.1"]);
        let (base, proxy) = (Site::new(), Site::new());
        world.internet.at("/base", &base);
        world.internet.at("/modules", &proxy);
        let (base_url, proxy_url) = (world.internet.url("/base"), world.internet.url("/modules"));
        world.set("GOM_SELF_MODULE", MODULE);
        world.set("GOM_DOWNLOAD_BASE", base_url);
        world.set("GOPROXY", proxy_url);
        Own { world, base, proxy }
    }

    /// The same with one release at all places.
    pub(crate) fn with(version: &str) -> (Own, Release) {
        let own = Own::new();
        let release = Release::new(&own.world, version);
        own.publish(&release);
        (own, release)
    }

    /// Publishes a release at both places, and records it.
    pub(crate) fn publish(&self, release: &Release) {
        self.serve(release);
        self.record(release);
    }

    /// Publishes a release at both places alone.
    pub(crate) fn serve(&self, release: &Release) {
        self.serve_at_base(release);
        let list = self.proxy_list(&[&release.version]);
        self.proxy.route(&format!("/{MODULE}/@v/list"), list);
        self.proxy.route(&release.zip_path(), Route::bytes(release.zip()));
    }

    pub(crate) fn serve_at_base(&self, release: &Release) {
        release.publish_at(&self.base);
    }

    #[expect(clippy::unused_self, reason = "reads as the others")]
    pub(crate) fn proxy_list(&self, versions: &[&str]) -> Route {
        let lines: Vec<String> = versions.iter().map(|version| format!("v{version}\n")).collect();
        Route::ok("text/plain", lines.concat())
    }

    pub(crate) fn record(&self, release: &Release) {
        release.record_in(&self.world.log);
    }

    /// `gom self update` with these arguments.
    pub(crate) fn update(&self, arguments: &[&str]) -> gom_tests::Run {
        self.world.gom(["self", "update"].iter().chain(arguments))
    }

    /// What the store's gom says of its version.
    pub(crate) fn version(&self) -> String {
        self.world.done(["--version"]).stdout.trim_end().to_owned()
    }

    /// The paths that were requested below `/base` and `/modules`, without the checksum database.
    pub(crate) fn requested(&self) -> Vec<String> {
        let all = self.world.internet.requests().into_iter().map(|request| request.path);
        all.filter(|path| path.starts_with("/base") || path.starts_with("/modules"))
            .filter(|path| !path.contains("/sumdb/"))
            .collect()
    }

    /// Panics unless the old gom and the old go work and nothing new is in `bin`.
    #[track_caller]
    pub(crate) fn assert_unchanged(&self) {
        assert_eq!(self.version(), format!("gom {RUNNING}"));
        let go = self.world.go(["version"]).done();
        assert!(go.stdout.contains("go1.98.1"), "{go}");
        assert_eq!(
            self.bin(),
            ["go -> gom-shim", "go1.98.1 -> gom-shim", "gofmt -> gom-shim", "gom", "gom-shim"]
        );
    }

    pub(crate) fn bin(&self) -> Vec<String> {
        self.world.tree(self.world.store().join("bin"))
    }

    /// A gom in another folder of the home, as a package manager puts it there.
    pub(crate) fn gom_at(&self, folder: &str) -> PathBuf {
        let folder = self.world.home().join(folder);
        fs::create_dir_all(&folder).unwrap();
        for name in ["gom", "gom-shim"] {
            fs::hard_link(self.world.store().join("bin").join(name), folder.join(name)).unwrap();
        }
        folder.join("gom")
    }
}

/// Panics unless a run failed with this code and said this.
#[track_caller]
pub(crate) fn assert_failed(output: &Output, code: i32, said: &str) {
    assert!(output.code == Some(code) && output.stderr.contains(said), "{code}, {said:?} expected\n{output}");
}
