compile_error!("gom can't be built from this crate: run `cargo binstall @PACKAGE@`, or build a checkout of gom");
