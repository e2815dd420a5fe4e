package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// archive is a line of SHA256SUMS.
type archive struct {
	sum, name string
}

func parseSums(text string) []archive {
	var all []archive
	for _, line := range strings.Split(text, "\n") {
		if fields := strings.Fields(line); len(fields) == 2 {
			all = append(all, archive{sum: fields[0], name: fields[1]})
		}
	}
	return all
}

// targets returns the names of builds that run on a machine, the best first. The static build comes first on Linux: it
// needs no C library.
func targets(system, architecture string, appleSilicon bool) []string {
	machine := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[architecture]
	if appleSilicon {
		// A go for amd64 runs there under Rosetta.
		machine = "aarch64"
	}
	if machine == "" {
		return nil
	}
	switch system {
	case "darwin":
		return []string{machine + "-apple-darwin"}
	case "linux":
		return []string{machine + "-unknown-linux-musl", machine + "-unknown-linux-gnu"}
	}
	return nil
}

// choose returns the archive for the first of the targets that the release has.
func choose(all []archive, targets []string) (archive, error) {
	for _, target := range targets {
		for _, one := range all {
			if strings.HasSuffix(one.name, "-"+target+".tar.gz") {
				return one, nil
			}
		}
	}
	var names []string
	for _, one := range all {
		names = append(names, one.name)
	}
	return archive{}, fmt.Errorf("this release of gom has no program for this machine, only %s\n"+
		"hint: gom runs on Linux and macOS; on Windows run the same command in WSL", strings.Join(names, ", "))
}

// check fails unless the bytes have the archive's sum.
func (a archive) check(content []byte) error {
	sum := sha256.Sum256(content)
	if found := hex.EncodeToString(sum[:]); found != a.sum {
		return fmt.Errorf("%s has sha256 %s, and SHA256SUMS has %s\n"+
			"hint: run `go clean -modcache`, then the command again", a.name, found, a.sum)
	}
	return nil
}

// unpack writes the folders and regular files of a .tar.gz below a folder, and refuses everything else.
func unpack(content []byte, folder string) error {
	plain, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return err
	}
	entries := tar.NewReader(plain)
	for {
		entry, err := entries.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := unpackEntry(entry, entries, folder); err != nil {
			return err
		}
	}
}

func unpackEntry(entry *tar.Header, content io.Reader, folder string) error {
	for _, part := range strings.Split(strings.TrimSuffix(entry.Name, "/"), "/") {
		if part == "" || part == "." || part == ".." {
			return fmt.Errorf("%q leads out of the archive's folder", entry.Name)
		}
	}
	place := filepath.Join(folder, filepath.FromSlash(entry.Name))
	switch entry.Typeflag {
	case tar.TypeDir:
		return os.MkdirAll(place, 0o755)
	case tar.TypeReg:
		if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
			return err
		}
		return writeFile(place, entry.FileInfo().Mode()&0o111 != 0, content)
	}
	return fmt.Errorf("%q is neither a file nor a folder", entry.Name)
}

func writeFile(place string, executable bool, content io.Reader) error {
	mode := os.FileMode(0o644)
	if executable {
		mode = 0o755
	}
	file, err := os.OpenFile(place, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	if _, err := io.Copy(file, content); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}
