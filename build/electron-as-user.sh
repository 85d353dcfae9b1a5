#!/bin/sh
# Chromium refuses its sandbox to root: inside this user namespace it is an ordinary user, and the sandbox is on.
# The kernel forgets there that it should end with whoever started it, so it is told once more.
exec unshare --user --map-user=1000 --map-group=1000 -- setpriv --pdeathsig TERM "$VIGIE_RUNTIME" "$@"
