//! Tests with handmade headers in every format, whole and broken.

use proptest::prelude::*;

use super::*;

/// The first bytes of an ELF program: 64 or 32 bits, byte order, machine.
fn elf(is_64: bool, is_little: bool, machine: u16) -> Vec<u8> {
    let mut bytes = vec![0; 64];
    bytes[..7].copy_from_slice(&[0x7f, b'E', b'L', b'F', 1 + u8::from(is_64), 2 - u8::from(is_little), 1]);
    let machine = if is_little { machine.to_le_bytes() } else { machine.to_be_bytes() };
    bytes[18..20].copy_from_slice(&machine);
    bytes
}

/// The header of a Mach-O program that has no load command.
fn thin(cpu: u32) -> Vec<u8> {
    [0xfeed_facf, cpu, 0, 2, 0, 0, 0, 0].iter().flat_map(|number: &u32| number.to_le_bytes()).collect()
}

fn universal(cpus: &[u32]) -> Vec<u8> {
    let count = u32::try_from(cpus.len()).unwrap();
    let slices = cpus.iter().flat_map(|cpu| [*cpu, 0, 4096, 32, 12]);
    [0xcafe_babe, count].into_iter().chain(slices).flat_map(u32::to_be_bytes).collect()
}

/// The headers of a PE program up to the end of the optional one.
pub(crate) fn pe(machine: u16, is_64: bool) -> Vec<u8> {
    let mut bytes = vec![0; 0x80 + 24 + 240];
    bytes[..2].copy_from_slice(b"MZ");
    bytes[0x3c] = 0x80;
    bytes[0x80..0x84].copy_from_slice(b"PE\0\0");
    bytes[0x84..0x86].copy_from_slice(&machine.to_le_bytes());
    let (size, magic): (u16, u16) = if is_64 { (240, 0x20b) } else { (224, 0x10b) };
    bytes[0x80 + 20..0x80 + 22].copy_from_slice(&size.to_le_bytes());
    bytes[0x80 + 24..0x80 + 26].copy_from_slice(&magic.to_le_bytes());
    bytes
}

fn said(head: &[u8]) -> String {
    ProgramHeader::of(head).map_or_else(|| "no program".to_owned(), |header| header.to_string())
}

#[test]
fn every_format_is_read() {
    for (head, expected) in [
        (elf(true, true, 62), "ELF amd64"),
        (elf(false, true, 3), "ELF 386"),
        (elf(true, true, 183), "ELF arm64"),
        (elf(false, true, 40), "ELF arm"),
        (elf(true, false, 21), "ELF ppc64"),
        (elf(true, true, 21), "ELF ppc64le"),
        (elf(true, false, 22), "ELF s390x"),
        (elf(false, false, 8), "ELF mips"),
        (elf(true, true, 8), "ELF mips64le"),
        (elf(true, true, 258), "ELF loong64"),
        (elf(true, true, 243), "ELF riscv64"),
        (elf(true, true, 9999), "ELF"),
        (thin(0x0100_000c), "Mach-O arm64"),
        (thin(0x0100_0007), "Mach-O amd64"),
        (universal(&[0x0100_0007, 0x0100_000c]), "Mach-O amd64 arm64"),
        (pe(0x8664, true), "PE amd64"),
        (pe(0xaa64, true), "PE arm64"),
        (pe(0x014c, false), "PE 386"),
        (b"#!/bin/sh\n".to_vec(), "script"),
        (b"hello, this is a text".to_vec(), "no program"),
        (Vec::new(), "no program"),
        (b"\xca\xfe\xba\xbe\0\0\0\x34 and more of a class file".to_vec(), "no program"),
    ] {
        assert_eq!(said(&head), expected, "{head:x?}");
    }
}

#[test]
fn a_program_is_for_the_platform_its_format_and_architecture_say() {
    let fits = |head: &[u8], platform: &str| {
        ProgramHeader::of(head).unwrap().fits(&Platform::parse(platform).unwrap())
    };
    assert_eq!(fits(&elf(true, true, 62), "linux-amd64"), Some(true));
    assert_eq!(fits(&elf(true, true, 62), "linux-arm64"), Some(false));
    assert_eq!(fits(&elf(true, true, 62), "darwin-amd64"), Some(false));
    assert_eq!(fits(&elf(true, true, 62), "openbsd-amd64"), Some(true));
    assert_eq!(fits(&thin(0x0100_000c), "darwin-arm64"), Some(true));
    assert_eq!(fits(&universal(&[0x0100_0007, 0x0100_000c]), "darwin-arm64"), Some(true));
    assert_eq!(fits(&universal(&[0x0100_0007]), "darwin-arm64"), Some(false));
    assert_eq!(fits(&pe(0x8664, true), "windows-amd64"), Some(true));
    assert_eq!(fits(b"#!/bin/sh\n", "linux-amd64"), Some(false));
    assert_eq!(fits(&elf(true, true, 62), "plan9-amd64"), None);
}

#[test]
fn this_very_program_is_for_the_host() {
    let header = ProgramHeader::of_file(&std::env::current_exe().unwrap()).unwrap().unwrap();
    assert_eq!(header.fits(&Platform::host()), Some(true));
}

proptest! {
    /// For all bytes, reading ends and does not panic.
    #[test]
    fn any_bytes_are_no_trouble(magic in 0..8_usize, rest in proptest::collection::vec(any::<u8>(), 0..600)) {
        let magics = [&b"\x7fELF\x02\x01\x01"[..], b"\x7fELF\x01\x02\x01", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xce",
            b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf", b"MZ", b""];
        let _ = ProgramHeader::of(&[magics[magic], &rest].concat());
    }
}
