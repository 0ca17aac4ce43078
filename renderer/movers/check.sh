#!/bin/sh
# The operation `check`: whether the repository is sound, for a person who asks; a maintenance looks when it is due.
# shellcheck disable=SC2034,SC2154  # variables are shared with the other files of this folder

check() {
    needs=exclusive
    set -- restic check
    [ -z "$BACKPLAN_READ_DATA_SUBSET" ] || set -- "$@" "--read-data-subset=$BACKPLAN_READ_DATA_SUBSET"
    [ -z "$BACKPLAN_LIMIT_DOWNLOAD" ] || set -- "$@" "--limit-download=$BACKPLAN_LIMIT_DOWNLOAD"
    patiently "$work/out" "$@"
    cat "$work/out" >&2 # in restic's own words
    number waited "$waited"
    [ "$rc" -ne 1 ] || [ -n "$stopped" ] || judge
    classify
    finish ok 0
}

# judge: a server that went away, or that forbids reading, looks like a repository that lost its data.
judge() {
    if overheard unreachable || overheard forbidden || ! overheard damaged; then return 0; fi
    number resticExit "$rc"
    finish damaged 67
}
