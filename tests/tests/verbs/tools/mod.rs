//! `gom tools` and `gom x`: programs that a go command builds, proven by the checksum database and started by the shim.
//! The go command is a script that answers as a real one does; live/tools.rs has the real one.

mod install;
mod once;
mod outdated;
mod project;
mod running;
mod world;
