#!/usr/bin/env bash
# Prints what CHANGELOG.md, in the form of https://keepachangelog.com, says of a version: bash scripts/release-notes.sh v1.2.3
# Fails where it says nothing, or where a package has another version.
set -euo pipefail

version=${1#v}
for package in package.json cli/package.json; do
  declared=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$package")
  [ "$declared" = "$version" ] || { echo "$package has version $declared, not $version." >&2; exit 1; }
done
notes=$(awk -v heading="## [$version] - 20" '
  /^## / { isOurs = index($0, heading) == 1; next }
  isOurs && !/^\[[^]]+\]: / && (NF || said) { print; said = 1 }' CHANGELOG.md)
[ -n "$notes" ] || { echo "CHANGELOG.md says nothing under a heading \"## [$version] - YYYY-MM-DD\"." >&2; exit 1; }
printf '%s\n' "$notes"
