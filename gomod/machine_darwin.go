package main

import "syscall"

// isAppleSilicon is also true for a go command that is translated by Rosetta.
func isAppleSilicon() bool {
	value, err := syscall.SysctlUint32("hw.optional.arm64")
	return err == nil && value == 1
}
