//! The receipt of a tool: what its program was built from and by, and what proved that. A JSON file next to the
//! program, published with it. Fields are only added.
//!
//! It is gom's own note. Who can change it can change the program too, so nothing is decided by it but what is shown
//! and which version is newer.

use std::collections::BTreeMap;

use gom_core::context::Context;
use gom_core::digest::Sha256Digest;
use gom_select::tool_name::ToolPlace;
use gom_select::toolchain::ToolchainId;
use gom_select::version::ReleaseLine;
use serde::{Deserialize, Serialize};

use crate::build_info::ModuleSum;

/// The version of the receipt format.
pub const SCHEMA: u32 = 1;

/// The record of a tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolReceipt {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The name of the program.
    pub name: String,
    /// Its package.
    pub package: String,
    /// What was asked for after the `@`; `None` for the newest version.
    pub asked: Option<String>,
    /// The module of the package.
    pub module: ModuleSum,
    /// The other modules in the program.
    pub modules: Vec<ModuleSum>,
    /// The toolchain that built it: `go1.22.6.linux-amd64`.
    pub toolchain: String,
    /// The settings of the build, as the program has them.
    pub settings: BTreeMap<String, String>,
    /// The size of the program in bytes.
    pub bytes: u64,
    /// The sum of the program.
    pub sha256: Sha256Digest,
    /// Whether it reads Go code, by the modules in it.
    pub reads_go: bool,
    /// The checksum database that has recorded the modules; `None` if it was not asked.
    pub log: Option<String>,
    /// The modules that nothing proves.
    pub unproven: Vec<String>,
    /// The time of the install in UTC: RFC 3339, to the second.
    pub installed_at: String,
    /// The version of gom that installed it.
    pub gom: String,
}

impl ToolReceipt {
    /// Reads the receipt of a tool. The error says why there is none that gom can read.
    pub fn read(ctx: &Context, place: &ToolPlace) -> Result<ToolReceipt, String> {
        let text = ctx.store.read_tool_receipt(place).map_err(|error| error.to_string())?;
        let receipt: ToolReceipt = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
        if receipt.name == place.name.as_str() {
            Ok(receipt)
        } else {
            Err(format!("it is the receipt of `{}`", receipt.name.escape_debug()))
        }
    }

    /// Its text.
    pub(crate) fn to_bytes(&self) -> std::io::Result<Vec<u8>> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        Ok(text)
    }

    /// The version of the module.
    pub fn version(&self) -> &str {
        &self.module.version
    }

    /// The version of the Go that built it: `1.22.6`.
    pub fn go_version(&self) -> String {
        match ToolchainId::parse(&self.toolchain) {
            Ok(id) => id.version.to_string(),
            Err(_) => self.toolchain.clone(),
        }
    }

    /// If it reads Go code: the line of the Go that built it, whose language is the newest that it can read.
    pub(crate) fn reads_up_to(&self) -> Option<ReleaseLine> {
        ToolchainId::parse(&self.toolchain).ok().filter(|_| self.reads_go).map(|id| id.version.line())
    }

    /// Whether the user chose this version, so that it is not upgraded without being named.
    pub fn is_held(&self) -> bool {
        self.asked.as_deref().is_some_and(|asked| asked != crate::package::LATEST)
    }
}
