"""The conformance server as a child process, on each of the stacks, and tokens for it."""

import asyncio
import base64
import functools
import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
import time
import unittest
from pathlib import Path

from websockets.asyncio.client import connect

PROJECT = Path(__file__).resolve().parents[3]
PROGRAM = Path(os.environ.get("CARGO_TARGET_DIR", PROJECT / "target")) / "debug/examples/conformance"
STACKS = ("hyper", "axum", "poem")

# Only a server that hangs makes a test wait for so long, in seconds.
PATIENCE = 60

JWT_SECRET = b"conformance-jwt-secret-0123456789abcdef"
MWT_SECRET = b"conformance-mwt-secret-0123456789abcdef"


class Server:
    def __init__(self, stack):
        if not PROGRAM.is_file():
            raise FileNotFoundError(f"{PROGRAM}: cargo build --all-features --example conformance")
        env = {"PORT": "0", "STACK": stack}
        if "RUST_LOG" in os.environ:
            env["RUST_LOG"] = os.environ["RUST_LOG"]
        self.process = subprocess.Popen([PROGRAM], env=env, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        prefix = "listening on "
        if not line.startswith(prefix):
            self.stop()
            raise RuntimeError(f"the server said {line!r} instead of where it listens")
        self.address = line.removeprefix(prefix).strip()
        self.url = f"ws://{self.address}/api/mizan/ws/"

    def connect(self, path="", **options):
        return connect(self.url + path, proxy=None, open_timeout=PATIENCE, **options)

    async def connect_reading_little(self):
        """A connection of which little waits outside of the server when it is not read."""
        host, port = self.address.split(":")
        plain = socket.socket()
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024)
        plain.connect((host, int(port)))
        plain.setblocking(False)
        return await self.connect(sock=plain, max_queue=1, ping_interval=None)

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def seconds_to_end(self):
        began = time.monotonic()
        self.process.wait(PATIENCE)
        return time.monotonic() - began

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def patient(test):
    @functools.wraps(test)
    async def run(self):
        async with asyncio.timeout(PATIENCE):
            await test(self)

    return run


def on_every_stack(cases):
    """Makes a test case of each stack from a class, with a fresh server for each."""
    module = sys.modules[cases.__module__]
    for stack in STACKS:
        name = f"{cases.__name__}On{stack.capitalize()}"
        body = {"stack": stack, "__module__": cases.__module__}
        for test in unittest.defaultTestLoader.getTestCaseNames(cases):
            body[test] = patient(getattr(cases, test))
        setattr(module, name, type(name, (cases,), body))
    # What is left is found by nobody: the class is the pattern alone.
    return None


class Patient(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        # A busy machine is none of the matter.
        asyncio.get_running_loop().slow_callback_duration = PATIENCE


class OnServer(Patient):
    """Of a test case whose tests share a server."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server(cls.stack)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def sign(header, claims, secret):
    parts = (base64url(json.dumps(part).encode()) for part in (header, claims))
    message = b".".join(parts)
    signature = hmac.new(secret, message, hashlib.sha256).digest()
    return b".".join((message, base64url(signature))).decode()


def access_token(user="7", expires=4_000_000_000, secret=JWT_SECRET):
    claims = {
        "sub": user,
        "sid": "s1",
        "staff": False,
        "super": False,
        "type": "access",
        "iat": 1_700_000_000,
        "exp": expires,
    }
    return sign({"alg": "HS256", "typ": "JWT"}, claims, secret)


def mwt(user="7"):
    claims = {
        "sub": user,
        "staff": False,
        "super": False,
        "pkey": "0" * 64,
        "aud": "mizan",
        "iat": 1_700_000_000,
        "nbf": 1_700_000_000,
        "exp": 4_000_000_000,
    }
    return sign({"alg": "HS256", "kid": "v1", "typ": "JWT"}, claims, MWT_SECRET)


async def tell(connection, message):
    await connection.send(json.dumps(message))


async def hear(connection):
    return json.loads(await connection.recv())


async def ask(connection, message):
    await tell(connection, message)
    return await hear(connection)


async def echo(connection, text):
    return await ask(connection, {"action": "rpc", "id": "e", "fn": "ws_echo", "args": {"text": text}})


def echoed(text):
    return {"id": "e", "ok": True, "data": {"result": {"message": text}}}


WHOAMI = {"action": "rpc", "id": "w", "fn": "ws_whoami"}


def is_user(user):
    caller = {"id": user, "staff": False, "superuser": False}
    return {"id": "w", "ok": True, "data": {"result": caller}}
