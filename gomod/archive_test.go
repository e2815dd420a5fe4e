package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var release = []archive{
	{"1", "gom-0.1.0-aarch64-apple-darwin.tar.gz"},
	{"2", "gom-0.1.0-aarch64-unknown-linux-musl.tar.gz"},
	{"3", "gom-0.1.0-x86_64-apple-darwin.tar.gz"},
	{"4", "gom-0.1.0-x86_64-unknown-linux-gnu.tar.gz"},
	{"5", "gom-0.1.0-x86_64-unknown-linux-musl.tar.gz"},
}

func TestEveryMachineGetsItsOwnArchive(t *testing.T) {
	for _, c := range []struct {
		system, architecture string
		appleSilicon         bool
		sum                  string
	}{
		{"darwin", "arm64", true, "1"},
		{"darwin", "amd64", true, "1"},
		{"darwin", "amd64", false, "3"},
		{"linux", "arm64", false, "2"},
		{"linux", "amd64", false, "5"},
	} {
		chosen, err := choose(release, targets(c.system, c.architecture, c.appleSilicon))
		if err != nil || chosen.sum != c.sum {
			t.Errorf("%v: %v, %v", c, chosen, err)
		}
	}
	for _, c := range [][2]string{{"windows", "amd64"}, {"linux", "386"}, {"linux", "riscv64"}} {
		if chosen, err := choose(release, targets(c[0], c[1], false)); err == nil {
			t.Errorf("%v: %v", c, chosen)
		}
	}
	chosen, err := choose(release[3:4], targets("linux", "amd64", false))
	if err != nil || chosen.sum != "4" {
		t.Errorf("%v, %v", chosen, err)
	}
}

func TestAnArchiveWithAnotherSumIsRefused(t *testing.T) {
	good := archive{"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "abc"}
	if err := good.check([]byte("abc")); err != nil {
		t.Error(err)
	}
	if err := good.check([]byte("abd")); err == nil {
		t.Error("accepted")
	}
}

func TestOnlyFilesBelowTheFolderAreUnpacked(t *testing.T) {
	pack := func(header tar.Header) []byte {
		var packed bytes.Buffer
		compressed := gzip.NewWriter(&packed)
		entries := tar.NewWriter(compressed)
		if err := entries.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
		entries.Close()
		compressed.Close()
		return packed.Bytes()
	}
	folder := t.TempDir()
	if err := unpack(pack(tar.Header{Name: "a/b", Typeflag: tar.TypeReg, Mode: 0o755}), folder); err != nil {
		t.Error(err)
	}
	if found, err := os.Stat(filepath.Join(folder, "a/b")); err != nil || found.Mode().Perm() != 0o755 {
		t.Errorf("%v, %v", found, err)
	}
	for _, header := range []tar.Header{
		{Name: "../x", Typeflag: tar.TypeReg},
		{Name: "a/../../x", Typeflag: tar.TypeReg},
		{Name: "/x", Typeflag: tar.TypeReg},
		{Name: "a/link", Typeflag: tar.TypeSymlink, Linkname: "/etc"},
		{Name: "a/link", Typeflag: tar.TypeLink, Linkname: "a/b"},
		{Name: "a/pipe", Typeflag: tar.TypeFifo},
	} {
		if err := unpack(pack(header), folder); err == nil || !strings.Contains(err.Error(), header.Name) {
			t.Errorf("%v: %v", header, err)
		}
	}
}
