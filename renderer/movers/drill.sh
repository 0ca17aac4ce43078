#!/bin/sh
# The operation `drill`: the newest snapshot into a volume that is thrown away, and a look at whether it is all there.
#
# restic itself compares each file with the repository, byte by byte, after it was written (`--verify`). Besides, the
# files on the disk are counted against those that the repository lists.
# shellcheck disable=SC2154  # variables are shared with the other files of this folder

# shellcheck source=/dev/null
. /mover/guard.sh
# shellcheck source=/dev/null
. /mover/choose.sh
# shellcheck source=/dev/null
. /mover/fill.sh

drill() {
    understand_choice
    case "$BACKPLAN_MIN_FILES$BACKPLAN_MAX_AGE$BACKPLAN_SAMPLE" in
    *[!0-9]*) usage "BACKPLAN_MIN_FILES, BACKPLAN_MAX_AGE and BACKPLAN_SAMPLE are whole numbers" ;;
    esac
    enter
    [ "$(contents)" = none ] || refuse not-empty "a drill needs an empty volume; whatever this is, it stays as it is"
    choose
    [ -n "$snapshot" ] || nothing_eligible
    tell_chosen
    list_files
    rehearse
    judge
}

# list_files: what the repository says that the snapshot has.
list_files() {
    set -- restic ls --json "$snapshot"
    [ "$layout" != below ] || set -- "$@" --recursive "$BACKPLAN_DATA"
    patiently "$work/listed" "$@"
    [ "$rc" -eq 0 ] || not_listed
    expected=$(grep -c '"type":"file","path":"' "$work/listed")
    number files "$expected"
    own=$(grep '"type":"file","path":"' "$work/listed" | grep -cv '"path":"/\.backplan/')
}

# rehearse: restores all, dumps included, or the sample.
rehearse() {
    wanted=$expected
    set -- patiently "$work/out" --verify
    if [ -n "$BACKPLAN_SAMPLE" ] && [ "$BACKPLAN_SAMPLE" -lt "$expected" ] && [ "$layout" = root ] && draw; then
        wanted=$(grep -c . "$work/sample")
        set -- "$@" "--include-file=$work/sample"
    fi
    restic_restore "$@"
    [ "$rc" -eq 0 ] || blame "a restore of this volume would fail, too; run restic check"
    restored=$(find . -type f -print0 | tr -dc '\0' | wc -c)
    number filesCompared "$((restored))"
}

# draw: files by chance, as patterns of restic. Names that JSON cannot write as they are take no part; nor do those that
# restic's reader of patterns would trim.
draw() {
    sed -n 's/^.*"type":"file","path":"\(\/[^"\\]*[]!#-[^-~]\)","uid":.*/\1/p' "$work/listed" |
        shuf -n "$BACKPLAN_SAMPLE" | sed 's/[][*?]/\\&/g;s/[$]/&&/g' >"$work/sample"
    [ -s "$work/sample" ]
}

# judge: ends the run by the worst that was found.
judge() {
    if [ -n "$passed_over" ]; then
        say "a snapshot of this repository cannot be read, and it may be the newest; run restic check"
        finish damaged 67
    fi
    if [ "$restored" -ne "$wanted" ]; then
        say "$restored files were restored, and the snapshot has $wanted"
        finish mismatch 67
    fi
    if [ "$own" -eq 0 ]; then # a restore of it would fail
        say "the snapshot has no file of the volume"
        finish mismatch 67
    fi
    if [ -n "$BACKPLAN_MIN_FILES" ] && [ "$own" -lt "$BACKPLAN_MIN_FILES" ]; then
        say "the snapshot has $own files of the volume, fewer than drill.minFiles: $BACKPLAN_MIN_FILES"
        finish mismatch 67
    fi
    if [ -n "$BACKPLAN_MAX_AGE" ] && [ "$(($(date +%s) - saved_at))" -gt "$BACKPLAN_MAX_AGE" ]; then
        say "the newest snapshot is older than drill.maxAge; a volume that does not change gets no new one"
        finish stale 67
    fi
    finish ok 0
}
