//go:build !darwin
// +build !darwin

package main

func isAppleSilicon() bool { return false }
