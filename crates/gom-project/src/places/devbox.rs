//! Devbox: the package `go@1.22.6`.

use super::file::ProjectFile;
use super::scalar;
use crate::document::{self, Format, Node, ParseFault, Scalar};
use crate::mention::{Mention, Role};

pub(super) fn read(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    let documents = document::parse(Format::Json, file.bytes)?;
    let packages = documents.iter().filter_map(|root| root.get("packages"));
    let mention = |value: &Scalar| scalar::version(file.bytes, value, Role::Tool, "package go");
    let found = packages.filter_map(|packages| match packages {
        Node::List(_) => packages.scalars().find_map(|package| {
            let version = package.text.strip_prefix("go@")?;
            let start = package.range.start + package.text.len() - version.len();
            let inner = Scalar {
                text: version.to_owned(),
                range: if package.is_verbatim { start..package.range.end } else { package.range.clone() },
                ..package.clone()
            };
            mention(&inner)
        }),
        packages => {
            let package = packages.get("go")?;
            mention(package.get("version").unwrap_or(package).as_scalar()?)
        }
    });
    Ok(found.collect())
}
