//! What pins a release of gom in a file of a project: where its archives are, and their sums as the checksum database proves them.

use gom_core::Context;
use gom_core::digest::Sha256Digest;
use gom_core::redact::redacted;

use crate::download;
use crate::error::SelfError;
use crate::identity::Identity;
use crate::release::{Release, ReleaseVersion};
use crate::update::record_of;

/// A release, and the only bytes of it that count.
#[derive(Clone, Debug)]
pub struct PinnedRelease {
    /// The release.
    pub release: Release,
    /// The folder of its archives, without a slash at its end.
    pub base: String,
    /// The name of the checksum database that proves the sums.
    pub log: String,
    /// The names of the archives with their sums.
    pub archives: Vec<(String, Sha256Digest)>,
}

/// Asks for the sums of a release, and proves them by its record in the checksum database.
pub async fn pinned(ctx: &Context, version: ReleaseVersion) -> Result<PinnedRelease, SelfError> {
    let identity = Identity::find(&ctx.environment)?;
    let base = identity.base.ok_or(SelfError::NoBase)?;
    if !base.username().is_empty() || base.password().is_some() {
        let reason = "it has a login, which must not get into a file of a project".to_owned();
        return Err(SelfError::Base { value: redacted(&base), reason });
    }
    let release = Release { module: identity.module, version };
    let (log, record) = record_of(ctx, &release).await?;
    let archives = download::list(ctx, &base, &release, &record).await?.archives(&release);
    Ok(PinnedRelease { base: base.as_str().trim_end_matches('/').to_owned(), log, archives, release })
}
