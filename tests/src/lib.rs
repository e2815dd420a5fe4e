//! The test kit: a fake internet, fake Go toolchains, a checksum database with a test key, and a sandbox that
//! runs the shipped `gom` and `gom-shim`.
//!
//! It never uses a crate of gom: what it serves and expects is written from Go's own rules, so a mistake in
//! gom can't hide behind the same mistake here. Nothing in it reaches the real network, and no test needs a
//! sleep: a test that has to wait, waits for an event.
//!
//! ```no_run
//! use gom_tests::{FakeToolchain, GoDev, Internet, Sandbox};
//!
//! let internet = Internet::new();
//! let godev = GoDev::new();
//! godev.publish(&FakeToolchain::new("1.22.6", "linux-amd64"));
//! godev.online(&internet);
//! let sandbox = Sandbox::on(&internet);
//! let output = sandbox.gom(["install", "1.22.6"]).run();
//! assert_eq!(output.code, Some(0), "{output}");
//! ```
#![expect(
    clippy::expect_used,
    reason = "a kit for tests reports its own troubles by a panic in the test that has them"
)]

mod encode;
mod go_program;
pub mod godev;
pub mod internet;
pub mod modproxy;
mod own_release;
mod report;
pub mod sandbox;
mod schema;
mod socks;
pub mod sumdb;
mod tool_module;
pub mod toolchain;
pub mod vulndb;
mod world;

pub use encode::{gzip, hash1, sha256};
pub use go_program::go_program;
pub use godev::{GoDev, Mirror};
pub use internet::{Fault, Internet, Request, Route, Site, Source};
pub use modproxy::ModProxy;
pub use own_release::{OWN_MODULE, OwnRelease, own_target};
pub use report::{say, skip};
pub use sandbox::{Output, Run, Running, Sandbox, Terminal, contents, copy_program};
pub use schema::Schemas;
pub use socks::SocksProxy;
pub use sumdb::TestLog;
pub use tool_module::ToolModule;
pub use toolchain::raw_tar::{RawTar, TarEntry, TarStyle};
pub use toolchain::raw_zip::{RawZip, ZipEntry};
pub use toolchain::{FakeToolchain, ZipModes};
pub use vulndb::VulnDb;
pub use world::{FOREIGN, NOBODY, World};
