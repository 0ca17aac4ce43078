#!/bin/sh
# Filling a volume with the snapshot that was chosen: marked before and after, so that a half is never taken for all.
#
# Dumps stay in the repository: an app has no use for a file that a database has to read, and the volume may be too small
# for it. `restic restore ID:/.backplan/dumps --target FOLDER` brings them.
# shellcheck disable=SC2034,SC2154  # variables are shared with the other files of this folder

# fill HOW: with `patiently` or `run`; ends the run.
fill() {
    [ -n "$snapshot" ] || nothing_eligible
    tell_chosen
    [ "$files" != 0 ] || nothing_in_it
    set -- "$1" "$work/out" --exclude=/lost+found --exclude=/.backplan
    [ -z "$(to_be_deleted)" ] || set -- "$@" --delete
    is_cut_short || origin=$(contents)
    [ "$has_dumps" != dumps ] || say "the dumps stay where they are: restic restore $snapshot:/.backplan/dumps"
    mark restoring
    restic_restore "$@"
    [ "$rc" -eq 0 ] || not_filled
    brought_any || brought_none
    settle
    mark 'done'
    finish restored 0
}

# settle: a node that dies now must not keep the marker alone. And a disk with less behind it than it says tells only here
# that it failed: for each file, as busybox does not look at what `sync -f` is told.
settle() {
    run /dev/null sync -f .
    run "$work/synced" sh -c 'exec find . -path ./.backplan -prune -o -type f -exec sync {} + 2>&1'
    [ -z "$stopped" ] || cancelled
    lost=$(grep -E ': (Input/output error|No space left on device|Disk quota exceeded)$' "$work/synced" | head -n 1)
    [ -n "$lost" ] || return 0
    case $lost in *': Input/output error') ;; *) word reason full ;; esac
    say "the volume's disk did not keep what was written: $lost"
    finish error 1
}

# to_be_deleted: says yes where what the snapshot lacks has to go.
to_be_deleted() {
    [ -z "$BACKPLAN_DELETE" ] || echo yes
    # all that is there came from another snapshot, for this restore began with nothing
    ! is_cut_short || [ "$origin" != none ] || [ "$of" = "$snapshot" ] || echo yes
}

# restic_restore HOW OUT ARGUMENTS...: the volume's part of the snapshot to where we are.
restic_restore() {
    how=$1 into=$2
    shift 2
    from=$snapshot
    [ "$layout" != below ] || from=$snapshot:$BACKPLAN_DATA
    set -- restic restore "$from" --target=. --json --quiet "$@"
    # SELinux' labels belong to a node, and other namespaces to root; lists of access control are the app's own
    case $restic_version in
    0.1[0-7].*) ;;
    *) set -- "$@" '--include-xattr=user.*' '--include-xattr=system.posix_acl_*' ;;
    esac
    [ -z "$BACKPLAN_LIMIT_DOWNLOAD" ] || set -- "$@" "--limit-download=$BACKPLAN_LIMIT_DOWNLOAD"
    [ "$how" = patiently ] || set -- "$@" --no-lock
    "$how" "$into" "$@"
}

# not_filled: the marker stays, and whoever tries again goes on.
not_filled() {
    blame "all that could be restored is there; to leave it at that, remove $marker from the volume"
}

# blame TEXT...: ends the run that a restore failed in; the text is for a repository that is damaged.
blame() {
    number errors "$(grep -v '^0$' "$work/errors")"
    [ -z "$stopped" ] && [ "$rc" -eq 1 ] || classify
    case $(heard) in
    damaged)
        number resticExit "$rc"
        say "the repository lacks data of this snapshot: $*"
        finish damaged 67
        ;;
    mismatch)
        number resticExit "$rc"
        finish mismatch 67
        ;;
    full)
        word reason full
        say "the volume is too small for the snapshot"
        ;;
    esac
    classify
}

# brought_any: restic finds nothing wrong with nothing.
brought_any() {
    case $(field total_files "$work/out") in '' | 0) return 1 ;; esac
    [ -n "$(find . -path ./.backplan -prune -o ! -type d -print 2>/dev/null | head -n 1)" ]
}

brought_none() {
    rm -f "$marker"
    rmdir .backplan 2>/dev/null
    nothing_in_it
}

# nothing_in_it: dumps alone, or a volume that was saved empty.
nothing_in_it() {
    say "the snapshot has no file of the volume"
    nothing_eligible
}
