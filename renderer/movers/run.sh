#!/bin/sh
# Runs restic as a child that a stop reaches, and listens to what it says.
#
# No pipes around restic: a shell without pipefail would take the exit code of the other end.
# shellcheck disable=SC2034,SC2154  # variables are shared with the other files of this folder

rc=0
deaf=9 # exit code of a listener that may have missed something

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

# listen: passes restic's stderr on as it comes, so that a log shows what restic is waiting for, and notes the words
# that exit code 1 lacks. A line with "during" is about one file, whose name may say anything.
listen() {
    errors=0 ears=0
    while IFS= read -r line && [ "$line" != "$end" ]; do
        [ -n "$line" ] || continue
        printf '%s\n' "$line" >&2
        unlisted
        case $line in
        *'"during":'*)
            errors=$((errors + 1))
            of_a_file
            ;;
        'Load(<'*" write $cache_is/"*': no space left on device' | \
            *'Fatal: '*" write $cache_is/"*': no space left on device'*)
            echo cache-full >>"$work/heard"
            kill -TERM "$child" # it would try again for a quarter of an hour
            ;;
        *' write /dev/stdout: no space left on device'* | *'Fatal: '*" write $TMPDIR/"*': no space left on device'*)
            ears=$deaf # a note might find no room either
            ;;
        *'snapshot is empty'*) echo empty >>"$work/heard" ;;
        *'already contains keys'*) echo half-made >>"$work/heard" ;;
        'Stat(<config/>) returned error'*[Bb]'ucket '*)
            echo no-bucket >>"$work/heard"
            kill -TERM "$child" # it would try again for more than 10 minutes
            ;;
        'Fatal: unable to open config file: Stat: '*[Bb]'ucket '*) echo no-bucket >>"$work/heard" ;; # restic 0.17 gives up
        'Stat(<config/>) returned error'*'failed to verify certificate'*)
            echo forbidden >>"$work/heard"
            kill -TERM "$child" # as above
            say "the server's certificate is not trusted; repository.customCA names the authority that signed it"
            ;;
        'Stat(<config/>) returned error'*'Access Denied'* | 'Stat(<config/>) returned error'*'request signature'* | \
            'Stat(<config/>) returned error'*[Aa]'ccess '[Kk]'ey I'[Dd]*)
            echo forbidden >>"$work/heard"
            kill -TERM "$child" # nor will that change meanwhile
            ;;
        *'dial tcp'* | *'no such host'* | *'i/o timeout'* | *'connection reset'* | *': EOF'* | \
            *'Internal Server Error'* | *'Bad Gateway'* | *'Service Unavailable'* | *'Gateway Timeout'*)
            echo unreachable >>"$work/heard"
            ;;
        *'403 Forbidden'* | *'Access Denied'*) echo forbidden >>"$work/heard" ;;
        *'unable to create lock in backend: '*) echo half-locked >>"$work/heard" ;;
        'unable to remove '*) echo kept >>"$work/heard" ;; # restic 0.18 calls that a success
        *'failed to load snapshot'*'invalid data'* | *'repository contains errors'* | *'"message":"decrypting blob '* | \
            'decrypting blob <'*'ciphertext verification failed' | \
            'Load(<data/'*') failed: '*': no such file or directory' | 'Load(<data/'*') failed: '*' does not exist' | \
            'Load(<data/'*') failed: '*'key does not exist.')
            echo damaged >>"$work/heard"
            ;;
        esac
    done
    echo "$errors" >"$work/errors"
    return "$ears"
}

# no_room: what restic said was lost, or a part of it: less than all snapshots must not be taken for all there are. restic
# itself may call it a success.
no_room() {
    word reason full
    say "the disk of $TMPDIR is full"
    [ "$rc" -ne 0 ] || rc=1
}

# unlisted: notes where restic passes over snapshots that the server did not give it, and exits with 0: whoever is told
# of none would start empty. One that is damaged, or gone meanwhile, is passed over on purpose.
unlisted() {
    case $line in
    *'"during":'* | *'invalid data'* | *'Ignoring "'*'does not exist'*) ;;
    *'could not load snapshots: '* | *'Ignoring "'*'failed to load snapshot '*) echo unlisted >>"$work/heard" ;;
    esac
}

# of_a_file: what restic says is wrong with one file. The words are restic's own where they stand right after the opening
# quote, or right before the closing one, which a file's name cannot hold.
of_a_file() {
    case $line in
    *'"error":{"message":"decrypting blob '* | *': ciphertext verification failed"},"during":'*) told=damaged ;;
    *'"error":{"message":"ReadFull(\u003cdata/'*': no such file or directory"},"during":'*) told=damaged ;;
    *'"error":{"message":"ReadFull(\u003cdata/'*' does not exist"},"during":'*) told=damaged ;;
    *'"error":{"message":"ReadFull(\u003cdata/'*'key does not exist."},"during":'*) told=damaged ;;
    *'"error":{"message":"Invalid file '*) told=mismatch ;;
    *': no space left on device"},"during":'*) told=full ;;
    *) return 0 ;;
    esac
    echo "$told" >>"$work/heard"
}

# heard: the last telling word of the last run.
heard() {
    tail -n 1 "$work/heard"
}

# overheard WORD: whether the last run said so at some time.
overheard() {
    grep -q "^$1\$" "$work/heard"
}
