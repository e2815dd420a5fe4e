//! Installs a toolchain into its own store, and prints its GOROOT:
//! `cargo run -p gom-core --example install -- 1.22 /tmp/store`.
#![expect(clippy::print_stdout, reason = "an example prints its result")]

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use gom_core::Context;
use gom_core::cancel::Cancel;
use gom_core::environment::Environment;
use gom_core::install::InstallOptions;
use gom_core::obtain::obtain;
use gom_core::report::SilentReporter;
use gom_core::resolve::Query;
use gom_core::settings::SettingFlags;
use gom_select::layout::Layout;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let spec = arguments.next().ok_or("give a version and a folder")?;
    let store = std::path::absolute(arguments.next().ok_or("give a folder for the store")?)?;

    // The library reads nothing of the process by itself. Proxies, GOPROXY and GOSUMDB come from these
    // variables.
    let environment = Environment {
        variables: std::env::vars_os().collect(),
        cwd: std::env::current_dir().ok(),
        home: std::env::var_os("HOME").map(PathBuf::from),
        ..Environment::default()
    };
    let layout = Layout::new(store);
    let ctx = Context::new(
        environment,
        layout,
        &SettingFlags::default(),
        Arc::new(SilentReporter),
        Cancel::default(),
    )?;
    let (id, _) = obtain(&ctx, &Query::parse(&spec, None)?, InstallOptions::default()).await?;
    println!("{}", ctx.goroot(&id).display());
    Ok(())
}
