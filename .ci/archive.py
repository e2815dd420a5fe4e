"""Writes a release that is the same each time, for .ci/instructions.sh: `archive.py VERSION FOLDER`.

The archive has the shape of a real one: text that compresses like source, many small files, some large ones.
Beside it lies go.dev's list as if it were the only release.
"""

import gzip
import hashlib
import io
import json
import pathlib
import random
import struct
import sys
import tarfile

WORDS = "func return if err != nil { } package import var := range string int byte error type struct // the a of to is".split()

# A program for linux-amd64, as far as its first bytes tell.
ELF_HEADER = struct.pack("<4s5B7xHHI", b"\x7fELF", 2, 1, 1, 0, 0, 2, 62, 1) + bytes(40)


def text(numbers, size):
    """Lines of a few words each, some of which no other line has."""
    lines, length = [], 0
    while length < size:
        words = [numbers.choice(WORDS) for _ in range(numbers.randrange(3, 12))]
        words.append(f"x{numbers.randrange(100000)}")
        lines.append("\t" + " ".join(words) + "\n")
        length += len(lines[-1])
    return "".join(lines)[:size].encode()


def files(version):
    numbers = random.Random(1)
    yield "VERSION", f"go{version}\ntime 2026-01-01T00:00:00Z\n".encode()
    yield "bin/go", ELF_HEADER + numbers.randbytes(300_000) + bytes(700_000)
    for folder in range(40):
        for file in range(20):
            size = int(numbers.paretovariate(1.2) * 1500) % 200_000
            yield f"src/package{folder}/inner{folder % 7}/file{file}.go", text(numbers, size)


def main(version, folder):
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0) as stream:
        with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for name, content in files(version):
                info = tarfile.TarInfo(f"go/{name}")
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    name = f"go{version}.linux-amd64.tar.gz"
    (folder / name).write_bytes(packed.getvalue())
    sha256 = hashlib.sha256(packed.getvalue()).hexdigest()
    file = {"filename": name, "os": "linux", "arch": "amd64", "sha256": sha256, "kind": "archive"}
    release = {"version": f"go{version}", "stable": True, "files": [file]}
    (folder / "list.json").write_text(json.dumps([release]))


main(*sys.argv[1:])
