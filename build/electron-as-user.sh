#!/bin/sh
# Chromium refuses its sandbox to root: inside this user namespace it is an ordinary user, and the sandbox is on.
exec unshare --user --map-user=1000 --map-group=1000 -- "$VIGIE_RUNTIME" "$@"
