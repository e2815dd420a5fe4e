//! OpenPGP keys and detached signatures, made without any OpenPGP program: Ed25519 keys of version 4.
//!
//! It owns the packets that an honest signer writes, at any moment the test wishes; it reads none. Invariant:
//! `gpg --verify` accepts what is signed here while the key is valid. Source: RFC 4880, RFC 9580.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use ring::signature::{Ed25519KeyPair, KeyPair};
use sha2::{Digest, Sha256};
use std::fmt::Write;

const PUBLIC_KEY: u8 = 6;
const USER_ID: u8 = 13;
const SIGNATURE: u8 = 2;

/// Ed25519 with keys as points with a prefix, and its curve.
const EDDSA: u8 = 22;
const CURVE: [u8; 10] = [9, 0x2b, 6, 1, 4, 1, 0xda, 0x47, 0x0f, 1];
const SHA256: u8 = 8;

const OF_A_FILE: u8 = 0;
const OF_A_USER_ID: u8 = 0x13;

/// A key and its owner. All times are seconds since 1970.
pub struct OpenPgpKey {
    pair: Ed25519KeyPair,
    user_id: String,
    made_at: u32,
    lifetime: Option<u32>,
}

impl OpenPgpKey {
    /// A key that never expires; the owner's name makes it.
    pub fn new(user_id: &str, made_at: u32) -> Self {
        let pair =
            Ed25519KeyPair::from_seed_unchecked(&Sha256::digest(user_id)).expect("32 bytes are a seed");
        Self { pair, user_id: user_id.to_owned(), made_at, lifetime: None }
    }

    /// The same key, valid for so many seconds.
    #[must_use]
    pub fn valid_for(self, seconds: u32) -> Self {
        Self { lifetime: Some(seconds), ..self }
    }

    /// 40 upper-case hex digits.
    pub fn fingerprint(&self) -> String {
        self.print().iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02X}").expect("writing to a string");
            hex
        })
    }

    /// The public key with its owner's name, as `gpg --export` writes it.
    pub fn public(&self) -> Vec<u8> {
        let user_id = self.user_id.as_bytes();
        let signed = [self.framed(), vec![0xb4], long(user_id.len()), user_id.to_vec()].concat();
        let mut more = subpacket(27, &[3]);
        if let Some(lifetime) = self.lifetime {
            more.extend(subpacket(9, &lifetime.to_be_bytes()));
        }
        let certification = self.signature(OF_A_USER_ID, self.made_at, &more, &signed);
        [packet(PUBLIC_KEY, &self.body()), packet(USER_ID, user_id), packet(SIGNATURE, &certification)]
            .concat()
    }

    /// A detached signature as `gpg --detach-sign --armor` writes it: the content of an `.asc`.
    pub fn sign(&self, content: &[u8], at: u32) -> String {
        let signature = packet(SIGNATURE, &self.signature(OF_A_FILE, at, &[], content));
        let (base64, sum) =
            (STANDARD.encode(&signature), STANDARD.encode(&crc24(&signature).to_be_bytes()[1..]));
        let lines: Vec<&str> =
            base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("base64")).collect();
        format!(
            "-----BEGIN PGP SIGNATURE-----\n\n{}\n={sum}\n-----END PGP SIGNATURE-----\n",
            lines.join("\n")
        )
    }

    fn signature(&self, kind: u8, at: u32, more: &[u8], signed: &[u8]) -> Vec<u8> {
        let print = self.print();
        let (issuer, unhashed) = ([vec![4], print.clone()].concat(), subpacket(16, &print[12..]));
        let subpackets = [subpacket(2, &at.to_be_bytes()), subpacket(33, &issuer), more.to_vec()].concat();
        let hashed = [vec![4, kind, EDDSA, SHA256], short(subpackets.len()), subpackets].concat();
        let end = [vec![4, 0xff], long(hashed.len())].concat();
        let hash = Sha256::new().chain_update(signed).chain_update(&hashed).chain_update(end).finalize();
        let value = self.pair.sign(&hash);
        let (r, s) = value.as_ref().split_at(32);
        [hashed, short(unhashed.len()), unhashed, hash[..2].to_vec(), number(r), number(s)].concat()
    }

    fn body(&self) -> Vec<u8> {
        let point = [&[0x40], self.pair.public_key().as_ref()].concat();
        [vec![4], self.made_at.to_be_bytes().to_vec(), vec![EDDSA], CURVE.to_vec(), number(&point)].concat()
    }

    /// The key as it goes into hashes.
    fn framed(&self) -> Vec<u8> {
        let body = self.body();
        [vec![0x99], short(body.len()), body].concat()
    }

    fn print(&self) -> Vec<u8> {
        digest(&SHA1_FOR_LEGACY_USE_ONLY, &self.framed()).as_ref().to_vec()
    }
}

fn packet(tag: u8, body: &[u8]) -> Vec<u8> {
    [vec![0xc0 | tag, 0xff], long(body.len()), body.to_vec()].concat()
}

fn subpacket(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u8::try_from(body.len() + 1).expect("a short subpacket");
    [&[length, kind], body].concat()
}

/// The number of its bits, then its bytes without leading zeros.
fn number(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let bytes = &bytes[zeros..];
    let bits = bytes.first().map_or(0, |first| bytes.len() * 8 - first.leading_zeros() as usize);
    [short(bits), bytes.to_vec()].concat()
}

/// The checksum of armor.
fn crc24(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x00b7_04ce, |crc, byte| {
        (0..8).fold(crc ^ (u32::from(*byte) << 16), |crc, _| {
            let shifted = crc << 1;
            if shifted & 0x0100_0000 == 0 { shifted } else { shifted ^ 0x0186_4cfb }
        })
    })
}

fn short(length: usize) -> Vec<u8> {
    u16::try_from(length).expect("a short length").to_be_bytes().to_vec()
}

fn long(length: usize) -> Vec<u8> {
    u32::try_from(length).expect("less than 4 GiB").to_be_bytes().to_vec()
}
