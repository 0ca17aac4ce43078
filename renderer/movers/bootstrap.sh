#!/bin/sh
# The operation `bootstrap`: in an app's own pod, before the app. It restores where the volume is empty and a snapshot
# exists, and never stands in the way of an app that has its data: then the repository is not even asked.
# shellcheck disable=SC2034,SC2154  # variables are shared with the other files of this folder

# shellcheck source=/dev/null
. /mover/marker.sh
# shellcheck source=/dev/null
. /mover/choose.sh
# shellcheck source=/dev/null
. /mover/fill.sh
# shellcheck source=/dev/null
. /mover/turn.sh

bootstrap() {
    no_repository_exit=70
    find_marker
    nothing_to_do
    understand_choice
    prepare
    take_turn
    nothing_to_do # another replica may have restored while this one was waiting for its turn
    choose
    fill run # no lock is taken: a pod may be killed at any time, and its credential may only read
}

# nothing_to_do: ends the run where the app may start as it is.
nothing_to_do() {
    found=$(contents) # before the markers are read: another replica writes its own before its first file
    read_marker
    refuse_others
    ! is_cut_short || return 0
    [ "$found" = none ] || finish present 0
    ! is_done || finish emptied 0 # deleted on purpose after the restore
}
