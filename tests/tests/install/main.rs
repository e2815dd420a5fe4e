//! Installing, on the shipped binaries: where archives come from, what proves them, what broken transfers,
//! hostile archives and a busy or damaged store lead to.
//!
//! Every test has a world of its own (see [`world`]), and nothing here watches a clock: what was asked is read
//! from the request log, and a gom that must be in the middle of a transfer is held there by the server.

#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

mod by_difference;
mod compressed;
mod few_threads;
mod file_systems;
mod honest;
mod hostile;
mod hostile_zip;
mod in_parallel;
mod kits_log;
mod kits_tar;
mod kits_zip;
mod locks;
mod log_lies;
mod policy;
mod proof;
mod proxies;
mod proxy_faults;
mod repacked;
mod room;
mod running;
mod secrets;
mod silence;
mod sources;
mod store;
mod store_faults;
mod strange_files;
mod terminal;
mod transfer;
mod transfer_signals;
mod world;
