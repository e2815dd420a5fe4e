//! buildah: the Dockerfile of `gom docker` builds, and the image is what it says.
//!
//! No registry is asked: the official image is made here, of a shell and of the GOROOT that gom has proven.

use crate::home::{PRINTS_ITS_GO, VERSION, home_with};
use gom_tests::toolchain::host_platform;
use gom_tests::{Output, Run, Sandbox, say};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// The programs that the build's shell needs.
const TOOLS: [&str; 4] = ["sh", "mkdir", "rm", "cat"];

struct Buildah {
    sandbox: Sandbox,
    program: PathBuf,
}

impl Buildah {
    fn run(&self, words: &[&str]) -> Run {
        let root = self.sandbox.home().join("containers");
        let (root, run) = (root.join("root").display().to_string(), root.join("run").display().to_string());
        let global = ["--root", &root, "--runroot", &run, "--storage-driver", "vfs"];
        self.sandbox.command(&self.program, global.iter().chain(words))
    }

    fn done(&self, words: &[&str]) -> String {
        self.run(words).done().stdout.trim().to_owned()
    }

    /// Makes the image `golang` of this version in the local storage.
    fn make_image(&self) {
        let container = self.done(&["from", "scratch"]);
        let root = PathBuf::from(self.done(&["mount", &container]));
        fs::create_dir_all(root.join("bin")).unwrap();
        fs::create_dir_all(root.join("tmp")).unwrap();
        let busybox = Path::new("/bin/busybox");
        copy(busybox, &root.join("bin/busybox"));
        let libraries = self.sandbox.command("ldd", [busybox]).run().stdout;
        for library in libraries.split_whitespace().filter(|word| word.starts_with('/')) {
            copy(Path::new(library), &root.join(library.trim_start_matches('/')));
        }
        for tool in TOOLS {
            symlink("busybox", root.join("bin").join(tool)).unwrap();
        }
        copy(
            Path::new("/etc/ssl/certs/ca-certificates.crt"),
            &root.join("etc/ssl/certs/ca-certificates.crt"),
        );
        let goroot = self.sandbox.goroot(&format!("go{VERSION}.{}", host_platform()));
        fs::create_dir_all(root.join("usr/local")).unwrap();
        self.sandbox
            .command("cp", ["-a".as_ref(), goroot.as_os_str(), root.join("usr/local/go").as_os_str()])
            .done();
        self.done(&["umount", &container]);
        let environment = ["PATH=/usr/local/go/bin:/bin", "GOPATH=/go", "GOTOOLCHAIN=local", "HOME=/root"];
        for variable in environment {
            self.done(&["config", "--env", variable, &container]);
        }
        self.done(&["commit", "--quiet", &container, &format!("docker.io/library/golang:{VERSION}")]);
    }

    /// Builds the project for a platform, and returns the folder of the image.
    fn build(&self, platform: &str) -> PathBuf {
        let tag = format!("localhost/app-{}", platform.replace('/', "-"));
        let words =
            ["build", "--isolation", "chroot", "--pull=never", "--platform", platform, "--tag", &tag, "."];
        let output: Output = self.run(&words).run();
        assert_eq!(output.code, Some(0), "{output}");
        let inspected = self.done(&["inspect", &tag]);
        assert!(inspected.contains("\"User\": \"65532:65532\""), "{inspected}");
        let container = self.done(&["from", "--pull=never", &tag]);
        PathBuf::from(self.done(&["mount", &container]))
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::copy(from, to).unwrap();
}

#[test]
fn the_dockerfile_of_a_module_builds_a_program_that_runs() {
    let Some((sandbox, program)) = home_with("buildah") else { return };
    if !Path::new("/bin/busybox").exists() {
        return say("skipped: there is no busybox for the image");
    }
    let buildah = Buildah { sandbox, program };
    let sandbox = &buildah.sandbox;
    buildah.make_image();
    sandbox.write("go.mod", "module example.test/shop\n\ngo 1.21\n");
    sandbox.write("cmd/app/main.go", PRINTS_ITS_GO);
    sandbox.write(".go-version", VERSION);
    sandbox.gom(["docker", "--write"]).done();

    let image = buildah.build("linux/amd64");
    let built = image.join("usr/local/bin/app");
    let files: Vec<String> = gom_tests::contents(&image).into_keys().collect();
    assert_eq!(files, ["etc/ssl/certs/ca-certificates.crt", "usr/local/bin/app"]);
    if host_platform() == "linux-amd64" {
        assert_eq!(sandbox.command(&built, [""; 0]).done().stdout, format!("built by go{VERSION}\n"));
    }
}
