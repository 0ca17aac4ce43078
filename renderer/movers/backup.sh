#!/bin/sh
# The operation `backup`: one snapshot of the volume, and of the dumps beside it. Never `restic init`.
# shellcheck disable=SC2154  # variables are shared with the other files of this folder

# shellcheck source=/dev/null
. /mover/guard.sh
# shellcheck source=/dev/null
. /mover/ping.sh

backup() {
    [ -n "$BACKPLAN_HOST" ] || usage "BACKPLAN_HOST is not set"
    enter
    refuse_half_restored
    refuse_empty
    refuse_without_dumps
    # The dumps come first: of two that are called .backplan, restic renames the later one, even where it is excluded.
    [ -z "$BACKPLAN_DUMPS" ] || set -- /.backplan
    set -- restic backup "$@" . --json --quiet "--host=$BACKPLAN_HOST" --group-by=host --skip-if-unchanged
    while IFS= read -r tag; do
        [ -z "$tag" ] || set -- "$@" "--tag=$tag"
    done <<END
$BACKPLAN_TAGS
END
    place=$(printf '%s' "$BACKPLAN_DATA" | sed 's/[][\\*?]/\\&/g') # no pattern, whatever it is called
    set -- "$@" "--exclude=$place/.backplan" "--exclude=$place/lost+found"
    while IFS= read -r pattern; do
        [ -z "$pattern" ] || set -- "$@" "--exclude=$pattern"
    done <<END
$BACKPLAN_EXCLUDE
END
    [ -z "$BACKPLAN_DUMPS" ] || set -- "$@" '--exclude=!/.backplan/dumps/**' # excludes are about the volume
    [ -z "$BACKPLAN_EXCLUDE_CACHES" ] || set -- "$@" --exclude-caches
    [ -z "$BACKPLAN_EXCLUDE_LARGER_THAN" ] || set -- "$@" "--exclude-larger-than=$BACKPLAN_EXCLUDE_LARGER_THAN"
    [ -z "$BACKPLAN_IGNORE_INODE" ] || set -- "$@" --ignore-inode
    [ -z "$BACKPLAN_LIMIT_UPLOAD" ] || set -- "$@" "--limit-upload=$BACKPLAN_LIMIT_UPLOAD"
    [ -z "$BACKPLAN_LIMIT_DOWNLOAD" ] || set -- "$@" "--limit-download=$BACKPLAN_LIMIT_DOWNLOAD"
    save "$@"
}

# save COMMAND...
save() {
    refuse_shrunken "$@"
    [ -z "$admitted_by" ] || set -- "$@" "--tag=$admitted_by"
    patiently "$work/out" "$@"
    snapshot=$(field snapshot_id "$work/out")
    summarize
    [ "$rc" -ne 3 ] || succeed partial # another try would only save the same once more
    classify
    [ -n "$snapshot" ] || succeed unchanged
    succeed ok
}

# succeed CLASS
succeed() {
    ping_switch
    finish "$1" 0
}

# summarize: what restic counted, for the result.
summarize() {
    word snapshot "$snapshot"
    number files "$(field total_files_processed "$work/out")"
    number filesNew "$(field files_new "$work/out")"
    number filesChanged "$(field files_changed "$work/out")"
    number filesUnmodified "$(field files_unmodified "$work/out")"
    number errors "$(grep -v '^0$' "$work/errors")"
    number bytes "$(field total_bytes_processed "$work/out")"
    number bytesAdded "$(field data_added "$work/out")"
    number bytesStored "$(field data_added_packed "$work/out")"
    number waited "$waited"
}

# nothing_saved: restic found nothing that it could save, though something is there.
nothing_saved() {
    [ "$(cat "$work/errors")" = 0 ] || unreadable "nothing in the volume can be read"
    refuse excluded "all that the volume has is excluded"
}
