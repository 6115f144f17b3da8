//go:build tools

// Package tools keeps the commands that are built from this module among its requirements.
package tools

import (
	_ "go.etcd.io/etcd/server/v3"
)
