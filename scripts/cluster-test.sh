#!/usr/bin/env bash
# Tests the cluster tools on real Ray nodes of this machine, from bare: installs what they need into
# .build, checks types, runs everything, and leaves no process, namespace or file behind.
# Arguments go to pytest; for instance -m 'not faults' for the quick part.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v ip >/dev/null || missing+=(iproute2)
command -v parallel >/dev/null || missing+=(parallel)
python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
if [ ${#missing[@]} -gt 0 ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "cluster-test: installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

venv=$PWD/.build/cluster-venv
if ! cmp -s cluster/ray/requirements-test.txt "$venv/.requirements" 2>/dev/null; then
  echo "cluster-test: preparing $venv"
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r cluster/ray/requirements-test.txt
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps ./cluster/ray
  cp cluster/ray/requirements-test.txt "$venv/.requirements"
fi
# The sources may have changed since.
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --force-reinstall ./cluster/ray
rm -rf cluster/ray/build

scratch=$(mktemp -d)
cleanup() {
  status=$?
  trap - EXIT
  for namespace in tinyvmaf-a tinyvmaf-b; do ip netns del "$namespace" 2>/dev/null || true; done
  # Nodes end with their test; of a run that was itself killed they are found by their folder.
  pkill -KILL -f "$venv/" 2>/dev/null || true
  rm -rf "$scratch"
  exit "$status"
}
trap cleanup EXIT

(cd cluster/ray && "$venv/bin/mypy")
export TINYVMAF=${TINYVMAF:-$PWD/.build/release/tinyvmaf}
export TINYVMAF_RAY_SCRATCH=$scratch
"$venv/bin/python" -m pytest -rs --basetemp="$scratch/pytest" cluster/ray/tests "$@"
