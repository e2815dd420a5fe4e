//! Networking: one HTTP client for everything, including `file://`, credentials, and the memory of hosts that
//! do not answer. It knows nothing about Go.

mod answer;
pub mod client;
pub mod error;
mod failure;
mod file_url;
pub mod health;
pub mod netrc;
mod no_proxy;
pub mod patience;
pub mod proxies;
pub mod proxy_fault;
pub mod race;
mod request;
pub mod retry;
mod roots_error;
pub mod system_proxies;
pub mod tls;

pub use answer::Answer;
pub use client::Client;
pub use error::NetError;
pub use patience::Pace;
pub use request::{ByteRange, Get};
pub use roots_error::BadRoots;
