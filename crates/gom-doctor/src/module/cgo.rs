//! The packages that use cgo, and their files with `CGO_ENABLED=0`: compares two outputs of `go list`. Nothing is
//! compiled, so no C compiler is needed.

use std::collections::BTreeMap;

use super::check::{Checker, ModuleReport, run};

/// One package a line: its path, whether it is in the standard library, its files with `import "C"`, its other files.
const TEMPLATE: &str = "{{.ImportPath}}\t{{.Standard}}\t{{join .CgoFiles \",\"}}\t{{join .GoFiles \",\"}}";

const NAME: &str = "cgo";

/// A package of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Package<'a> {
    is_standard: bool,
    uses_cgo: bool,
    files: Vec<&'a str>,
}

impl Checker<'_> {
    /// `is_off`: whether cgo is off in the user's builds.
    pub fn cgo(&self, is_off: bool) -> ModuleReport {
        let listing = |enabled: &str| {
            let mut command = self.command();
            command.env("CGO_ENABLED", enabled).args(["list", "-e", "-deps", "-f", TEMPLATE, "./..."]);
            run(command)
        };
        let listings = listing("1").and_then(|with| Ok((with, listing("0")?)));
        match listings {
            Ok((with, without)) => judge(&packages(&with), &packages(&without), is_off),
            Err(said) => {
                ModuleReport::failed(NAME, "`go list` fails").with(said).hint("run `go list -deps ./...`")
            }
        }
    }
}

fn packages(listing: &str) -> BTreeMap<&str, Package<'_>> {
    listing.lines().filter_map(package).collect()
}

fn package(line: &str) -> Option<(&str, Package<'_>)> {
    let [path, standard, cgo, go] = <[&str; 4]>::try_from(line.split('\t').collect::<Vec<_>>()).ok()?;
    let files = [cgo, go].into_iter().flat_map(|list| list.split(',')).filter(|file| !file.is_empty());
    let package =
        Package { is_standard: standard == "true", uses_cgo: !cgo.is_empty(), files: files.collect() };
    Some((path, package))
}

fn judge(
    with: &BTreeMap<&str, Package<'_>>,
    without: &BTreeMap<&str, Package<'_>>,
    is_off: bool,
) -> ModuleReport {
    let users = || with.iter().filter(|(_, package)| package.uses_cgo);
    let own: Vec<&str> = users().filter(|(_, package)| !package.is_standard).map(|(path, _)| *path).collect();
    let standard: Vec<&str> =
        users().filter(|(_, package)| package.is_standard).map(|(path, _)| *path).collect();
    let mut details = Vec::new();
    let mut is_broken = false;
    for path in &own {
        let left = without.get(path).map(|package| package.files.as_slice()).unwrap_or_default();
        let lost: Vec<&str> = with[path].files.iter().filter(|file| !left.contains(file)).copied().collect();
        is_broken |= left.is_empty();
        details.push(if left.is_empty() {
            format!("{path}: CGO_ENABLED=0 drops all files, so packages that import it don't build")
        } else {
            format!("{path}: CGO_ENABLED=0 drops {}", lost.join(", "))
        });
    }
    if !standard.is_empty() {
        details
            .push(format!("{}: standard library, builds without C with CGO_ENABLED=0", standard.join(", ")));
    }
    let summary = match own.len() {
        0 => "only standard library packages use cgo".to_owned(),
        1 => format!("{} uses cgo", own[0]),
        count => format!("{count} packages use cgo"),
    };
    if is_broken && is_off {
        let summary = format!("{summary}, but cgo is off");
        return ModuleReport::failed(NAME, summary).with(details).hint("run `gom env CGO_ENABLED CC`");
    }
    ModuleReport::ok(NAME, summary).with(details)
}

#[cfg(test)]
mod tests {
    use super::super::check::CheckStatus;
    use super::*;

    const WITH: &str = "net\ttrue\tcgo_linux.go\tnet.go\nexample.test/db\tfalse\tdb.go\t\nexample.test/fast\tfalse\tc.go\tgo.go\nfmt\ttrue\t\tprint.go\n";
    const WITHOUT: &str = "net\ttrue\t\tnet.go,cgo_stub.go\nexample.test/db\tfalse\t\t\nexample.test/fast\tfalse\t\tgo.go,pure.go\nfmt\ttrue\t\tprint.go\n";

    #[test]
    fn each_package_has_the_files_that_it_loses_without_cgo() {
        let checked = judge(&packages(WITH), &packages(WITHOUT), false);
        assert_eq!((checked.status, checked.summary.as_str()), (CheckStatus::Ok, "2 packages use cgo"));
        assert_eq!(
            checked.details,
            [
                "example.test/db: CGO_ENABLED=0 drops all files, so packages that import it don't build",
                "example.test/fast: CGO_ENABLED=0 drops c.go",
                "net: standard library, builds without C with CGO_ENABLED=0",
            ]
        );
        assert_eq!(judge(&packages(WITH), &packages(WITHOUT), true).status, CheckStatus::Failed);
    }

    #[test]
    fn a_module_without_cgo_has_nothing_to_lose() {
        let checked = judge(&packages("fmt\ttrue\t\tprint.go\n"), &packages("fmt\ttrue\t\tprint.go\n"), true);
        assert_eq!((checked.status, checked.details.len()), (CheckStatus::Ok, 0));
    }
}
