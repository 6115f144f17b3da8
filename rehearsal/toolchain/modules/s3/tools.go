//go:build tools

// Package tools keeps the commands that are built from this module among its requirements.
package tools

import (
	_ "github.com/johannesboyne/gofakes3/cmd/gofakes3"
)
