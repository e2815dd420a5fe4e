//! A checksum database with a test key that has recorded a release of gom, as files for a web server:
//! `.ci/release-check.sh` needs one for what is not published yet.
//!
//! ```sh
//! cargo run -p gom-tests --example checksum-database -- FOLDER MODULE
//! ```
//!
//! FOLDER holds what `cargo xtask gomod` makes. The database goes to `FOLDER/sumdb`, and its key to standard output.

#![expect(clippy::print_stdout, reason = "its answer")]
#![expect(clippy::expect_used, reason = "a kit for tests reports its own troubles by a panic")]

use base64::{Engine, engine::general_purpose::STANDARD};
use gom_tests::TestLog;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::{env, fs};

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, module] = arguments.as_slice() else { panic!("usage: checksum-database FOLDER MODULE") };
    let folder = Path::new(folder);
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("a file of `cargo xtask gomod`");
    let version = read("gom-latest.txt");
    let version = version.trim();
    let list = read(&format!("gom-{}-module.txt", version.trim_start_matches('v')));
    // Source: `golang.org/x/mod/sumdb/dirhash.Hash1`.
    let h1 = format!("h1:{}", STANDARD.encode(Sha256::digest(list)));
    let log = TestLog::new("sum.example.test", 14);
    log.add_with_go_mod(module, version, &h1, &read("gomod/go.mod"));
    log.write_to(&folder.join("sumdb"));
    println!("{}", log.key());
}
