#!/bin/sh
# Gives a job its packages: those that its image or machine has at hand (INSTALLED_MODULES names the folder, which must be
# of the same package-lock.json), else those of the cache, else by npm.
set -eu
if [ -n "${INSTALLED_MODULES:-}" ] && [ ! -e node_modules ]; then
  mkdir node_modules
  # Entry by entry: what this project compiles is kept under node_modules/.cache, and that belongs to this checkout.
  ln -s "$INSTALLED_MODULES"/* "$INSTALLED_MODULES"/.bin "$INSTALLED_MODULES"/.package-lock.json node_modules/
fi
[ -e node_modules/.package-lock.json ] || npm ci --ignore-scripts --no-audit --no-fund --prefer-offline
