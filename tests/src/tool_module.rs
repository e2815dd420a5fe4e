//! A module of programs, and toolchains whose go command "builds" them.
//!
//! The script reads what to answer in `fake-go` of the home folder, and writes there what it was asked and given.

use crate::encode::hash1;
use crate::sumdb::TestLog;
use crate::toolchain::FakeToolchain;
use std::fs;
use std::path::{Path, PathBuf};

/// The go command, whose programs end with 3 or with `EXIT_CODE_OF_TOOL`. `get`, `list`, `install` and `version -m` are those that gom calls.
const GO: &str = r##"
# A program that ends with 0 has done its work.
set -e
state=$HOME/fake-go
case "$1" in
get)
    echo "get $3 with VERSION" >>"$state/asked"
    needs=
    if [ -e "$state/needs" ]; then needs=$(cat "$state/needs"); fi
    case "$needs" in
    "" | VERSION) ;;
    *)
        echo "go: downloading example.test/tools v1.2.3" >&2
        echo "go: $3: example.test/tools@v1.2.3 requires go >= $needs (running go VERSION; GOTOOLCHAIN=$GOTOOLCHAIN)" >&2
        exit 1
        ;;
    esac
    case "$3" in
    example.test/tools/*) cat go.mod >"$state/go.mod" ;;
    *) echo "go: module $3: not found" >&2; exit 1 ;;
    esac
    ;;
list)
    if [ "$2" = -m ]; then
        echo "list $*" >>"$state/asked"
        cat "$state/listed"
    else
        clause=$(cat "$state/clause")
        version=$(cat "$state/version")
        printf '{"ImportPath":"%s","Name":"%s","Module":{"Path":"example.test/tools","Version":"%s","GoVersion":"1.98.0"}}\n' \
            "$5" "$clause" "$version"
    fi
    ;;
install)
    echo "install $3 with VERSION" >>"$state/asked"
    env >"$state/env"
    if [ -e "$state/fails" ]; then
        echo "# example.test/tools" >&2
        echo "main.go:1:1: broken" >&2
        exit 1
    fi
    if [ -e "$state/waits" ]; then
        echo "waiting" >&2
        echo started >"$state/started"
        exec cat "$state/waits"
    fi
    package=${3%@*}
    name=${package##*/}
    cat >"$GOBIN/$name" <<END
#!/bin/sh
echo "$name, built by VERSION: \$*"
echo "GOROOT=\${GOROOT-(unset)} PATH=\$PATH"
exit \${EXIT_CODE_OF_TOOL-3}
END
    /bin/chmod 755 "$GOBIN/$name"
    echo "$package" >"$state/package"
    ;;
version)
    if [ "$2" = -m ]; then
        package=$(cat "$state/package")
        printf '%s: goVERSION\n\tpath\t%s\n' "$3" "$package"
        cat "$state/modules"
        printf '\tbuild\t-compiler=gc\n'
    else
        echo "go version goVERSION x/y"
    fi
    ;;
tool)
    echo "tool $*" >>"$state/asked"
    echo "/cache/$3"
    ;;
*)
    echo "go VERSION: $*"
    ;;
esac
"##;

/// The module `example.test/tools`, which needs `example.test/dep`, as the go command of [`ToolModule::toolchain`] has it
/// in a home.
#[derive(Clone)]
pub struct ToolModule {
    home: PathBuf,
    log: TestLog,
}

impl ToolModule {
    /// v1.2.3 of the module, with its dependency, in the module cache of this home and in the checksum database.
    pub fn new(home: &Path, log: &TestLog) -> ToolModule {
        let module = ToolModule { home: home.to_path_buf(), log: log.clone() };
        fs::create_dir_all(module.state("")).expect("a folder for the script");
        module.set("clause", "main\n");
        module.be_version("v1.2.3");
        module
    }

    /// A toolchain for this machine whose go command builds the module's programs.
    pub fn toolchain(version: &str) -> FakeToolchain {
        FakeToolchain::here(version).program("bin/go", &GO.replace("VERSION", version))
    }

    /// Makes this the version of the module, in the module cache and in the checksum database.
    pub fn be_version(&self, version: &str) {
        self.set("version", version);
        let own = self.publish("example.test/tools", version);
        let dep = self.publish("example.test/dep", "v0.1.0");
        let modules =
            format!("\tmod\texample.test/tools\t{version}\t{own}\n\tdep\texample.test/dep\tv0.1.0\t{dep}\n");
        self.set("modules", &modules);
    }

    /// Adds golang.org/x/tools to what programs contain, so that they read Go code.
    pub fn read_go_code(&self) {
        let sum = self.publish("golang.org/x/tools", "v0.9.0");
        let modules = fs::read_to_string(self.state("modules")).expect("the modules of the program");
        self.set("modules", &format!("{modules}\tdep\tgolang.org/x/tools\tv0.9.0\t{sum}\n"));
    }

    fn publish(&self, module: &str, version: &str) -> String {
        let content = format!("module {module}\n");
        let folder = self.folder(module, version);
        fs::create_dir_all(&folder).expect("a folder of the module cache");
        fs::write(folder.join("go.mod"), &content).expect("a file of the module cache");
        let sum = hash1([(format!("{module}@{version}/go.mod"), content.as_bytes())]);
        if self.log.answer(&format!("/lookup/{module}@{version}")).is_none() {
            self.log.add(module, version, &sum);
        }
        sum
    }

    /// The folder of a module in the module cache.
    pub fn folder(&self, module: &str, version: &str) -> PathBuf {
        self.home.join(format!("go/pkg/mod/{module}@{version}"))
    }

    /// A file of the script.
    pub fn state(&self, name: &str) -> PathBuf {
        self.home.join("fake-go").join(name)
    }

    /// Writes a file of the script.
    pub fn set(&self, name: &str, content: &str) {
        fs::write(self.state(name), content).expect("a file of the script");
    }

    /// What the go command was asked, and forgets it.
    pub fn asked(&self) -> Vec<String> {
        let asked = fs::read_to_string(self.state("asked")).unwrap_or_default();
        let _ = fs::remove_file(self.state("asked"));
        asked.lines().map(str::to_owned).collect()
    }
}
