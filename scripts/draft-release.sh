#!/usr/bin/env bash
# Drafts the release of a tag, or brings the draft that is there up to date: bash scripts/draft-release.sh v1.2.3
# A person publishes it, because only the release's page can list an action on the Marketplace.
set -euo pipefail

tag=$1
# What a workflow runs, and the command line.
assets=("quay-tag-cleanup-$tag.tar.gz" quay-tag-cleanup.tgz)
notes=$(mktemp)
bash "$(dirname "$0")/release-notes.sh" "$tag" > "$notes"

if ! is_draft=$(gh release view "$tag" --json isDraft --jq .isDraft 2>&1); then
  # Another failure is no reason to make a second draft.
  [ "$is_draft" = 'release not found' ] || { echo "$is_draft" >&2; exit 1; }
  gh release create "$tag" "${assets[@]}" --draft --verify-tag --title "$tag" --notes-file "$notes"
elif [ "$is_draft" = true ]; then
  gh release edit "$tag" --title "$tag" --notes-file "$notes"
  gh release upload "$tag" "${assets[@]}" --clobber
else
  echo "The release $tag is published already: it is left as it is."
  exit 0
fi
echo "::notice::The release $tag is a draft. Look at it under Releases, tick the box for the Marketplace, and publish it."
