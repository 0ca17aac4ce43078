#!/bin/sh
# The operation `maintenance`: forget, and on the days that are due prune and then check. One Job per repository runs
# it; it alone needs the right to remove anything but locks.
#
# What one step's failure means for the next: a block of forget that fails stops no other block, as that is another
# app's. Where one failed nothing is pruned: on a server that lets nothing be removed a prune only writes. Check runs
# whatever happened before it, and what it finds counts most. But a lock, a stop, a kill, a wrong password, and a
# repository or a server that is gone end the run, as they would end every later step too.
# shellcheck disable=SC2034,SC2154  # variables are shared with the other files of this folder

maintenance() {
    needs=exclusive
    sensible
    failed='' harmed='' removed=0 kept=0
    forget
    if due; then
        prune
        check
    else
        word prune not-due
        word check not-due
    fi
    [ -z "$harmed" ] || finish damaged 67
    [ -z "$failed" ] || finish error 1
    finish ok 0
}

# sensible: the days can be counted, and nothing is forgotten by a list of which a part makes no sense.
sensible() {
    for value in "$BACKPLAN_PRUNE_INTERVAL" "$BACKPLAN_PRUNE_GAP" "$BACKPLAN_DAY_OFFSET" "$BACKPLAN_DAY_BEGINS"; do
        [ -n "$value" ] || usage "BACKPLAN_PRUNE_INTERVAL, _PRUNE_GAP, _DAY_OFFSET or _DAY_BEGINS is not set"
        natural "$value"
    done
    natural "$BACKPLAN_CHECK_SUBSETS"
    [ "$BACKPLAN_PRUNE_INTERVAL" -gt 0 ] || usage "BACKPLAN_PRUNE_INTERVAL is 0"
    case $BACKPLAN_CHECK_SUBSETS in
    0 | ????* | 25[7-9] | 2[6-9]? | [3-9]??) usage "BACKPLAN_CHECK_SUBSETS is from 1 to 256" ;;
    esac
    blocks expect
}

# natural VALUE: it is one that a shell does not take for octal, or for another after an overflow.
natural() {
    case $1 in
    *[!0-9]* | 0?* | ??????????*) usage "'$1' is not a whole number of days, seconds or subsets" ;;
    esac
}

# blocks FUNCTION: calls it with the arguments of each block of BACKPLAN_FORGET.
blocks() {
    set -- "$1"
    while IFS= read -r line; do
        if [ -n "$line" ]; then
            set -- "$@" "$line"
        elif [ "$#" -gt 1 ]; then
            "$@"
            set -- "$1"
        fi
    done <<END
$BACKPLAN_FORGET

END
}

# expect ARGUMENT...: a block says whose snapshots it is about, and then what stays of them.
expect() {
    said=''
    for argument in "$@"; do
        case $argument in
        --host=?*) said=$said'host ' ;;
        --keep-?*=?*) said=$said'keep ' ;;
        --tag=?* | --path=?*) ;;
        *) usage "'$argument' does not belong into BACKPLAN_FORGET" ;;
        esac
    done
    case $said in
    *host*keep*) ;;
    *) usage "a block of BACKPLAN_FORGET lacks a --host, or a --keep after it: $*" ;;
    esac
}

forget() {
    [ -n "$BACKPLAN_FORGET" ] || { word forget off && return; }
    word forget ok
    blocks forget_block
}

forget_block() {
    attempt forget restic forget --json --group-by=host "$@" || return 0
    # The first line is JSON, and no other one in every version; there is none where nothing matched.
    sed -E 's/,"(short_id|keep|remove|reasons)":/\
&/g;q' "$work/out" >"$work/forgotten"
    kept=$((kept + $(snapshots_between keep remove)))
    removed=$((removed + $(snapshots_between remove reasons)))
    number removed "$removed"
    number kept "$kept"
}

# snapshots_between KEY KEY: an unescaped quote cannot stand inside a JSON string, so these are keys.
snapshots_between() {
    sed -n '/^,"'"$1"'":/,/^,"'"$2"'":/p' "$work/forgotten" | grep -c '^,"short_id":'
}

# due: whether this is a day for prune and check. Nothing is remembered: days are counted, from a moment well before
# the scheduled one, so that a late start and another try belong to the same day.
due() {
    day=$(((began - BACKPLAN_DAY_BEGINS) / 86400 + BACKPLAN_DAY_OFFSET))
    [ $((day % BACKPLAN_PRUNE_INTERVAL)) -lt "$BACKPLAN_PRUNE_GAP" ]
}

prune() {
    [ -z "$failed" ] || { word prune skipped && return; }
    set -- restic prune
    [ -z "$BACKPLAN_MAX_UNUSED" ] || set -- "$@" "--max-unused=$BACKPLAN_MAX_UNUSED"
    [ -z "$BACKPLAN_MAX_REPACK_SIZE" ] || set -- "$@" "--max-repack-size=$BACKPLAN_MAX_REPACK_SIZE"
    [ -z "$BACKPLAN_LIMIT_UPLOAD" ] || set -- "$@" "--limit-upload=$BACKPLAN_LIMIT_UPLOAD"
    [ -z "$BACKPLAN_LIMIT_DOWNLOAD" ] || set -- "$@" "--limit-download=$BACKPLAN_LIMIT_DOWNLOAD"
    word prune ok
    attempt prune "$@"
    cat "$work/out" >&2 # what was removed, for the log: no released version has it as JSON
}

# check: of the data, it reads one of rotating subsets, or a share.
check() {
    part=$BACKPLAN_READ_DATA_SUBSET
    [ -z "$BACKPLAN_CHECK_SUBSETS" ] || part=$(subset)/$BACKPLAN_CHECK_SUBSETS
    [ -n "$part" ] || { word check off && return; }
    set -- restic check --json "--read-data-subset=$part"
    [ -z "$BACKPLAN_LIMIT_DOWNLOAD" ] || set -- "$@" "--limit-download=$BACKPLAN_LIMIT_DOWNLOAD"
    word check ok
    [ -z "$BACKPLAN_CHECK_SUBSETS" ] || word subset "$part"
    attempt check "$@" && return
    number errors "$(sed -n 's/.*"num_errors":\([1-9][0-9]*\).*/\1/p' "$work/out")"
}

# subset: each in its turn.
subset() {
    echo $((day / BACKPLAN_PRUNE_INTERVAL % BACKPLAN_CHECK_SUBSETS + 1))
}

# attempt STEP COMMAND...: fails where the step did and a later one may still do its work; else ends the run.
attempt() {
    step=$1
    shift
    patiently "$work/out" "$@"
    number waited "$waited"
    # restic 0.18 passes over what it may not remove, and over a snapshot that it cannot read, and exits with 0
    [ "$rc" -ne 0 ] || overheard kept || overheard damaged || return 0
    failed=$step
    word "$step" failed
    [ "$rc" -eq 0 ] || number resticExit "$rc"
    ! overheard kept || say "snapshots could not be removed; maintenance needs a credential that may delete"
    if overheard unreachable || overheard no-bucket || [ "$rc" -gt 3 ] || [ -n "$stopped" ]; then
        classify
    elif overheard damaged && ! overheard forbidden; then
        harmed=$step
    fi
    return 1
}
