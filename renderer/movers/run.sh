#!/bin/sh
# Runs restic as a child that a stop reaches, and that is listened to.
#
# No pipes around restic: a shell without pipefail would take the exit code of the other end.
# shellcheck disable=SC2034,SC2154  # variables are shared with the other files of this folder

rc=0

# prepare: what every operation needs before it starts.
prepare() {
    [ -n "$repository_is" ] || usage "RESTIC_REPOSITORY is not set; set it in the Secret or in the policy's url"
    [ -n "$password_is" ] || usage "RESTIC_PASSWORD is not set; add it to the Secret"
    case "$BACKPLAN_RETRY_LOCK$BACKPLAN_LOCK_ROUND$BACKPLAN_STOP_PATIENCE$BACKPLAN_MAX_SHRINK_PERCENT" in
    *[!0-9]*) usage "BACKPLAN_RETRY_LOCK and BACKPLAN_MAX_SHRINK_PERCENT are whole numbers" ;;
    esac
    [ -n "$TMPDIR" ] || TMPDIR=/tmp
    work=$TMPDIR/mover
    rm -rf "$work"
    if ! mkdir -p "$work" || ! mkfifo "$work/stderr"; then
        usage "$TMPDIR is not writable; mount an emptyDir there"
    fi
    # no line of restic's has a line end in it
    credentials='
'
    case $repository_is in *@*) credentials=$repository_is ;; esac
    find_cache
    head -c 65536 /dev/zero >"$work/room" || { no_room && finish error 1; }
    end="end of restic's words, listened to since $began by $(hostname)"
    run "$work/version" restic version
    case $rc in
    126 | 127) usage "the image has no restic that runs here" ;;
    esac
    read -r _ restic_version _ <"$work/version" || restic_version=''
    case $restic_version in
    *[!0-9A-Za-z.+-]*) restic_version='' ;;
    esac
    tend_cache
}

# run OUT COMMAND...: sets rc to the command's own exit code, also when we are told to stop in between.
run() {
    out=$1
    shift
    : >"$out"
    : >"$work/heard"
    rc=130
    [ -z "$stopped" ] || return 0
    # Opened both ways by ourselves, so that opening never blocks: the end is told to the listener in a word.
    exec 3<>"$work/stderr"
    "$@" >"$out" 2>&3 3>&- &
    child=$!
    [ -z "$stopped" ] || [ -n "$spared" ] || kill -TERM "$child" 2>/dev/null # it came before we knew whom to tell
    listen <&3 3>&- &
    listener=$!
    await "$child"
    child=''
    printf '\n%s\n' "$end" >&3
    wait "$listener"
    ears=$?
    if [ "$ears" -gt 128 ]; then # a signal cut it short
        wait "$listener"
        ears=$?
    fi
    exec 3>&-
    [ "$rc" -ne 0 ] || ! overheard unlisted || rc=1
    [ "$ears" -ne "$deaf" ] || no_room
    ! overheard cache-full || ! leave_cache || run "$out" "$@"
}

# await PID: sets rc to its exit code. A signal cuts the shell's wait short, so it waits for the real end; for so long
# that the result can still be written before the kubelet's SIGKILL. A restic whose server fails needs 60 s for its lock.
await() {
    wait "$1"
    rc=$?
    [ -n "$stopped" ] || return 0
    patience=$BACKPLAN_STOP_PATIENCE
    [ -n "$patience" ] || patience=40
    {
        sleep "$patience"
        kill -KILL "$1"
    } 2>/dev/null &
    timer=$!
    # Asked before each wait whether it lives: shells may tell the code of a process that is gone again and again.
    alive=yes
    while [ "$rc" -gt 128 ] && [ "$alive" = yes ]; do
        kill -0 "$1" 2>/dev/null || alive=no
        wait "$1"
        again=$?
        [ "$again" -eq 127 ] || rc=$again
    done
    kill "$timer" 2>/dev/null
}
