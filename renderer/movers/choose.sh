#!/bin/sh
# Which snapshot a restore brings back: an exact one, or the newest of an identity, at or before a time, or one before
# that. Nothing is written, and no lock is taken or waited for.
# shellcheck disable=SC2034,SC2154  # variables are shared with the other files of this folder

snapshot='' # id of the one that was chosen; empty where there is none
files=''    # how many restic counted in it when it was made
bytes=''
saved_at='' # seconds since 1970
layout=''   # where the volume is in it: at its root, below its path, or whichever has to be found out
has_dumps=''
passed_over='' # whether there is one, of whomever, that cannot be read

# RFC 3339 as a key that sorts by time, whatever the zone: seconds since 1970, a point, nine digits; empty for any other
# text. The count of days is Howard Hinnant's `days_from_civil`, for years from 1970 on.
moments='
function moment(text, year, month, day, seconds, rest) {
    if (text !~ /^[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-5][0-9]:[0-5][0-9]/) return ""
    rest = substr(text, 20)
    if (rest !~ /^([.][0-9]+)?([Zz]|[-+]([01][0-9]|2[0-3]):[0-5][0-9])$/) return ""
    year = substr(text, 1, 4) + 0; month = substr(text, 6, 2) + 0; day = substr(text, 9, 2) + 0
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > length_of(year, month)) return ""
    if (substr(text, 12, 2) > 23) return ""
    seconds = days(year, month, day) * 86400 + clock(substr(text, 12, 5)) + substr(text, 18, 2) - ahead(rest)
    sub(/[-+Zz].*$/, "", rest)
    return sprintf("%012.0f.%s", seconds < 0 ? 0 : seconds, substr(substr(rest, 2) "000000000", 1, 9))
}
function days(year, month, day, era) {
    if (month <= 2) { year--; month += 12 }
    era = int(year / 400); year -= era * 400
    return era * 146097 + year * 365 + int(year / 4) - int(year / 100) + int((153 * (month - 3) + 2) / 5) + day - 719469
}
function clock(text) { return substr(text, 1, 2) * 3600 + substr(text, 4, 2) * 60 }
function ahead(rest, zone) {
    if (rest ~ /[Zz]$/) return 0
    zone = substr(rest, length(rest) - 5)
    return (substr(zone, 1, 1) == "-" ? -1 : 1) * clock(substr(zone, 2))
}
function length_of(year, month) {
    if (month == 2) return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
}'

# understand_choice: an order that makes no sense must not restore something else.
understand_choice() {
    not_after=''
    if [ -n "$BACKPLAN_AS_OF" ]; then
        not_after=$(printf '%s\n' "$BACKPLAN_AS_OF" | awk "$moments"'{ at = moment($0) } END { if (NR == 1) print at }')
        [ -n "$not_after" ] ||
            usage "BACKPLAN_AS_OF is no time with its zone; write it as 2026-03-01T00:00:00Z (RFC 3339)"
    fi
    case $BACKPLAN_PREVIOUS in
    *[!0-9]* | ???????????*) usage "BACKPLAN_PREVIOUS is how many newer snapshots to skip, a whole number" ;;
    esac
    case $BACKPLAN_SNAPSHOT in
    *[!0-9a-f]* | ? | ?? | ??? | ???? | ????? | ?????? | ???????)
        usage "BACKPLAN_SNAPSHOT is a snapshot's id: 8 to 64 hexadecimal digits"
        ;;
    esac
    case $BACKPLAN_ON_MISSING in
    '' | fail | empty) ;;
    *) usage "BACKPLAN_ON_MISSING is '$BACKPLAN_ON_MISSING'; it is fail or empty" ;;
    esac
    case "$BACKPLAN_TIMEOUT$BACKPLAN_SILENCE" in
    *[!0-9]*) usage "BACKPLAN_TIMEOUT is a whole number of seconds" ;;
    esac
    [ -n "$BACKPLAN_HOST$BACKPLAN_SNAPSHOT" ] || usage "BACKPLAN_HOST is not set"
}

# choose: asks the repository.
choose() {
    ask
    filter=''
    [ -n "$BACKPLAN_SNAPSHOT" ] || filter=$not_after
    rm "$work/room" # for what was kept until here
    skip=$BACKPLAN_PREVIOUS
    [ -n "$skip" ] && [ -z "$BACKPLAN_SNAPSHOT" ] || skip=0
    described | sort -r | awk -v "skip=$skip" 'NR == skip + 1' >"$work/chosen"
    read -r _ snapshot saved_at files bytes layout has_dumps <"$work/chosen" || snapshot=''
    [ "$layout" != unknown ] || find_out_layout
}

# ask: writes the snapshots in question to a file. An exact one is that one, whoever made it.
ask() {
    if [ -n "$BACKPLAN_SNAPSHOT" ]; then
        set -- "$BACKPLAN_SNAPSHOT"
    else
        set -- "--host=$BACKPLAN_HOST" "--path=$BACKPLAN_DATA"
        tags=$(printf '%s' "$BACKPLAN_TAGS" | tr '\n' ',') # in one argument: all of them
        [ -z "$tags" ] || set -- "$@" "--tag=$tags"
    fi
    set -- restic snapshots --json --no-lock "$@"
    [ -z "$BACKPLAN_TIMEOUT" ] || set -- timeout -k 10 "$BACKPLAN_TIMEOUT" "$@"
    asked_at=$(date +%s)
    run "$work/snapshots" "$@"
    case $rc in
    0)
        overheard damaged || return 0
        passed_over=yes
        word reason passed-over
        say "a snapshot of this repository cannot be read and is passed over; run restic check"
        return 0
        ;;
    10) nothing_there ;;
    11 | 12) classify ;;
    esac
    [ "$(heard)" != no-bucket ] || nothing_there
    [ -z "$stopped" ] || classify
    # one that was ended for its time says whatever it likes
    [ -z "$BACKPLAN_TIMEOUT" ] || [ "$(($(date +%s) - asked_at))" -lt "$BACKPLAN_TIMEOUT" ] || too_late
    classify
}

too_late() {
    number resticExit "$rc"
    say "the repository did not answer within $BACKPLAN_TIMEOUT s"
    finish unreachable 1
}

# nothing_there: not even a repository. Whoever may start empty is in no need of one.
nothing_there() {
    [ "$BACKPLAN_ON_MISSING" = empty ] || classify
    number resticExit "$rc"
    say "there is no repository, and nothing to restore"
    finish empty 0
}

# nothing_eligible: ends a run that has no snapshot.
nothing_eligible() {
    say "no snapshot fits: host '$BACKPLAN_HOST', path '$BACKPLAN_DATA', tags '$BACKPLAN_TAGS'," \
        "as of '$BACKPLAN_AS_OF', previous '$BACKPLAN_PREVIOUS', snapshot '$BACKPLAN_SNAPSHOT'"
    if [ -n "$passed_over" ]; then
        say "but a snapshot of this repository cannot be read, and it may be the one; run restic check"
        finish damaged 67
    fi
    [ "$BACKPLAN_ON_MISSING" != empty ] || finish empty 0
    finish no-snapshot 66
}

# described: a snapshot a line: key, id, time, files, bytes, layout, dumps. Quotes inside JSON strings are escaped, so
# that what is looked for are restic's own keys. Ours exclude our folder, and VolSync's are all alike.
described() {
    sed 's/{"time":"/\
&/g' "$work/snapshots" | awk -v "until=$filter" "$moments"'
function value(pattern, found) {
    if (!match($0, pattern)) return "-"
    found = substr($0, RSTART, RLENGTH)
    sub(/^[^:]*:"?/, "", found)
    return found
}
/^[{]"time":"/ {
    split($0, part, "\"")
    key = moment(part[4])
    id = value(",\"id\":\"[0-9a-f]+")
    if (key == "" || id == "-" || (until != "" && key "" > until "")) next
    dumps = index($0, "\"paths\":[\"/.backplan\"") ? "dumps" : "-"
    layout = "below"
    if ($0 ~ /"paths":\["([^"\\]|\\.)*"\]/) layout = "unknown"
    if (index($0, "/.backplan\"") || index($0, "\"hostname\":\"volsync\"")) layout = "root"
    at = key
    sub(/^0+/, "", at)
    sub(/[.].*/, "", at)
    files = value("\"total_files_processed\":[0-9]+")
    print key, id, at, files, value("\"total_bytes_processed\":[0-9]+"), layout, dumps
}'
}

# find_out_layout: `restic backup .` saves what a folder holds, `restic backup /srv/app` the folders on the way too.
find_out_layout() {
    run "$work/root" restic ls --json --no-lock "$snapshot" /
    [ "$rc" -eq 0 ] || not_listed
    first=$(printf '%s' "$BACKPLAN_DATA" | sed 's|^//*||;s|/.*||')
    layout=root
    entries=$(grep -c '"struct_type":"node"' "$work/root")
    if [ "$entries" -eq 1 ] && grep -qF "\"type\":\"dir\",\"path\":\"/$first\"," "$work/root"; then layout=below; fi
}

# not_listed: ends the run. restic below 0.19 panics with exit code 2 at a folder that it cannot decrypt, and at one that
# it was not given.
not_listed() {
    case $rc:$(heard) in
    2:forbidden | 2:unreachable) rc=1 ;;
    2:*) note damaged && rc=1 ;;
    esac
    blame "nothing of it can be restored as it is; run restic check"
}

# tell_chosen: what is known of the snapshot, for the result.
tell_chosen() {
    word snapshot "$snapshot"
    number snapshotAge "$(($(date +%s) - saved_at))"
    number files "$files"
    number bytes "$bytes"
}
