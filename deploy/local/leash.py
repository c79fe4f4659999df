"""Become another program that dies with its parent and, for PostgreSQL, is not root.

Used as `python -S leash.py PARENT SIGNAL USER|~USER|- COMMAND…`. It stands between fork and exec
as a program of its own because Python code between them is unsafe once threads run.
"""

import ctypes
import os
import pwd
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000
_ORPHANED = 125
#: Before a user's name: take it in a user namespace, where that user could not reach our files.
NAMESPACED = "~"
_ADVICE = (
    "the checkout is in a directory that user {user} may not enter, and user namespaces are "
    "forbidden here: move it (to /opt, say) or run as an ordinary user"
)


def main(arguments: list[str]) -> None:
    """Drop root if a user is named, tie this process to its parent, then exec the command."""
    parent, signal, user, *command = arguments
    if user.startswith(NAMESPACED):
        _appear_as(pwd.getpwnam(user.removeprefix(NAMESPACED)))
    elif user != "-":
        _become(pwd.getpwnam(user))
    # After the change of credentials, which clears it (prctl(2)).
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal), 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit(_ORPHANED)  # the parent went before the tie was made
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted here


def _become(user: pwd.struct_passwd) -> None:
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)


def _appear_as(user: pwd.struct_passwd) -> None:
    """Stay the owner of root's files but not root in our own eyes, and without its powers."""
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER) != 0:
        sys.exit(_ADVICE.format(user=user.pw_name))
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{user.pw_uid} 0 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{user.pw_gid} 0 1", encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1:])
