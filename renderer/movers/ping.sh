#!/bin/sh
# The call that a dead man's switch waits for, after a backup that succeeded. One that fails is no failure of the backup:
# the switch tells of it.
#
# The URL is as good as a password, so it must not stand on a command line, where others may read it. curl takes it from
# a file; an image without curl has busybox, whose wget does not, but whose nc and ssl_client do what wget does.
# shellcheck disable=SC2034,SC2154  # variables are shared with the other files of this folder

ping_switch() {
    [ -n "$BACKPLAN_PING" ] || return 0
    tries=1
    until called; do
        if [ "$tries" -eq 3 ] || [ -n "$stopped" ]; then
            say "the ping failed: $why"
            word ping failed
            return 0
        fi
        tries=$((tries + 1))
        run /dev/null sleep 2
    done
    word ping ok
}

# called: whether the switch answered with success; else sets why.
called() {
    url=$(printf '%s' "$BACKPLAN_PING_URL" | tr -d '[:space:]')
    case $url in
    '') why="'$BACKPLAN_PING' has no URL; is there such a Secret with such a key?" && return 1 ;;
    http://?* | https://?*) ;;
    *) why="what '$BACKPLAN_PING' has does not begin with http:// or https://" && return 1 ;;
    esac
    # nothing that a configuration of curl or a request would end at
    [ "$url" = "$(printf '%s' "$url" | tr -cd '!#-&(-[]-~')" ] || {
        why="what '$BACKPLAN_PING' has is no URL" && return 1
    }
    status='' why="there is no answer"
    if command -v curl >/dev/null; then
        by_curl
    elif command -v nc >/dev/null; then
        by_busybox
    else
        why="the image has neither curl nor busybox's nc"
    fi
    case $status in
    2??) return 0 ;;
    '' | 000) ;;
    *) why="the answer's status is $status" ;;
    esac
    return 1
}

by_curl() {
    printf 'url = "%s"\n' "$url" >"$work/ping"
    run "$work/answer" curl --disable --silent --globoff --max-time 10 --output /dev/null \
        --write-out '%{http_code}' --config "$work/ping"
    status=$(head -c 3 "$work/answer")
}

# by_busybox: a request by hand, and no word about its end: many servers take half a connection for a client that left.
by_busybox() {
    split_url
    [ -n "$host" ] || { why="without curl in the image, a URL has no user and no number as its host" && return; }
    rm -f "$work/request"
    mkfifo "$work/request"
    exec 4<>"$work/request" 5>"$work/answer"
    authority=$host
    [ -z "$port" ] || authority=$host:$port
    printf 'GET %s HTTP/1.0\r\nHost: %s\r\nUser-Agent: backplan\r\nConnection: close\r\n\r\n' \
        "$path" "$authority" >&4
    case $url in
    https:*)
        [ -n "$port" ] || port=443
        # shellcheck disable=SC2016  # a shell of its own reads it
        set -- "$host" "$port" -e /bin/sh -c 'exec ssl_client -s 3 -n "$0" 3<&0 <&4 >&5' "$host"
        run /dev/null timeout 10 nc "$@"
        ;;
    *)
        [ -n "$port" ] || port=80
        # shellcheck disable=SC2016  # as above
        run /dev/null timeout 10 /bin/sh -c 'exec nc "$0" "$1" <&4 >&5' "$host" "$port"
        ;;
    esac
    exec 4>&- 5>&-
    status=$(sed -n '1s,^HTTP/1[.][01] \([0-9][0-9][0-9]\).*,\1,p' "$work/answer")
}

# split_url: sets host, port and path; a host is empty where there is a user in front of it, which only curl understands.
split_url() {
    host=$(of_url '\([^]/?#:@[]*\)\(:[0-9]*\)\{0,1\}\([/?#].*\)\{0,1\}$')
    port=$(of_url '[^]/?#:@[]*:\([0-9]*\)\([/?#].*\)\{0,1\}$')
    path=$(of_url '[^/?#]*\([/?][^#]*\).*$')
    case $path in /*) ;; *) path=/$path ;; esac
}

# of_url PATTERN: the group of a pattern of what follows the scheme.
of_url() {
    sed -n "s|^https\{0,1\}://$1|\1|p" <<END
$url
END
}
