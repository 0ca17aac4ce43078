#!/bin/sh
# The operation `init`: make the repository. One Job per repository runs it, once, and nothing else ever does: two at
# once destroy a repository, and one that vanished must be loud instead of empty.
# shellcheck disable=SC2034,SC2154  # variables are shared with the other files of this folder

init() {
    opens
    [ "$rc" -ne 0 ] || finish already 0
    [ "$rc" -eq 10 ] || [ "$(heard)" = no-bucket ] || classify
    say "there is no repository yet; making it"
    spared=yes # a stop between the key and the config would leave neither a repository nor a place for one
    run "$work/out" restic init --json
    spared=''
    [ "$rc" -eq 0 ] || not_made
    opens # whoever else ran init at the same time: what counts is that our password opens what is there now
    [ "$rc" -eq 0 ] || not_proved
    finish ok 0
}

# opens: sets rc to 0 where the repository is there and is ours. It must not wait for a lock, and takes none.
opens() {
    run /dev/null restic cat config --no-lock --quiet
}

# not_proved: a server that does not answer now says nothing about the repository; another try finds out.
not_proved() {
    [ -z "$stopped" ] || classify
    case $(heard) in
    unreachable | forbidden) classify ;;
    esac
    damaged "the new repository cannot be opened; was there a second init?"
}

not_made() {
    [ "$(heard)" != half-made ] || damaged "there are keys and no file 'config': an init was cut short, or two ran" \
        "at once, or somebody removed the file. If the repository's folders 'data' and 'snapshots' are empty, remove" \
        "its folder 'keys' and run this Job again; if they are not, bring the file 'config' back"
    init_failed=$rc init_said=$(heard)
    [ -n "$stopped" ] || opens
    [ "$rc" -ne 0 ] || finish already 0
    rc=$init_failed
    printf '%s\n' "$init_said" >"$work/heard"
    classify
}

damaged() {
    number resticExit "$rc"
    say "$*"
    finish damaged 67
}
