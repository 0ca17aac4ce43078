#!/bin/sh
# The operation `unlock`: removes the locks whose holders are known to be dead, which all operations do by themselves,
# and tells of the others. It never removes one that may be alive.
# shellcheck disable=SC2034,SC2154  # variables are shared with the other files of this folder

unlock() {
    needs=exclusive # every lock is in somebody's way
    run "$work/unlocked" restic unlock
    [ "$rc" -ne 0 ] || ! overheard unread || rc=1
    classify
    number locksRemoved "$(sed -n 's/^successfully removed \([0-9]*\) locks$/\1/p' "$work/unlocked")"
    oldest_lock
    [ -z "$oldest" ] || say "a lock stays that was renewed $(($(date +%s) - oldest)) s ago. Its holder may be alive; 30" \
        "minutes after that moment it is dead, and the next operation removes it"
    finish ok 0
}
