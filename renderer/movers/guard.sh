#!/bin/sh
# What makes a backup refuse its source: a snapshot of nothing, or of half a restore, looks like success and pushes
# good snapshots out of retention.
# shellcheck disable=SC2034,SC2154  # variables are shared with the other files of this folder

admitted_by='' # the tag that lets a shrunken volume in, and remembers that it did

# enter: goes to where the volume is mounted, as paths are saved relative to it.
enter() {
    [ -d "$BACKPLAN_DATA" ] || usage "BACKPLAN_DATA is '$BACKPLAN_DATA', and there is no such folder"
    { cd "$BACKPLAN_DATA" && ls -A >/dev/null; } 2>/dev/null || unreadable "the volume's root cannot be read"
}

# unreadable TEXT...: trying again does not help, nor would a snapshot.
unreadable() {
    say "$*, by $(id -u):$(id -g); give the mover the app's securityContext"
    finish unreadable 65
}

# refuse_half_restored: a restore that was cut short left a part of the data, and will go on.
refuse_half_restored() {
    [ ! -d .backplan ] || ls .backplan >/dev/null 2>&1 || unreadable "the folder .backplan cannot be read"
    for marker in .backplan/restore-*; do
        [ -f "$marker" ] || continue
        said=$(head -c 10 "$marker") || unreadable "a restore's marker in .backplan cannot be read"
        [ "$said" != restoring: ] || refuse restoring "a restore into this volume is not finished: $marker"
    done
}

refuse_empty() {
    [ "$(contents)" = none ] || return 0
    [ -n "$BACKPLAN_ALLOW_EMPTY" ] || refuse empty "the volume is empty; if it may be, set guard.allowEmpty"
    [ -n "$BACKPLAN_DUMPS" ] || succeed empty
}

# contents: `some` or `none`; neither our own folder nor what a filesystem brings counts.
contents() {
    for entry in * .[!.]* ..?*; do
        case $entry in
        .backplan | lost+found) ;;
        *) [ ! -e "$entry" ] && [ ! -L "$entry" ] || { echo some && return; } ;;
        esac
    done
    echo none
}

# refuse_without_dumps: a dump command that failed without saying so leaves nothing, or an empty file.
refuse_without_dumps() {
    [ -n "$BACKPLAN_DUMPS" ] || return 0
    [ -n "$(find /.backplan/dumps -type f)" ] || refuse dump "there is no dump in /.backplan/dumps"
    blank=$(find /.backplan/dumps -type f -size 0)
    [ -z "$blank" ] || refuse dump "empty, so the command of the dump failed: $blank"
    [ -n "$BACKPLAN_EXCLUDE_LARGER_THAN" ] || return 0
    # in bytes, of restic's k, m, g and t
    most=$(echo "$BACKPLAN_EXCLUDE_LARGER_THAN" | awk '{
        size = $0 + 0
        for (units = index("kmgt", tolower(substr($0, length($0)))); units > 0; units--) size *= 1024
        printf "%.0f", size
    }')
    large=$(find /.backplan/dumps -type f -size "+$most"c)
    [ -z "$large" ] || refuse dump "larger than excludeLargerThan, so restic would leave it out: $large"
}

# refuse_shrunken COMMAND...: compares with the newest snapshot what this very backup would save: a dry run, which
# knows of every exclude. A token admits what it refuses, once: it becomes a tag of the snapshot.
refuse_shrunken() {
    [ -n "$BACKPLAN_MAX_SHRINK_PERCENT" ] || return 0
    run "$work/snapshots" restic snapshots --json --no-lock "--host=$BACKPLAN_HOST"
    classify
    before=$(one_a_line | sed -n 's/.*,"total_files_processed":\([0-9]*\),.*/\1/p' | tail -n 1)
    [ -n "$before" ] || return 0
    run "$work/dry-run" "$@" --dry-run
    [ "$rc" -eq 3 ] || classify
    now=$(field total_files_processed "$work/dry-run")
    [ $((now * 100)) -lt $((before * (100 - BACKPLAN_MAX_SHRINK_PERCENT))) ] || return 0
    number filesBefore "$before"
    number files "$now"
    admit || refuse shrunken "the volume has $now files, its last snapshot $before; if that is meant, set" \
        "guard.acknowledge to a new token"
    facts=''
}

# admit: succeeds where there is a token that has not admitted anything yet.
admit() {
    [ -n "$BACKPLAN_ACKNOWLEDGE" ] || return 1
    # a tag with a comma would be two, and any other character would have to be looked for as JSON writes it
    case $BACKPLAN_ACKNOWLEDGE in
    *[!0-9A-Za-z._:-]*) usage "guard.acknowledge has letters, digits and '._:-' only" ;;
    esac
    admitted_by=acknowledged:$BACKPLAN_ACKNOWLEDGE
    ! grep -qF "\"$admitted_by\"" "$work/snapshots"
}

# one_a_line: the snapshots of a host, oldest first.
one_a_line() {
    sed 's/,"short_id":"/\
/g' "$work/snapshots"
}
