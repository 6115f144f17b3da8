//go:build tools

// Package tools keeps the commands that are built from this module among its requirements.
package tools

import (
	_ "helm.sh/helm/v4/cmd/helm"
)
