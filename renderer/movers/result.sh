#!/bin/sh
# The one result of a run: classes, exit codes, and the JSON that schemas/result.json describes.
#
# It goes to the termination message, of which all containers of a pod share 12 KiB, so it stays below 1 KiB: numbers,
# words of ours and restic's version; nothing that restic or the user wrote.
# shellcheck disable=SC2154  # stopped and rc are set in mover.sh and run.sh

began=$(date +%s)
facts='' # what is known so far: a member's name and its JSON value a line
# the schema's, which is that of importance
order="reason ping lock lockAge locksRemoved forget prune check subset removed kept snapshot snapshotAge filesBefore files
    filesCompared filesNew filesChanged filesUnmodified errors bytes bytesAdded bytesStored waited resticExit seconds
    restic"
restic_version=''
held='' # whether other pods wait for this one
no_repository_exit=1 # come back later: the init Job may be about to make it

say() {
    printf 'mover: %s\n' "$*" >&2
}

# finish CLASS EXIT: the only way out.
#   0 done, 1 try again, 64 usage, 65 refused, 66 no snapshot, 67 damaged, 70 no repository to restore from, 71 locked,
#   72 wrong password (64 to 72: never try again), 130 cancelled
finish() {
    report "$1"
    exit "$2"
}

# report CLASS: writes the result, and leaves the exit to the caller.
report() {
    trap - EXIT
    [ -z "$held" ] || give_up_turn
    took=$(($(date +%s) - began))
    [ "$took" -ge 0 ] || took=0 # a node's clock may be set back
    number seconds "$took"
    word restic "$restic_version"
    result="\"operation\":\"$BACKPLAN_OPERATION\",\"class\":\"$1\""
    for member in $order; do
        append "$member"
    done
    result="{$result}"
    printf '%s\n' "$result"
    # Once and whole: the kubelet keeps the last 4,096 bytes. Without a kubelet there is no such file.
    { printf '%s' "$result" >/dev/termination-log; } 2>/dev/null
}

# append MEMBER: to the result, where it is known; what was known last counts.
append() {
    last=''
    while read -r name value; do
        [ "$name" != "$1" ] || last=$value
    done <<END
$facts
END
    [ -z "$last" ] || result="$result,\"$1\":$last"
}

# refuse REASON TEXT...: this volume must not be saved as it is, and trying again does not help.
refuse() {
    word reason "$1"
    shift
    say "$*"
    finish guarded 65
}

# usage TEXT...: the environment makes no sense.
usage() {
    say "$*"
    finish error 64
}

# word NAME WORD: a word of ours, a hexadecimal number or a version, for the result.
word() {
    [ -z "$2" ] || know "$1" "\"$2\""
}

# number NAME VALUE: a whole number for the result. restic 0.18 reports impossible times of runs that saved nothing:
# whatever is no such number is left out.
number() {
    case $2 in
    '' | *[!0-9]*) ;;
    *) know "$1" "$2" ;;
    esac
}

# know NAME VALUE
know() {
    facts="$facts$1 $2
"
}

# field NAME FILE: a whole or hexadecimal number of the summary that restic wrote. An unescaped quote cannot stand
# inside a JSON string, so nothing but a key is found.
field() {
    sed -n '/"message_type":"summary"/s/.*[{,]"'"$1"'":"\{0,1\}\([0-9a-f]*\)"\{0,1\}[,}].*/\1/p' "$2" | tail -n 1
}

# classify: ends a run whose last restic did not do what it was asked to, by restic's exit code (0.17.1 and newer).
classify() {
    [ "$rc" -ne 0 ] || return 0
    [ -z "$stopped" ] || cancelled
    number resticExit "$rc"
    # whatever restic called it that `listen` ended it
    case $(heard) in
    no-bucket) rc=10 ;;
    forbidden) rc=1 ;;
    esac
    case $rc in
    10) finish no-repository "$no_repository_exit" ;;
    11) locked ;;
    12) finish wrong-password 72 ;;
    137) killed ;;
    *) classify_heard ;;
    esac
}

# classify_heard: exit code 1 may be anything; what restic said on the way tells some of it.
classify_heard() {
    case $BACKPLAN_OPERATION:$(heard) in
    backup:empty) nothing_saved ;;
    *:unreachable) finish unreachable 1 ;;
    esac
    finish error 1
}

# cancelled: we were told to stop, and whatever restic says follows from that. One that had to be killed for it left its
# lock, and so may one that was just taking it; the result is written before that is seen to, as the kubelet's patience
# ends soon.
cancelled() {
    report cancelled
    { [ "$rc" -ne 137 ] && ! overheard half-locked; } || timeout 10 restic unlock >/dev/null 2>&1
    exit 130
}

# killed: most likely for its memory. The lock is our own and its holder dead, which only this pod can know.
killed() {
    run "$work/unlock" restic unlock
    finish killed 1
}
