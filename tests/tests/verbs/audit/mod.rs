//! `gom audit`: the known vulnerabilities of the Go that is used here, by a database that each test makes.

mod database;
mod here;
mod hostile;
mod named;
mod secure;
mod world;
