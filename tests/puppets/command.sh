#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A connector for drives exec and count: says what it is told to, and ends as it is told to.
#   command.sh EXIT_STATUS [TEXT FOR STDERR]      signal:N kills itself, hang waits, flood writes
case $1 in
hang) sleep 600 ;;
flood) exec cat /dev/zero ;;
signal:*) kill "-${1#signal:}" $$ ;;
daemon)
    setsid sleep 600 >/dev/null 2>&1 &
    exit 0
    ;;
count)
    echo "$((${2:?} + 0)) rounds"
    exit 0
    ;;
option)
    echo "$(find "$HOME" -type f -printf '%f ')${2-no argument} ${OPTION-no variable}"
    [[ ${OPTION-} != assay_canary/9.9.9 ]]
    exit
    ;;
remember)
    echo x >>"$HOME/calls"
    exit 0
    ;;
*)
    [[ -n ${2-} ]] && printf '%b\n' "$2" >&2
    exit "$1"
    ;;
esac
