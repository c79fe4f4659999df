"""Side by side: the same work by Tandem and by its peers, on one machine, one after another.

`make peers` runs every duel, `make peers DUEL=claims` one. A duel is a package here with a `DUEL`;
each other module in it is a contender with a `CARD` and `started`. Both are found by name. Peers
are no dependencies: each has a virtualenv of its own under .tandem/peers, or is a Debian package.
"""
