// This module is a release of gom, a toolchain manager for Go. Its program picks the archive for this machine, checks
// its sha256, unpacks it into a temporary folder and runs the installer in it:
//
//	go run MODULE@latest
//	go run MODULE@v0.1.0 --go 1.27
//
// The go command has verified the archives with the checksum database before this program was built. Everything that
// is installed is in them; nothing is downloaded. All arguments go to the installer: see --help.
package main

import (
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// files are the archives of all platforms.
//
//go:embed archives
var files embed.FS

// sums are those of the archives, as sha256sum prints them.
//
//go:embed SHA256SUMS
var sums string

func main() {
	code, err := install(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		code = 1
	}
	os.Exit(code)
}

// install returns the exit code of the installer.
func install(arguments []string) (int, error) {
	chosen, err := choose(parseSums(sums), targets(runtime.GOOS, runtime.GOARCH, isAppleSilicon()))
	if err != nil {
		return 1, err
	}
	bytes, err := files.ReadFile("archives/" + chosen.name)
	if err != nil {
		return 1, err
	}
	if err := chosen.check(bytes); err != nil {
		return 1, err
	}
	folder, err := os.MkdirTemp("", "gom.")
	if err != nil {
		return 1, fmt.Errorf("can't make a temporary folder: %w\nhint: set TMPDIR to a folder that can be written", err)
	}
	defer os.RemoveAll(folder)
	if err := unpack(bytes, folder); err != nil {
		return 1, fmt.Errorf("can't unpack %s: %w\nhint: run `df -h %s`; set TMPDIR to use another disk", chosen.name, err, folder)
	}
	script := filepath.Join(folder, strings.TrimSuffix(chosen.name, ".tar.gz"), "install.sh")
	code, err := run(script, arguments)
	if err == nil && code == 0 {
		sayLeftover()
	}
	return code, err
}

// run starts the installer with this program's terminal. The terminal sends Ctrl-C to both; the installer decides what
// it means, and this program stays to remove its folder.
func run(script string, arguments []string) (int, error) {
	installer := exec.Command("sh", append([]string{script}, arguments...)...)
	installer.Stdin, installer.Stdout, installer.Stderr = os.Stdin, os.Stdout, os.Stderr
	received := make(chan os.Signal, 1)
	signal.Notify(received, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(received)
	if err := installer.Start(); err != nil {
		return 1, fmt.Errorf("can't start the installer: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- installer.Wait() }()
	for {
		select {
		case sent := <-received:
			if sent != os.Interrupt {
				// An installer that has ended needs no signal.
				_ = installer.Process.Signal(sent)
			}
		case err := <-ended:
			var failed *exec.ExitError
			if errors.As(err, &failed) {
				return exitCode(failed), nil
			}
			return 0, err
		}
	}
}

// exitCode is the code that a shell would show: 128 and the number of the signal for a program that a signal ended.
func exitCode(failed *exec.ExitError) int {
	if status, ok := failed.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return failed.ExitCode()
}

// sayLeftover names this program if `go install` has kept it: it is of no use any more, and its name may be gom's.
func sayLeftover() {
	program, err := os.Executable()
	// `go run` builds in a temporary folder, go-build123/b001/exe.
	if err != nil || strings.Contains(program, string(filepath.Separator)+"go-build") {
		return
	}
	fmt.Fprintf(os.Stderr, "gom is installed. This installer is not needed any more: rm '%s'\n", program)
}
