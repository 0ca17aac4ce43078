#!/bin/sh
# PID 1 of a mover's container: one operation on one restic repository, and one result.
#
# Configured by the environment only, and made for busybox ash and dash. No default is written in the shell's notation
# with braces: Flux would substitute it. What the environment says is data: nothing here evaluates it.
# shellcheck disable=SC2034  # variables are shared with the other files of this folder
umask 077
child='' stopped=''
spared='' # whether the child is not to hear of a stop
# First of all, as PID 1 does not hear a signal that it has no trap for. Builtins only: a program started here could
# take the child's exit code.
trap 'stopped=1; [ -z "$child" ] || [ -n "$spared" ] || kill -TERM "$child" 2>/dev/null' TERM INT

# What is not set is empty from here on, so that `set -u` finds our own mistakes and no missing setting.
export BACKPLAN_OPERATION="$BACKPLAN_OPERATION" BACKPLAN_HOST="$BACKPLAN_HOST" BACKPLAN_TAGS="$BACKPLAN_TAGS" \
    BACKPLAN_DATA="$BACKPLAN_DATA" BACKPLAN_DUMPS="$BACKPLAN_DUMPS" BACKPLAN_IGNORE_INODE="$BACKPLAN_IGNORE_INODE" \
    BACKPLAN_EXCLUDE="$BACKPLAN_EXCLUDE" BACKPLAN_EXCLUDE_CACHES="$BACKPLAN_EXCLUDE_CACHES" \
    BACKPLAN_EXCLUDE_LARGER_THAN="$BACKPLAN_EXCLUDE_LARGER_THAN" \
    BACKPLAN_LIMIT_UPLOAD="$BACKPLAN_LIMIT_UPLOAD" BACKPLAN_LIMIT_DOWNLOAD="$BACKPLAN_LIMIT_DOWNLOAD" \
    BACKPLAN_RETRY_LOCK="$BACKPLAN_RETRY_LOCK" BACKPLAN_LOCK_ROUND="$BACKPLAN_LOCK_ROUND" \
    BACKPLAN_STOP_PATIENCE="$BACKPLAN_STOP_PATIENCE" BACKPLAN_ALLOW_EMPTY="$BACKPLAN_ALLOW_EMPTY" \
    BACKPLAN_MAX_SHRINK_PERCENT="$BACKPLAN_MAX_SHRINK_PERCENT" BACKPLAN_ACKNOWLEDGE="$BACKPLAN_ACKNOWLEDGE" \
    BACKPLAN_FORGET="$BACKPLAN_FORGET" BACKPLAN_PRUNE_INTERVAL="$BACKPLAN_PRUNE_INTERVAL" \
    BACKPLAN_PRUNE_GAP="$BACKPLAN_PRUNE_GAP" BACKPLAN_DAY_OFFSET="$BACKPLAN_DAY_OFFSET" \
    BACKPLAN_DAY_BEGINS="$BACKPLAN_DAY_BEGINS" BACKPLAN_MAX_UNUSED="$BACKPLAN_MAX_UNUSED" \
    BACKPLAN_MAX_REPACK_SIZE="$BACKPLAN_MAX_REPACK_SIZE" BACKPLAN_CHECK_SUBSETS="$BACKPLAN_CHECK_SUBSETS" \
    BACKPLAN_READ_DATA_SUBSET="$BACKPLAN_READ_DATA_SUBSET" \
    BACKPLAN_RESTORE="$BACKPLAN_RESTORE" BACKPLAN_TOKEN="$BACKPLAN_TOKEN" BACKPLAN_AS_OF="$BACKPLAN_AS_OF" \
    BACKPLAN_PREVIOUS="$BACKPLAN_PREVIOUS" BACKPLAN_SNAPSHOT="$BACKPLAN_SNAPSHOT" \
    BACKPLAN_ON_MISSING="$BACKPLAN_ON_MISSING" BACKPLAN_OVERWRITE="$BACKPLAN_OVERWRITE" \
    BACKPLAN_DELETE="$BACKPLAN_DELETE" BACKPLAN_POD="$BACKPLAN_POD" BACKPLAN_TIMEOUT="$BACKPLAN_TIMEOUT" \
    BACKPLAN_SILENCE="$BACKPLAN_SILENCE" BACKPLAN_MIN_FILES="$BACKPLAN_MIN_FILES" \
    BACKPLAN_MAX_AGE="$BACKPLAN_MAX_AGE" BACKPLAN_SAMPLE="$BACKPLAN_SAMPLE" \
    BACKPLAN_PING="$BACKPLAN_PING" BACKPLAN_PING_URL="$BACKPLAN_PING_URL" \
    TMPDIR="$TMPDIR"
repository_is=$RESTIC_REPOSITORY$RESTIC_REPOSITORY_FILE
password_is=$RESTIC_PASSWORD$RESTIC_PASSWORD_FILE$RESTIC_PASSWORD_COMMAND
cache_is=$RESTIC_CACHE_DIR
unset RESTIC_HOST # whose snapshots are meant is said with --host; `check` of restic 0.19 would look at no others
set -u

# shellcheck source=/dev/null
. /mover/result.sh
trap 'finish error 1' EXIT # whatever happens, there is a result
# shellcheck source=/dev/null
. /mover/run.sh
# shellcheck source=/dev/null
. /mover/listen.sh
# shellcheck source=/dev/null
. /mover/lock.sh
# shellcheck source=/dev/null
. /mover/cache.sh

case $BACKPLAN_OPERATION in
restore | bootstrap) # whether there is anything to do they see without a repository
    # shellcheck source=/dev/null
    . "/mover/$BACKPLAN_OPERATION.sh"
    "$BACKPLAN_OPERATION"
    ;;
init | backup | maintenance | drill | unlock | check)
    prepare
    # shellcheck source=/dev/null
    . "/mover/$BACKPLAN_OPERATION.sh"
    "$BACKPLAN_OPERATION"
    ;;
*)
    say "BACKPLAN_OPERATION is '$BACKPLAN_OPERATION'; it is one of init, backup, maintenance, restore," \
        "bootstrap, drill, unlock, check"
    BACKPLAN_OPERATION=unknown
    finish error 64
    ;;
esac
