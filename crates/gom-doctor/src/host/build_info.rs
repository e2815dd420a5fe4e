//! What Go's build information tells about a program: the Go that built it, its package and its modules.

use gom_core::machine::go_program::GoBuild;
use object::read::ReadRef;

use crate::facts::BinaryFacts;

/// Adds Go's build information at an offset. Before Go 1.18 it is stored behind pointers, which are not followed.
pub(super) fn add_build_info<'data>(data: impl ReadRef<'data>, at: u64, facts: &mut BinaryFacts) {
    let Some(GoBuild { go, modules }) = GoBuild::at(data, at) else { return };
    facts.go = go.strip_prefix("go").map(str::to_owned);
    let path = modules.lines().find_map(|line| line.strip_prefix("path\t").map(str::to_owned));
    facts.package = path.filter(|path| path != "command-line-arguments");
    facts.module = modules.lines().find_map(|line| {
        let mut columns = line.strip_prefix("mod\t")?.split('\t');
        Some(format!("{}@{}", columns.next()?, columns.next()?))
    });
    facts.x_tools = modules.lines().find_map(|line| {
        let line = line.strip_prefix("dep\t").or_else(|| line.strip_prefix("mod\t"))?;
        Some(line.strip_prefix("golang.org/x/tools\t")?.split('\t').next()?.to_owned())
    });
}
