"""All processes under one supervisor: ``script/server``."""

from __future__ import annotations

import configparser
import os
import shlex
import socket
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from api.settings import Settings as ApiSettings
from motcua.prepare import console, prepare
from motcua.programs import ROOT, environment, programs
from records.settings import Settings as RecordsSettings
from records.settings import socket_folder
from voice.settings import Settings as VoiceSettings

READY_SECONDS = 120


def serve() -> None:
    """Prepares what is missing, then becomes the supervisor of all processes. Ctrl-C or SIGTERM stops them all."""
    records, api = RecordsSettings(), ApiSettings()
    _require_free_ports(api)
    prepare()
    os.environ.update(environment(records, api))
    config = _write_config(records, api)
    hotline = VoiceSettings()
    if hotline.voice and hotline.model() is None:
        console.print("No hotline: there are no speech weights. script/setup --with-speech fetches them.")
    console.print("Starting … (Ctrl-C stops everything)")
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "supervisor.supervisord", "--nodaemon", "-c", str(config)])  # noqa: S606


def announce() -> None:
    """Waits until every part is well and says where to click; run by the supervisor beside the others."""
    api = ApiSettings()
    url = f"http://{'127.0.0.1' if api.host == '0.0.0.0' else api.host}:{api.port}"  # noqa: S104
    started, parts = time.monotonic(), {"api": "starting"}
    while time.monotonic() - started < READY_SECONDS:
        try:
            parts = httpx.get(f"{url}/health", timeout=5).json()["parts"]
        except (httpx.HTTPError, ValueError, KeyError):
            pass
        else:
            if set(parts.values()) == {"ok"}:
                console.print(f"\n[bold green]Một Cửa is ready[/bold green] after {time.monotonic() - started:.0f} s")
                console.print(f"  Chat     [link]{url}/[/link]\n  Health   {url}/health")
                console.print(f"  API      {url}/openapi.json\n")
                return
        time.sleep(0.3)
    log = RecordsSettings().data / "log"
    wrong = ", ".join(f"{part}: {state}" for part, state in parts.items() if state != "ok")
    console.print(f"[bold red]Not ready after {READY_SECONDS} s[/bold red] ({wrong}). The logs are in {log}.")


def _require_free_ports(api: ApiSettings) -> None:
    wanted = {"PORT": (api.host, api.port)}
    for variable, url in (("MOTCUA_BOT_URL", api.bot_url), ("MOTCUA_ACTIONS_URL", api.actions_url)):
        parts = urlsplit(url)
        wanted[variable] = (parts.hostname or "127.0.0.1", parts.port or 80)
    for variable, address in wanted.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except OSError as error:
                host, port = address
                message = f"{host}:{port} cannot be used ({error.strerror}): stop what runs there, or set {variable}."
                console.print(f"[bold red]{message}[/bold red]")
                raise SystemExit(1) from error


def _write_config(records: RecordsSettings, api: ApiSettings) -> Path:
    """The supervisor's configuration: every process in its own log, restarted when it dies."""
    run, log = (records.data / "run").resolve(), (records.data / "log").resolve()
    run.mkdir(parents=True, exist_ok=True)
    log.mkdir(parents=True, exist_ok=True)
    config = configparser.RawConfigParser()
    config["supervisord"] = {
        "logfile": str(log / "supervisor.log"),
        "logfile_maxbytes": "10MB",
        "pidfile": str(run / "supervisor.pid"),
        "silent": "true",
        "user": "root" if os.geteuid() == 0 else "",
    }
    socket_path = socket_folder(run) / "supervisor.sock"
    socket_path.parent.mkdir(mode=0o700, exist_ok=True)
    config["unix_http_server"] = {"file": _escaped(str(socket_path)), "chmod": "0700"}
    config["supervisorctl"] = {"serverurl": _escaped(f"unix://{socket_path}")}
    config["rpcinterface:supervisor"] = {
        "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
    }
    for program in programs(records, api):
        config[f"program:{program.name}"] = {
            "command": _escaped(shlex.join(program.command)),
            "directory": _escaped(str(ROOT)),
            "priority": str(program.priority),
            "startsecs": "1",
            "startretries": "1000000",
            "autorestart": "true",
            "stopsignal": program.stop,
            "stopwaitsecs": "15",
            "stopasgroup": "false" if program.name == "postgres" else "true",
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": _escaped(str(log / f"{program.name}.log")),
            "stdout_logfile_maxbytes": "20MB",
        }
    config["program:announce"] = {
        "command": _escaped(shlex.join((sys.executable, "-m", "motcua.server"))),
        "directory": _escaped(str(ROOT)),
        "autorestart": "false",
        "startsecs": "0",
        "redirect_stderr": "true",
        "stdout_logfile": "/dev/fd/2",
        "stdout_logfile_maxbytes": "0",
    }
    if os.geteuid() != 0:
        del config["supervisord"]["user"]
    path = run / "supervisor.conf"
    with path.open("w", encoding="utf-8") as file:
        config.write(file)
    return path


def _escaped(value: str) -> str:
    return value.replace("%", "%%")


if __name__ == "__main__":
    announce()
