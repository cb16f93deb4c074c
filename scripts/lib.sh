# shellcheck shell=bash
# Shared by the scripts: where things are, how they speak, what is already done.
# Sourced by each of them, never run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
deps=$root/.deps
# shellcheck disable=SC2034  # read by the scripts that source this
python=$deps/venv/bin/python

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# fail WHAT [HINT]: the form of every message: what is wrong, then what to do about it.
fail() {
  printf '%s: error: %s\n' "${0##*/}" "$1" >&2
  [ -z "${2:-}" ] || printf '  hint: %s\n' "$2" >&2
  exit 1
}

# A step is done when the files it depends on have the content they had when it last succeeded.
is_done() {
  local stamp=$deps/stamps/$1
  shift
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(cat "$@" | sha256sum)" ]
}

mark_done() {
  local stamp=$deps/stamps/$1
  shift
  mkdir -p "$deps/stamps"
  cat "$@" | sha256sum > "$stamp"
}

# The files of the project itself, from its root: what is tracked or about to be.
project_files() {
  git -c safe.directory='*' -C "$root" ls-files --cached --others --exclude-standard -- "$@" |
    while IFS= read -r file; do [ ! -f "$root/$file" ] || printf '%s\n' "$file"; done
}
