#!/usr/bin/env bash
# Extracts a corpus with GNU parallel: as many processes as there are cores here, or the hosts of an
# ssh login file. Run it again to continue.
#
#   parallel/extract.sh pairs.jsonl features               # this machine
#   parallel/extract.sh pairs.jsonl /shared/features hosts # those of the file "hosts"
set -euo pipefail
pairs=$(realpath "${1:?the pairs file}")
store=$(realpath -m "${2:?the store}")
hosts=${3:-}
shards=${SHARDS:-$(($(nproc) * 4))}

options=(--retries 2 --joblog "$store.joblog")
[ -n "$hosts" ] && options+=(--sshloginfile "$hosts")
mkdir -p "$(dirname "$store")"
seq 0 $((shards - 1)) | parallel "${options[@]}" --line-buffer \
  "${TINYVMAF:-tinyvmaf} extract --pairs $(printf %q "$pairs") --store $(printf %q "$store")" \
  "--shard {}/$shards --quiet"
