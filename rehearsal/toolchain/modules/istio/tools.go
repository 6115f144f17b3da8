//go:build tools

// Package tools keeps the commands that are built from this module among its requirements.
package tools

import (
	_ "istio.io/istio/istioctl/cmd/istioctl"
	_ "istio.io/istio/pilot/cmd/pilot-discovery"
)
