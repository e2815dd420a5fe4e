//! Real programs of others that use gom's Go, as docs/for-tools.md tells their users to set them up.
//!
//! It runs only with `GOM_TEST_CONSUMERS=DIR`, and says so otherwise: DIR has the programs, which `.ci/consumers.sh` puts there.
//! The toolchain is a real one, from the module proxy that the tests' environment names. Invariant: once it is installed,
//! nothing reaches the network, so a program that would download a Go of its own fails.

#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

mod buildah;
mod home;
mod pre_commit;
