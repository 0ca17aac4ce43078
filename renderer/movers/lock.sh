#!/bin/sh
# Waiting for a lock of the repository: one function for every operation.
#
# restic never ignores a dead lock, however long it waits. `restic unlock` removes one that is 30 minutes old, or whose
# process ran in this very pod. So a killed prune costs one late backup and no human.
# shellcheck disable=SC2034,SC2154  # variables are shared with the other files of this folder

asked=$began
waited=''    # seconds that a lock kept us from the repository
needs=shared # what the operation takes: shared, or exclusive (then shared locks are in its way too)

# patiently OUT COMMAND...: runs it; where a lock is in the way, until there is none or BACKPLAN_RETRY_LOCK is over.
patiently() {
    file=$1
    shift
    budget=$BACKPLAN_RETRY_LOCK round=$BACKPLAN_LOCK_ROUND
    [ -n "$budget" ] || budget=7200
    [ -n "$round" ] || round=300
    asked=$(date +%s) before=$waited
    [ -n "$before" ] || before=0
    run "$file" "$@"
    tried=''
    while [ "$rc" -eq 11 ] && left=$((asked + budget - $(date +%s))) && { [ "$left" -gt 0 ] || [ -z "$tried" ]; }; do
        [ "$left" -gt 0 ] || left=1 # a dead lock is removed once, however short the wait may be
        tried=yes
        say "the repository is locked; waiting for up to $left s"
        [ "$left" -lt "$round" ] || left=$round
        run "$work/unlock" restic unlock
        run "$file" "$@" "--retry-lock=$left""s"
        waited=$((before + $(date +%s) - asked))
    done
}

# locked: ends the run.
locked() {
    oldest_lock
    finish locked 71
}

# oldest_lock: kind and age of the oldest lock that is in the way, for the result.
oldest_lock() {
    run "$work/locks" restic list locks --no-lock --quiet
    oldest='' kind=''
    while read -r id; do
        run "$work/lock" restic cat lock "$id" --no-lock --quiet
        ! in_the_way || ! older || { oldest=$born && kind=$found; }
    done <"$work/locks"
    if [ -n "$oldest" ]; then
        word lock "$kind"
        number lockAge "$(($(date +%s) - oldest))"
    fi
}

# in_the_way: sets found to the kind of the lock that was read.
in_the_way() {
    found=shared
    ! grep -q '"exclusive": *true' "$work/lock" || found=exclusive
    [ "$rc" -eq 0 ] && { [ "$needs" = exclusive ] || [ "$found" = exclusive ]; }
}

# older: sets born to the time of the lock that was read, in seconds since 1970. restic renews it every 5 minutes.
older() {
    born=$(date -u -d "$(clock 's/.*"time": *"\([0-9-]*\)T\([0-9:]*\).*/\1 \2/p')" +%s) || return 1
    # shellcheck disable=SC2046  # a sign, hours and minutes, where it is not UTC
    set -- $(clock 's/.*"time": *"[^"]*\([+-]\)0\{0,1\}\([0-9]*\):0\{0,1\}\([0-9]*\)".*/\1 \2 \3/p')
    [ "$*" = '' ] || ahead=$(($2 * 3600 + $3 * 60))
    case $* in
    +*) born=$((born - ahead)) ;;
    -*) born=$((born + ahead)) ;;
    esac
    [ -z "$oldest" ] || [ "$born" -lt "$oldest" ]
}

clock() {
    sed -n "$1" "$work/lock"
}
