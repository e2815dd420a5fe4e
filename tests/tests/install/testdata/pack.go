// Packs a folder as a .tar.gz with Go's archive/tar: go run pack.go FORMAT FOLDER ARCHIVE
package main

import (
	"archive/tar"
	"compress/gzip"
	"io/fs"
	"log"
	"os"
	"path/filepath"
)

var formats = map[string]tar.Format{
	"any":   tar.FormatUnknown,
	"ustar": tar.FormatUSTAR,
	"pax":   tar.FormatPAX,
	"gnu":   tar.FormatGNU,
}

func main() {
	format, folder := formats[os.Args[1]], os.Args[2]
	archive, err := os.Create(os.Args[3])
	check(err)
	compressed := gzip.NewWriter(archive)
	packed := tar.NewWriter(compressed)
	check(filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		check(err)
		info, err := entry.Info()
		check(err)
		header, err := tar.FileInfoHeader(info, "")
		check(err)
		name, err := filepath.Rel(filepath.Dir(folder), path)
		check(err)
		header.Name, header.Format = filepath.ToSlash(name), format
		if entry.IsDir() {
			header.Name += "/"
		}
		check(packed.WriteHeader(header))
		if entry.Type().IsRegular() {
			content, err := os.ReadFile(path)
			check(err)
			_, err = packed.Write(content)
			check(err)
		}
		return nil
	}))
	check(packed.Close())
	check(compressed.Close())
	check(archive.Close())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
