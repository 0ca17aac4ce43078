#!/bin/sh
# The marker of a restore, in the volume itself: what makes it happen once per token, and go on where it was cut short.
#
# `restoring:<token>` before the first byte, `done:<token>` after the last; below that the snapshot, and what was in the
# volume before: `some` or `none`. Anybody may read it: a backup looks for it, and need not run as the same user.
# shellcheck disable=SC2034,SC2154  # variables are shared with the other files of this folder

# shellcheck source=/dev/null
. /mover/guard.sh

# find_marker: goes into the volume, and sets said, of, and origin to what the marker says.
find_marker() {
    case $BACKPLAN_RESTORE in
    '' | *[!0-9A-Za-z._-]*) usage "BACKPLAN_RESTORE is the restore's name: letters, digits and '._-'" ;;
    esac
    case $BACKPLAN_TOKEN in
    '') usage "BACKPLAN_TOKEN is not set" ;;
    *'
'*) usage "BACKPLAN_TOKEN is one line" ;;
    esac
    marker=.backplan/restore-$BACKPLAN_RESTORE
    enter
    read_marker
}

# read_marker: it may change while another pod is at work.
read_marker() {
    said='' of='' origin=''
    [ ! -d .backplan ] || ls .backplan >/dev/null 2>&1 || unreadable "the folder .backplan cannot be read"
    [ -f "$marker" ] || return 0
    [ -r "$marker" ] || unreadable "a restore's marker in .backplan cannot be read"
    { IFS= read -r said && IFS= read -r of && IFS= read -r origin; } <"$marker" || :
}

# is_done: whether this very token is.
is_done() {
    [ "$said" = "done:$BACKPLAN_TOKEN" ]
}

# is_cut_short: whether the volume has a part of this restore, whatever its token was.
is_cut_short() {
    case $said in restoring:*) ;; *) return 1 ;; esac
}

# mark STATE: at once or not at all.
mark() {
    new=.backplan/new-$BACKPLAN_RESTORE
    {
        (umask 022 && mkdir -p .backplan && printf '%s\n' "$1:$BACKPLAN_TOKEN" "$snapshot" "$origin" >"$new") &&
            mv "$new" "$marker"
    } || unwritable
}

unwritable() {
    if [ -w . ]; then # then it is no question of rights, and another try may find room
        word reason full
        say "the volume is too small"
        finish error 1
    fi
    say "the volume cannot be written by $(id -u):$(id -g); give the mover the app's securityContext"
    finish error 64
}

# refuse_others: half of another restore is no place for this one; nor is an app to start with it.
refuse_others() {
    for other in .backplan/restore-*; do
        [ "$other" != "$marker" ] && [ -f "$other" ] || continue
        word_of=$(head -c 10 "$other") || unreadable "a restore's marker in .backplan cannot be read"
        [ "$word_of" != restoring: ] || refuse restoring "another restore into this volume is not finished: $other;" \
            "let it finish, or remove that file to give it up"
    done
}
