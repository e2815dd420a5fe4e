//! The feature for development containers: `devcontainer/` with the version and the installer of this release, whose sums
//! decide which gom a container gets.

use anyhow::Result;

use super::release::Release;
use super::source::File;
use super::template::fill;

const ABOUT: &str = include_str!("../../../../devcontainer/devcontainer-feature.json");
const INSTALL: &str = include_str!("../../../../devcontainer/install.sh");
const ON_CREATE: &str = include_str!("../../../../devcontainer/on-create.sh");

/// Makes the files of the feature's folder. `installer` is the release's install.sh.
pub(super) fn make(release: &Release, installer: Vec<u8>) -> Result<Vec<File>> {
    Ok(vec![
        File::text("devcontainer-feature.json", fill(ABOUT, &[("VERSION", &release.version)])?),
        File::program("install.sh", INSTALL),
        File::program("on-create.sh", ON_CREATE),
        File::program("gom-install.sh", installer),
    ])
}
