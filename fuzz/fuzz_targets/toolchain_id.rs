//! The name of one toolchain, on any text.
//!
//! Owns: the check that a name that parses prints itself, and that no path the store makes of it leaves
//! its folder.
#![no_main]

use std::path::{Component, Path};

use gom_select::layout::Layout;
use gom_select::toolchain::ToolchainId;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(name) = str::from_utf8(data) else { return };
    match ToolchainId::parse(name) {
        Ok(id) => {
            assert_eq!(id.to_string(), name);
            every_path_stays_in_its_folder(&id);
        }
        Err(error) => assert!(!error.to_string().contains(char::is_control), "{error:?}"),
    }
    if let Ok(id) = ToolchainId::from_module_version(name) {
        assert_eq!(id.module_version(), name);
        every_path_stays_in_its_folder(&id);
    }
});

fn every_path_stays_in_its_folder(id: &ToolchainId) {
    assert_eq!(ToolchainId::parse(&id.to_string()).as_ref(), Ok(id));
    assert_eq!(ToolchainId::from_module_version(&id.module_version()).as_ref(), Ok(id));
    assert!(!id.version.is_language_version(), "{id}");

    let layout = Layout::new("/home/gopher/.gom");
    is_inside(&layout.toolchain(id), &layout.toolchains());
    is_inside(&layout.receipt(id), &layout.receipts());
    is_inside(&layout.toolchain_lock(id), &layout.locks());
    is_inside(&layout.line(&id.version.line()), &layout.lines());
    is_inside(&layout.bin().join(id.version.toolchain_name()), &layout.bin());
}

/// `path` is one plain name in `folder`.
fn is_inside(path: &Path, folder: &Path) {
    let rest = path.strip_prefix(folder);
    let components: Vec<_> = rest.map(|rest| rest.components().collect()).unwrap_or_default();
    assert!(matches!(components[..], [Component::Normal(_)]), "{} in {}", path.display(), folder.display());
    assert!(!path.as_os_str().as_encoded_bytes().contains(&0), "{}", path.display());
}
