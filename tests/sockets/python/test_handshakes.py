"""The opening handshake: what it takes, what it refuses, and who the caller is."""

import http.client
import json
from contextlib import AsyncExitStack

from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from server import (
    WHOAMI,
    OnServer,
    access_token,
    ask,
    echo,
    echoed,
    is_user,
    mwt,
    on_every_stack,
)

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@on_every_stack
class Handshakes(OnServer):
    async def refusal(self, path="", **options):
        """The status, headers and body of an upgrade that is refused."""
        with self.assertRaises(InvalidStatus) as caught:
            async with self.server.connect(path, **options):
                pass
        response = caught.exception.response
        return response.status_code, response.headers, json.loads(response.body)

    def request(self, method="GET", headers=None, path="/api/mizan/ws/"):
        connection = http.client.HTTPConnection(self.server.address, timeout=60)
        try:
            connection.request(method, path, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    async def test_without_an_upgrade(self):
        without = [{}]
        for missing in ("Connection", "Upgrade"):
            without.append({name: text for name, text in UPGRADE.items() if name != missing})
        for headers in without:
            with self.subTest(headers):
                status, headers, body = self.request(headers=headers)
                self.assertEqual(status, 426)
                self.assertEqual(headers["Upgrade"].lower(), "websocket")
                self.assertIs(json.loads(body)["error"], True)

    async def test_another_version(self):
        status, headers, _ = self.request(headers={**UPGRADE, "Sec-WebSocket-Version": "8"})
        self.assertEqual((status, headers["Sec-WebSocket-Version"]), (426, "13"))

    async def test_keys_that_are_none(self):
        for key in ("", "short", "dGhlIHNhbXBsZSBub25jZQ", "!" * 24):
            with self.subTest(key):
                status, _, body = self.request(headers={**UPGRADE, "Sec-WebSocket-Key": key})
                self.assertEqual((status, json.loads(body)["code"]), (400, "BAD_REQUEST"))

    async def test_a_foreign_origin(self):
        for origin in ("http://evil.example", "null", f"https://{self.server.address}.evil"):
            with self.subTest(origin):
                status, _, body = await self.refusal(origin=Origin(origin))
                self.assertEqual((status, body["code"]), (403, "FORBIDDEN"))
                bearer = {"Authorization": f"Bearer {access_token()}"}
                status, _, _ = await self.refusal(
                    origin=Origin(origin), additional_headers=bearer
                )
                self.assertEqual(status, 403)

    async def test_the_own_origin(self):
        origin = Origin(f"http://{self.server.address}")
        async with self.server.connect(origin=origin) as socket:
            self.assertEqual(await echo(socket, "a"), echoed("a"))

    async def test_compression_is_not_negotiated(self):
        async with self.server.connect(compression="deflate") as socket:
            self.assertIn("permessage-deflate", socket.request.headers["Sec-WebSocket-Extensions"])
            self.assertNotIn("Sec-WebSocket-Extensions", socket.response.headers)
            self.assertEqual(await echo(socket, "a" * 1000), echoed("a" * 1000))

    async def test_subprotocols(self):
        for offered, selected in (
            (None, None),
            (["mizan.v1"], "mizan.v1"),
            (["other", "mizan.v1"], "mizan.v1"),
            (["other", "mizan.v2"], None),
            ([f"mizan.token.{access_token()}", "mizan.v1"], "mizan.v1"),
            ([f"mizan.token.{access_token()}"], None),
        ):
            with self.subTest(offered):
                async with self.server.connect(subprotocols=offered) as socket:
                    self.assertEqual(socket.subprotocol, selected)
                    self.assertEqual(await echo(socket, "a"), echoed("a"))

    def ways(self, token):
        """How a token can come, of which all but one are in the handshake."""
        return {
            "bearer": {"additional_headers": {"Authorization": f"Bearer {token}"}},
            "subprotocol": {"subprotocols": ["mizan.v1", f"mizan.token.{token}"]},
            "query": {"path": f"?token={token}"},
        }

    async def test_tokens(self):
        options = self.ways(access_token())
        options["mwt"] = {"additional_headers": {"X-Mizan-Token": mwt()}}
        for token in (mwt("7"), access_token("7")):
            options[f"subprotocol {token}"] = self.ways(token)["subprotocol"]
            options[f"query {token}"] = self.ways(token)["query"]
        for way, option in options.items():
            with self.subTest(way):
                async with self.server.connect(**option) as socket:
                    self.assertEqual(await ask(socket, WHOAMI), is_user(7))

    async def test_bad_tokens(self):
        bad = {
            "none": "nonsense",
            "forged": access_token(secret=b"another secret that is long enough"),
            "expired": access_token(expires=1_700_000_001),
        }
        for kind, token in bad.items():
            options = self.ways(token)
            options["mwt"] = {"additional_headers": {"X-Mizan-Token": token}}
            for way, option in options.items():
                with self.subTest(f"{kind} by {way}"):
                    status, headers, body = await self.refusal(**option)
                    self.assertEqual((status, body["code"]), (401, "UNAUTHORIZED"))
                    self.assertIn("WWW-Authenticate", headers)

    async def test_tokens_by_the_auth_action(self):
        async with self.server.connect() as socket:
            self.assertEqual((await ask(socket, WHOAMI))["error"]["code"], "UNAUTHORIZED")
            for token, user in ((access_token("7"), 7), (mwt("8"), 8)):
                answer = await ask(socket, {"action": "auth", "token": token})
                self.assertEqual(answer, {"authenticated": True})
                self.assertEqual(await ask(socket, WHOAMI), is_user(user))
            # One that fails leaves the identity as it was.
            for token in ("nonsense", access_token("9", expires=1_700_000_001)):
                answer = await ask(socket, {"action": "auth", "token": token})
                self.assertEqual(list(answer), ["error"])
                self.assertIsInstance(answer["error"], str)
                self.assertEqual(await ask(socket, WHOAMI), is_user(8))

    async def test_more_connections_than_a_user_may_have(self):
        option = {"additional_headers": {"Authorization": f"Bearer {access_token('64')}"}}
        async with AsyncExitStack() as open_sockets:
            for _ in range(64):
                await open_sockets.enter_async_context(self.server.connect(**option))
            status, _, body = await self.refusal(**option)
            self.assertEqual((status, body["code"]), (503, "OVERLOADED"))
            # Another one still may.
            async with self.server.connect(path=f"?token={access_token('65')}") as socket:
                self.assertEqual(await ask(socket, WHOAMI), is_user(65))
