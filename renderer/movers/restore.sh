#!/bin/sh
# The operation `restore`: a snapshot back into a volume, once per token. Never `restic init`.
# shellcheck disable=SC2034,SC2154  # variables are shared with the other files of this folder

# shellcheck source=/dev/null
. /mover/marker.sh
# shellcheck source=/dev/null
. /mover/choose.sh
# shellcheck source=/dev/null
. /mover/fill.sh
# shellcheck source=/dev/null
. /mover/turn.sh

restore() {
    no_repository_exit=70
    find_marker
    may_be_filled
    understand_choice
    prepare
    take_turn
    read_marker # whoever had the turn before may have filled the volume
    may_be_filled
    choose
    fill patiently
}

# may_be_filled: ends the run where there is nothing to do, whatever has changed around it, and where what is in the
# volume may be all that is left.
may_be_filled() {
    ! is_done || finish already 0
    [ -z "$BACKPLAN_OVERWRITE" ] || return 0
    refuse_others
    ! is_cut_short || return 0
    [ "$(contents)" = none ] || refuse not-empty "the volume is not empty; restore into a new claim, or set" \
        "overwrite: true (BACKPLAN_OVERWRITE=true, or --overwrite of 'backplan restore')"
}
