//! A client that shows what came over the wire, byte by byte, and hides no trouble.

use gom_tests::Internet;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;

/// An answer as it came over the wire.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Some(Self { status, head, body: bytes[end + 4..].to_vec() })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

pub(crate) fn connect(internet: &Internet) -> TcpStream {
    TcpStream::connect((Ipv4Addr::LOCALHOST, internet.port())).unwrap()
}

pub(crate) fn ask(stream: &mut impl Write, method: &str, target: &str, headers: &str) {
    write!(stream, "{method} {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n").unwrap();
    stream.flush().unwrap();
}

/// Everything until the server closes; `None` if there were no headers.
pub(crate) fn request(internet: &Internet, method: &str, path: &str, headers: &str) -> Option<Answer> {
    let mut stream = connect(internet);
    ask(&mut stream, method, path, headers);
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    Answer::parse(&bytes)
}

pub(crate) fn get(internet: &Internet, path: &str) -> Answer {
    request(internet, "GET", path, "").unwrap()
}

/// An `https://` request through the proxy, trusting only the internet's authority.
pub(crate) fn get_https(internet: &Internet, host: &str, path: &str) -> Answer {
    let mut stream = connect(internet);
    ask(&mut stream, "CONNECT", &format!("{host}:443"), "");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    assert_eq!(Answer::parse(&head).unwrap().status, 200);
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(internet.ca_file()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let mut secure = StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), stream);
    ask(&mut secure, "GET", path, "");
    let mut bytes = Vec::new();
    secure.read_to_end(&mut bytes).unwrap();
    assert_eq!(secure.conn.alpn_protocol(), Some(b"http/1.1".as_slice()));
    Answer::parse(&bytes).unwrap()
}
