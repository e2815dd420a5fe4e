//! Looks up a module version in Go's checksum database, and verifies the stored record offline:
//! `cargo run -p gom-sumdb --example lookup -- golang.org/x/mod v0.42.0`.
//! A third argument is another address of the database, such as `PROXY/sumdb/sum.golang.org` of a module proxy.
#![expect(clippy::print_stdout, reason = "an example prints its result")]

use std::error::Error;

use gom_sumdb::{
    GO_DATABASE_KEY, LogClient, LogRecord, LogState, LogTransport, TransportError, VerifierKey,
    verify_offline,
};
use reqwest::{Client, StatusCode};

/// The database over HTTP; a module proxy serves it too, at `PROXY/sumdb/sum.golang.org`.
struct Database {
    client: Client,
    base: String,
}

impl LogTransport for Database {
    async fn get(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, TransportError> {
        let url = format!("{}{path}", self.base);
        let answer = self.client.get(url).send().await.map_err(TransportError::new)?;
        if matches!(answer.status(), StatusCode::NOT_FOUND | StatusCode::GONE) {
            return Ok(None);
        }
        let mut answer = answer.error_for_status().map_err(TransportError::new)?;
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(TransportError::new)? {
            body.extend_from_slice(&piece);
            if body.len() as u64 > limit {
                return Err(TransportError::TooLong);
            }
        }
        Ok(Some(body))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let module = arguments.next().ok_or("pass a module and a version")?;
    let version = arguments.next().ok_or("pass a version, such as v0.42.0")?;
    let base = arguments.next().unwrap_or_else(|| "https://sum.golang.org".to_owned());

    // Of the two cryptography providers that rustls knows, the one that this workspace builds.
    rustls::crypto::ring::default_provider().install_default().map_err(|_| "a provider is installed")?;
    let key = VerifierKey::parse(GO_DATABASE_KEY)?;
    let state = LogState {
        // A program that runs more than once must keep this file: the next head must extend the one in it.
        head_file: std::env::temp_dir().join("lookup-example/latest"),
        tile_dir: None,
        other_heads: Vec::new(),
    };
    let database = Database { client: Client::new(), base };
    let record = LogClient::new(key.clone(), database, state).lookup(&module, &version).await?;
    println!("{module} {version} {}", record.h1);

    // The stored record can be proven again, years later and offline.
    let kept = serde_json::to_string(&record)?;
    let record: LogRecord = serde_json::from_str(&kept)?;
    verify_offline(&key, &module, &version, &record)?;
    println!("record {} of {} is proven by {} bytes", record.id, record.tree_size, kept.len());
    Ok(())
}
