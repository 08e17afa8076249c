"""
The image rehearsed without a container engine: its steps are taken over this machine's files, then the bot is
started in it as the image would start it, without rights and with nothing to write to but /data and /tmp.

Needs Linux, root, and the package registry: sudo .venv/bin/python -m tests.deploy
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from bot.manifest import manifest_path
from bot.pictures.codec import dumps
from bot.playground.clock import WorkspaceClock
from bot.playground.manifest import load_manifest
from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace
from tests.bot.pictures.samples import LITTLE
from tests.deploy.dockerfile import ROOT, Instruction, environment, only, stages

BUILD, IMAGE = stages()
BASE_PATH = "/base/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PATIENCE_SECONDS = 60
STOP_SECONDS = 10


class Rehearsal:
    """A root file system over this machine's own, in a mount namespace of this process."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        for name in ("root", "upper", "work"):
            (folder / name).mkdir()
        layers = f"lowerdir=/,upperdir={folder / 'upper'},workdir={folder / 'work'}"
        _do("mount", "-t", "overlay", "overlay", "-o", layers, str(self.root))
        for name in ("proc", "dev"):
            _do("mount", "--rbind", f"/{name}", str(self.root / name))
        # What the base image has: a Python that everybody may use.
        base, version = Path(sys.base_prefix), f"python{sys.version_info.major}.{sys.version_info.minor}"
        unneeded = shutil.ignore_patterns("site-packages", "test", "config-*")
        shutil.copytree(base / "lib" / version, self.root / "base/lib" / version, ignore=unneeded)
        (self.root / "base/bin").mkdir()
        shutil.copy(base / "bin" / version, self.root / "base/bin/python")
        for library in base.glob("lib/libpython*.so*"):
            shutil.copy(library, self.root / "usr/local/lib")
        self.run(["ldconfig"], {"PATH": BASE_PATH})
        self.run(["python", "-m", "ensurepip"], {"PATH": BASE_PATH})

    def take(self, stage: list[Instruction]) -> None:
        """The steps of a stage that change files."""
        variables = {**os.environ, "PATH": BASE_PATH, **_variables(stage)}
        place = "/"
        for step in stage:
            if step.word == "WORKDIR":
                place = step.rest
                (self.root / place.lstrip("/")).mkdir(parents=True, exist_ok=True)
            elif step.word == "COPY" and not step.rest.startswith("--from"):
                *names, target = step.rest.split()
                for name in names:
                    self._copy(name, self.root / place.lstrip("/") / target)
            elif step.word == "RUN":
                _say(f"RUN {step.rest[:100]}")
                self.run(["sh", "-ec", f"cd {place} && {step.rest}"], variables)

    def _copy(self, name: str, target: Path) -> None:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            shutil.copy(source, target)

    def close(self) -> None:
        """What was built from goes, and nothing can be changed any more."""
        shutil.rmtree(self.root / "source")
        user = only(IMAGE, "USER").split(":")[0]
        _do("mount", "-t", "tmpfs", "-o", "size=64m,mode=1777", "tmpfs", str(self.root / "tmp"))
        _do("mount", "-t", "tmpfs", "-o", f"uid={user},mode=0700", "tmpfs", str(self.root / "data"))
        _do("mount", "-o", "remount,ro", str(self.root))

    def as_user(self, command: list[str]) -> list[str]:
        """The command as the image runs it: its user, no capability, none to be had."""
        user, group = only(IMAGE, "USER").split(":")
        return [
            *(
                "/usr/sbin/chroot",
                str(self.root),
                "setpriv",
                f"--reuid={user}",
                f"--regid={group}",
                "--clear-groups",
            ),
            *("--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"),
            *("env", "--chdir", only(IMAGE, "WORKDIR"), *command),
        ]

    def run(self, command: list[str], variables: Mapping[str, str]) -> None:
        """As root, in it."""
        _do("/usr/sbin/chroot", str(self.root), *command, variables=variables)


async def rehearse(folder: Path) -> None:
    """Build, start, ask, draw and stop."""
    began = time.monotonic()
    rehearsal = Rehearsal(folder)
    rehearsal.take(BUILD)
    rehearsal.take(IMAGE)
    rehearsal.close()
    _say(f"built in {time.monotonic() - began:.0f} s")
    workspace = Workspace(manifest=load_manifest(manifest_path()), clock=WorkspaceClock())
    server = WorkspaceServer(workspace, port=0)
    await server.start()
    try:
        await _live(rehearsal, workspace, server.api_url)
    finally:
        await server.stop()


async def _live(rehearsal: Rehearsal, workspace: Workspace, api_url: str) -> None:
    variables = {
        "PATH": BASE_PATH,
        **_variables(IMAGE),
        "SLACK_API_URL": api_url,
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
    }
    program = json.loads(only(IMAGE, "ENTRYPOINT"))
    began = time.monotonic()
    bot = await asyncio.create_subprocess_exec(
        *rehearsal.as_user([*program, *json.loads(only(IMAGE, "CMD"))]),
        env=variables,
        stderr=asyncio.subprocess.PIPE,
    )
    assert bot.stderr is not None
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while b"connected as" not in (line := await bot.stderr.readline()):
                assert line, "the bot ended before it was connected"
        _say(f"connected after {time.monotonic() - began:.1f} s, {_cost(bot.pid)}")
        check = json.loads(only(IMAGE, "HEALTHCHECK").split("CMD ")[1])
        _say((await _answer(rehearsal.as_user(check), variables)).decode().strip())
        drawn = await _answer(
            rehearsal.as_user(["python", "-m", "bot.pictures"]), variables, dumps(LITTLE).encode()
        )
        assert b"\x89PNG" in drawn, "no picture was drawn"
        _say(f"a picture of {len(drawn)} bytes")
        began = time.monotonic()
        bot.terminate()
        async with asyncio.timeout(STOP_SECONDS):
            code = await bot.wait()
        assert code == 0, f"exit code {code}"
        _say(f"stopped after {time.monotonic() - began:.1f} s")
    finally:
        if bot.returncode is None:
            bot.kill()
            await bot.wait()


def _variables(stage: list[Instruction]) -> dict[str, str]:
    return {name: value.replace("$PATH", BASE_PATH) for name, value in environment(stage).items()}


async def _answer(command: list[str], variables: Mapping[str, str], given: bytes = b"") -> bytes:
    process = await asyncio.create_subprocess_exec(
        *command,
        env=variables,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate(given)
    assert process.returncode == 0, f"{command[-2:]}: exit code {process.returncode}"
    return said


def _cost(pid: int) -> str:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    kilobytes = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    ticks = [int(part) for part in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split()[13:15]]
    return f"{kilobytes / 1024:.0f} MB, {sum(ticks) / os.sysconf('SC_CLK_TCK'):.1f} s of a core"


def _do(*command: str, variables: Mapping[str, str] | None = None) -> None:
    subprocess.run(command, check=True, env=variables)  # noqa: S603  (the project's own Dockerfile)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Rehearse in a mount namespace of our own, so that nothing is left on the machine."""
    if os.geteuid() != 0:
        _say("This needs root: it lays a file system over this machine's.")
        return 1
    if "--inside" not in sys.argv:
        again = ["unshare", "--mount", sys.executable, "-m", "tests.deploy", "--inside"]
        return subprocess.run(again, check=False, cwd=ROOT).returncode  # noqa: S603  (ourselves)
    folder = Path(tempfile.mkdtemp(prefix="prep-coach-image-"))
    try:
        asyncio.run(rehearse(folder))
    finally:
        _do("umount", "--recursive", "--lazy", str(folder / "root"))
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
