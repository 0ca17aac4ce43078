#!/bin/sh
# restic's cache: a place for it, and room. restic sets it no limit, and does not do without where its disk is full: 0.18
# fails, tries to write for a quarter of an hour, or stands still without a word. A claim of a gigabyte fills in months.
# shellcheck disable=SC2154  # variables are shared with the other files of this folder

# find_cache: one of this user's own, as restic wants to own what it finds there. Where it cannot, 0.19 fails, and older
# ones work without.
find_cache() {
    if [ -n "$cache_is" ]; then
        RESTIC_CACHE_DIR=$cache_is/$(id -u)
        export RESTIC_CACHE_DIR
        ! mkdir -p "$RESTIC_CACHE_DIR" 2>/dev/null || [ ! -w "$RESTIC_CACHE_DIR" ] || return 0
        say "$cache_is cannot be written by $(id -u):$(id -g); going on without that cache"
    fi
    export RESTIC_CACHE_DIR="$work/cache"
}

# tend_cache: frees its disk where little is left, now and for as long as the mover runs; a cache that has no room even
# so is left alone.
tend_cache() {
    [ -d "$cache_is" ] || { cache_is=none && return 0; }
    free_cache 2>/dev/null
    ! is_tight || leave_cache || :
    main=$(exec sh -c 'echo "$PPID"')
    while sleep 10 && kill -0 "$main"; do
        free_cache
    done 2>/dev/null &
}

# free_cache: removes the copies of folders' lists, most of a cache, and what restic reads again where it needs them. Not
# the files that another pod is writing now: those are called tmp-*.
free_cache() {
    is_tight || return 0
    find "$cache_is" -type f -path '*/data/??/*' ! -name 'tmp-*' -exec rm -f {} +
}

# is_tight: whether less is left than 128 MiB, a few of the files that restic writes at once, or than an eighth.
is_tight() {
    df -Pk "$cache_is" | awk 'NR == 2 { tight = $4 < ($2 < 1048576 ? $2 / 8 : 131072) } END { exit !tight }'
}

# leave_cache: what the pod has of its own is slower, and goes with the pod.
leave_cache() {
    [ "$RESTIC_CACHE_DIR" != "$work/cache" ] || return 1
    say "the disk of the cache is full; going on with one in $TMPDIR. Give cache.capacity more"
    export RESTIC_CACHE_DIR="$work/cache"
}
