#!/usr/bin/env bash
# Plants the defects of scripts/mutations.txt one at a time into a copy of the tree, builds it and
# demands that a gate ends with exit code 2. Usage: mutation.sh [--output FILE] [NAME...]
# The copy lies in .build/mutation and is built incrementally.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$root/.build/mutation
tree=$work/tree
list=$root/scripts/mutations.txt
binary=$tree/.build/release/tinyvmaf

output='' only=()
while [ $# -gt 0 ]; do
  case $1 in
    --output) output=$2; shift 2 ;;
    --*) echo "mutation: unknown option $1" >&2; exit 64 ;;
    *) only+=("$1"); shift ;;
  esac
done

# A fresh copy with the times of the originals, so that only what changed is built again.
mkdir -p "$tree"
find "$tree" -mindepth 1 -maxdepth 1 ! -name .build -exec rm -rf {} +
git ls-files -z --cached --others --exclude-standard -- Package.swift Package.resolved Sources Tests |
  while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done |
  tar --null -T - -cf - | tar -xf - -C "$tree"

build() { swift build --package-path "$tree" -c release --product tinyvmaf >"$work/build.log" 2>&1; }
gate() { "$binary" gate "$1" --short --quiet >"$work/gate.log" 2>&1; }

echo "mutation: building the unchanged copy"
build || { tail -n 30 "$work/build.log" >&2; echo "mutation: the copy does not build" >&2; exit 1; }
for kind in golden parity; do
  gate "$kind" || { cat "$work/gate.log" >&2; echo "mutation: gate $kind fails without a defect" >&2; exit 1; }
done
# The parity gate ran last: its lanes are the instruction sets that this processor has.
sets="scalar $(sed -nE 's/^ +kernels: ([a-z0-9]+) .*/\1/p' "$work/gate.log" | tr '\n' ' ')"
sets=${sets% }

killed=0 failed=0 skipped=0 rows=()
report() { # name, defect, result
  rows+=("| $1 | $2 | $3 |")
  printf '%-28s %s\n' "$1" "$3"
}

# Tries one mutation, described by the variables name, file, needs, gates, what, old and new.
try() {
  if [ ${#only[@]} -gt 0 ] && [[ ! " ${only[*]} " == *" $name "* ]]; then return; fi
  local text count path=$tree/$file
  text=$(cat "$path"; printf x)
  text=${text%x}
  count=$(grep -cF -- "$old" "$path" || true)
  if [ "$count" != 1 ] || [ "${text/"$old"/}" = "$text" ]; then
    failed=$((failed + 1))
    report "$name" "$what" "**does not apply:** its text stands on $count lines of $file"
    return
  fi
  if [ -n "$needs" ] && [[ ! " $sets " == *" $needs "* ]]; then
    skipped=$((skipped + 1))
    report "$name" "$what" "skipped: this processor lacks $needs"
    return
  fi
  cp -p "$path" "$work/original"
  printf '%s' "${text/"$old"/"$new"}" >"$path"
  local result='' kind status
  if ! build; then
    result="**does not build**"
  else
    for kind in $gates; do
      status=0
      gate "$kind" || status=$?
      if [ "$status" = 2 ]; then
        local count first
        count=$(grep -c '^FAILED' "$work/gate.log")
        first=$(grep -m 1 '^FAILED' "$work/gate.log" | sed -E 's/^FAILED +//; s/: .* values differ.*/ differs/; s/\|/\\|/g')
        result="found by gate $kind: $count findings, the first: ${first:0:90}"
        break
      fi
      result="**survived gate $kind** (exit code $status)"
    done
  fi
  # The time stamp of now makes the build look at the file again.
  cat "$work/original" >"$path"
  case $result in found*) killed=$((killed + 1)) ;; *) failed=$((failed + 1)) ;; esac
  report "$name" "$what" "$result"
}

# A block of the list ends with the line that begins with "+ ".
name='' file='' needs='' gates='parity golden' what='' old='' new=''
while IFS= read -r line || [ -n "$line" ]; do
  case $line in
    '== '*) name=${line#== } file='' needs='' gates='parity golden' what='' old='' ;;
    'file: '*) file=${line#file: } ;;
    'needs: '*) needs=${line#needs: } ;;
    'gates: '*) gates=${line#gates: } ;;
    'what: '*) what=${line#what: } ;;
    '- '*) old=${line#- } ;;
    '+ '*) new=${line#+ } new=${new//\\n/$'\n'}; try ;;
  esac
done <"$list"

summary="$killed defects found, $failed not, $skipped skipped"
echo "mutation: $summary"
if [ -n "$output" ]; then
  {
    echo "# Planted defects"
    echo
    echo "Written by \`make mutation\`, which plants each defect of \`scripts/mutations.txt\` into a copy"
    echo "of the sources, builds it and runs the short gates: $summary, on a processor with"
    echo "${sets// /, }."
    echo
    echo "| defect | what | result |"
    echo "| --- | --- | --- |"
    printf '%s\n' "${rows[@]}"
  } >"$output"
fi
[ "$failed" -eq 0 ] && [ $((killed + skipped)) -gt 0 ]
