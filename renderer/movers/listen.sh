#!/bin/sh
# Listens to what restic says while it runs, for its exit code 1 may mean anything; and ends a restic that would go on
# trying in vain.
# shellcheck disable=SC2034,SC2154  # variables are shared with the other files of this folder

deaf=9 # exit code of a listener that may have missed something

# listen: passes restic's stderr on as it comes, so that a log shows what restic is waiting for, and notes the telling
# words. A line with "during" is about one file, whose name may say anything.
listen() {
    errors=0 ears=0
    while IFS= read -r line && [ "$line" != "$end" ]; do
        [ -n "$line" ] || continue
        show
        unlisted
        case $line in
        *'"during":'*)
            errors=$((errors + 1))
            of_a_file
            ;;
        *': no space left on device'*) of_a_disk ;;
        'Stat(<config/>) returned error'* | 'Fatal: unable to open config file: Stat: '*) of_the_first_request ;;
        *) of_the_repository ;;
        esac
    done
    echo "$errors" >"$work/errors"
    return "$ears"
}

# show: restic hides the password of a rest-server's URL only, and of none that it cannot understand.
show() {
    case $line in
    *'parsing repository location failed'*)
        say "the repository's URL cannot be understood; a user name or password in it must be percent-encoded"
        ;;
    *"$credentials"*) say "restic named the repository's URL, which has a user name or password" ;;
    *) printf '%s\n' "$line" >&2 ;;
    esac
}

# note WORD: for `heard` and `overheard`.
note() {
    echo "$1" >>"$work/heard"
}

# give_up: restic would try again for a quarter of an hour, and nothing will have changed.
give_up() {
    kill -TERM "$child"
}

of_a_disk() {
    case $line in
    'Load(<'*" write $cache_is/"* | *'Fatal: '*" write $cache_is/"*)
        note cache-full
        give_up
        ;;
    *' write /dev/stdout: '* | *'Fatal: '*" write $TMPDIR/"*) ears=$deaf ;; # a note might find no room either
    esac
}

# of_the_first_request: where a server that answers lets nobody in.
of_the_first_request() {
    case $line in
    # these words alone: of a bucket elsewhere, or one that is not available now, servers speak too
    *'bucket does not exist'* | *"bucket doesn't exist"* | *[Bb]'ucket not found'* | *'NoSuchBucket'*) note no-bucket ;;
    *'failed to verify certificate'*)
        note forbidden
        say "the server's certificate is not trusted; repository.customCA names the authority that signed it"
        ;;
    *'Access Denied'* | *'request signature'* | *[Aa]'ccess '[Kk]'ey I'[Dd]*) note forbidden ;;
    *)
        of_the_repository
        return
        ;;
    esac
    case $line in Fatal:*) ;; *) give_up ;; esac # restic 0.17 gives up by itself
}

of_the_repository() {
    case $line in
    *'snapshot is empty'*) note empty ;;
    *'already contains keys'*) note half-made ;;
    *'dial tcp'* | *'no such host'* | *'i/o timeout'* | *'connection reset'* | *': EOF'* | \
        *'Internal Server Error'* | *'Bad Gateway'* | *'Service Unavailable'* | *'Gateway Timeout'*)
        note unreachable
        ;;
    *'403 Forbidden'* | *'Access Denied'*) note forbidden ;;
    *'unable to create lock in backend: '*) note half-locked ;;
    'unable to remove '*) note kept ;; # restic 0.18 calls that a success
    *'failed to load snapshot'*'invalid data'* | *'repository contains errors'* | *'"message":"decrypting blob '* | \
        'decrypting blob <'*'ciphertext verification failed' | \
        'Load(<data/'*') failed: '*': no such file or directory' | 'Load(<data/'*') failed: '*' does not exist' | \
        'Load(<data/'*') failed: '*'key does not exist.')
        note damaged
        ;;
    esac
}

# no_room: what restic said was lost, or a part of it: less than all snapshots must not be taken for all there are. restic
# itself may call it a success.
no_room() {
    word reason full
    say "the disk of $TMPDIR is full"
    [ "$rc" -ne 0 ] || rc=1
}

# unlisted: notes where restic passes over snapshots or locks that the server did not give it, and exits with 0: whoever
# is told of none would start empty. One that is damaged, or gone meanwhile, is passed over on purpose.
unlisted() {
    case $line in
    'Load(<lock/'*'does not exist'* | 'Load(<lock/'*'no such file'*) ;;
    'Load(<lock/'*') failed: '*) note unread ;; # and tried once more
    *'"during":'* | *'invalid data'* | *'Ignoring "'*'does not exist'*) ;;
    *'could not load snapshots: '* | *'Ignoring "'*'failed to load snapshot '*) note unlisted ;;
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
    note "$told"
}

# heard: the last telling word of the last run.
heard() {
    tail -n 1 "$work/heard"
}

# overheard WORD: whether the last run said so at some time.
overheard() {
    grep -q "^$1\$" "$work/heard"
}
