//! The crate that `cargo binstall NAME` reads: where the archives are and what is in them. It has no code.

use anyhow::Result;

use super::release::Release;
use super::source::File;
use super::template::fill;

const MANIFEST: &str = include_str!("../../../../packaging/binstall/Cargo.toml");
const REFUSAL: &str = include_str!("../../../../packaging/binstall/refuse.rs");

/// Makes the files of the crate, or none while it is not known where the archives are.
pub(super) fn make(release: &Release) -> Result<Vec<File>> {
    let Some(base) = &release.base else { return Ok(Vec::new()) };
    let values = [
        ("PACKAGE", release.package.as_str()),
        ("VERSION", &release.version),
        ("HOMEPAGE", release.homepage.as_deref().unwrap_or(base)),
        ("BASE", base),
    ];
    Ok(vec![
        File::text("Cargo.toml", fill(MANIFEST, &values)?),
        File::text("refuse.rs", fill(REFUSAL, &[("PACKAGE", &release.package)])?),
    ])
}
