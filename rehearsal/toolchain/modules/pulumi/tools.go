//go:build tools

// Package tools keeps the commands that are built from this module among its requirements.
package tools

import (
	_ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
)
