//go:build tools

// Package tools keeps the commands that are built from this module among its requirements.
package tools

import (
	_ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
)
