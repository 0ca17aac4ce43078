#!/bin/sh
# One pod at a time: a folder in the volume, with the pod's name and a beat that changes. Replicas share a volume, and
# two restores into one would each take the other's half for a part of its own.
#
# A container that comes back in its pod takes its turn up again at once, another pod after two minutes without a beat.
# Silence is measured on one's own clock: those of a node and of a file server need not agree.
# shellcheck disable=SC2034,SC2154  # variables are shared with the other files of this folder

turn=.backplan/turn

# take_turn: waits for it, for as long as its holder lives.
take_turn() {
    me=$BACKPLAN_POD
    [ -n "$me" ] || me=$(hostname)
    silence=$BACKPLAN_SILENCE
    [ -n "$silence" ] || silence=120
    missed=0 heard_last='' heard_at=$began
    until (umask 022 && mkdir -p .backplan && mkdir "$turn") 2>/dev/null; do
        [ -d "$turn" ] || missed=$((missed + 1)) # it may just have been given up
        [ "$missed" -lt 3 ] || unwritable
        [ "$(holder)" != "$me" ] || break
        ! is_silent || ! taken_over || break
        pause 2
    done
    sign
    main=$(exec sh -c 'echo "$PPID"')
    beat &
    heart=$!
    held=yes
}

holder() {
    cat "$turn/pod" 2>/dev/null
}

sign() {
    (umask 022 && printf '%s\n' "$me" >"$turn/pod.$me" && mv "$turn/pod.$me" "$turn/pod") || unwritable
}

# is_silent: whether the holder has not been heard of for so long that it must be dead.
is_silent() {
    heard_now="$(holder) $(cat "$turn/beat" 2>/dev/null)"
    if [ "$heard_now" != "$heard_last" ]; then
        say "waiting: pod '$(holder)' restores into this volume"
        heard_last=$heard_now heard_at=$(date +%s)
    fi
    [ $(($(date +%s) - heard_at)) -ge "$silence" ]
}

# taken_over: of several that were waiting, the last to sign has it.
taken_over() {
    say "pod '$(holder)' has not been heard of for $silence s; taking over"
    sign
    pause 3
    heard_at=$(date +%s)
    [ "$(holder)" = "$me" ]
}

pause() {
    run /dev/null sleep "$1"
    [ -z "$stopped" ] || cancelled
}

# beat: until the turn is given up, or somebody thought us dead.
beat() {
    count=0
    while [ "$(holder)" = "$me" ]; do
        count=$((count + 1))
        (umask 022 && echo "$count at $(date +%s)" >"$turn/beat")
        sleep 10
    done
    say "pod '$(holder)' has taken over"
    kill -TERM "$main"
}

# give_up_turn: leaves nothing behind in a volume that was not restored into, as some apps want one truly empty.
give_up_turn() {
    kill "$heart"
    [ "$(holder)" = "$me" ] || return 0
    rm -rf "$turn"
    rmdir .backplan
} 2>/dev/null
