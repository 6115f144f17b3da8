//go:build tools

// Package tools keeps the commands that are built from this module among its requirements.
package tools

import (
	_ "sigs.k8s.io/kwok/cmd/kwok"
)
