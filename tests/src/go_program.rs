//! Programs as the go command builds them, as far as their build information is concerned: ELF, for any machine to read and
//! none to run. Source: cmd/link/internal/ld/data.go (`buildinfo`), debug/buildinfo.

/// A program that this Go built with these settings: `go1.22.6`, and `GOOS=linux`.
pub fn go_program(go: &str, settings: &[&str]) -> Vec<u8> {
    let settings: String = settings.iter().flat_map(|setting| ["build\t", setting, "\n"]).collect();
    let modules = format!("path\texample.com/x\nmod\texample.com/x\t(devel)\t\n{settings}");
    // 16 bytes mark each end of the modules.
    let modules = [&[0xff; 16][..], modules.as_bytes(), &[0xfe; 16]].concat();
    let mut info = b"\xff Go buildinf:\x08\x02".to_vec();
    info.resize(32, 0);
    for text in [go.as_bytes(), &modules] {
        info.extend(varint(text.len()));
        info.extend(text);
    }
    elf(&info)
}

fn varint(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(u8::try_from(value & 0x7f).expect("seven bits") | 0x80);
        value >>= 7;
    }
    bytes.push(u8::try_from(value).expect("seven bits"));
    bytes
}

/// An ELF file for amd64 with one segment, and one section for the build information.
fn elf(info: &[u8]) -> Vec<u8> {
    const BASE: u64 = 0x40_0000;
    const START: u64 = 128;
    let names = b"\0.go.buildinfo\0.shstrtab\0";
    let size = |bytes: &[u8]| u64::try_from(bytes.len()).expect("a small file");
    let sections = START + size(info) + size(names);
    let end = sections + 3 * 64;
    let mut file = b"\x7fELF\x02\x01\x01".to_vec();
    file.resize(16, 0);
    file.extend([2_u16, 62].iter().flat_map(|one| one.to_le_bytes()));
    file.extend(1_u32.to_le_bytes());
    file.extend([BASE, 64, sections].iter().flat_map(|one| one.to_le_bytes()));
    file.extend(0_u32.to_le_bytes());
    file.extend([64_u16, 56, 1, 64, 3, 2].iter().flat_map(|one| one.to_le_bytes()));
    // The segment: readable and writable, all of the file.
    file.extend([1_u32, 6].iter().flat_map(|one| one.to_le_bytes()));
    file.extend([0, BASE, BASE, end, end, 4096].iter().flat_map(|one: &u64| one.to_le_bytes()));
    file.resize(usize::try_from(START).expect("a small number"), 0);
    file.extend(info);
    file.extend(names);
    file.extend([0; 64]);
    for (name, kind, flags, address, offset, size) in [
        (1_u32, 1_u32, 3_u64, BASE + START, START, size(info)),
        (15, 3, 0, 0, START + size(info), size(names)),
    ] {
        file.extend([name, kind].iter().flat_map(|one| one.to_le_bytes()));
        file.extend([flags, address, offset, size].iter().flat_map(|one| one.to_le_bytes()));
        file.extend([0; 8]);
        file.extend([16_u64, 0].iter().flat_map(|one| one.to_le_bytes()));
    }
    file
}
