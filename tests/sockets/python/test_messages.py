"""Messages, fragments, pings, and how connections end."""

import asyncio
import json
from pathlib import Path

from websockets.exceptions import ConnectionClosed

from server import OnServer, ask, echo, echoed, hear, on_every_stack, tell

LONGEST = 64 * 1024

# What the system keeps for a connection at most, what the server does, and some more.
SEND_BUFFER = int(Path("/proc/sys/net/ipv4/tcp_wmem").read_text().split()[2])
TOO_MUCH = SEND_BUFFER + 1024 * 1024 + 700_000


def call(text):
    return json.dumps({"action": "rpc", "id": "e", "fn": "ws_echo", "args": {"text": text}})


@on_every_stack
class Messages(OnServer):
    async def test_lengths(self):
        async with self.server.connect() as socket:
            for length in (125, 126, 127, 65535, LONGEST):
                text = "*" * (length - len(call("")))
                await socket.send(call(text))
                self.assertEqual(await hear(socket), echoed(text))

    async def test_texts(self):
        async with self.server.connect() as socket:
            for text in ("", "é", "日本語", "🎈👩‍👩‍👧‍👦", "\u0000\u2028\\\"", "\U0010ffff"):
                self.assertEqual(await echo(socket, text), echoed(text))

    async def test_fragments(self):
        async with self.server.connect() as socket:
            for text in ("fragmented", "日本語 🎈", "*" * 50_000):
                message = call(text)
                size = max(1, len(message) // 50)
                await socket.send(message[at : at + size] for at in range(0, len(message), size))
                self.assertEqual(await hear(socket), echoed(text))

    async def test_pings(self):
        async with self.server.connect() as socket:
            for payload in (b"", b"a", b"\xff" * 125):
                latency = await socket.ping(payload)
                await latency
            for answered in [await socket.ping() for _ in range(50)]:
                await answered

    async def test_what_is_no_json_object(self):
        async with self.server.connect() as socket:
            for message in ("", "{", "[]", "1", "null", '"a"', "{} {}", b"{}", b"\xff\x00", b""):
                await socket.send(message)
                self.assertEqual(await hear(socket), {"error": "Invalid JSON"}, message)
            self.assertEqual(await echo(socket, "a"), echoed("a"))

    async def test_calls_overlap(self):
        async with self.server.connect() as socket:
            wanted = {}
            for n in range(100):
                args = {"text": str(n)}
                await tell(socket, {"action": "rpc", "id": n, "fn": "ws_echo", "args": args})
                wanted[n] = str(n)
            for _ in range(100):
                answer = await hear(socket)
                self.assertEqual(answer["data"]["result"]["message"], wanted.pop(answer["id"]))
            self.assertEqual(wanted, {})

    async def test_200_connections_at_once(self):
        sockets = await asyncio.gather(*(self.server.connect() for _ in range(200)))
        answers = await asyncio.gather(*(echo(socket, str(n)) for n, socket in enumerate(sockets)))
        self.assertEqual(answers, [echoed(str(n)) for n in range(200)])
        await asyncio.gather(*(socket.close() for socket in sockets))
        self.assertEqual({socket.close_code for socket in sockets}, {1000})

    async def test_rate_limit_loses_nothing(self):
        # More than the burst, so that the server stops to read for a moment.
        async with self.server.connect() as socket:
            for n in range(300):
                await tell(socket, {"action": "rpc", "id": n, "fn": "ws_echo", "args": {"text": ""}})
            found = {(await hear(socket))["id"] for _ in range(300)}
            self.assertEqual(found, set(range(300)))


@on_every_stack
class Closes(OnServer):
    async def closed_by_server(self, socket):
        with self.assertRaises(ConnectionClosed):
            while True:
                await socket.recv()
        return socket.close_code

    async def fragments_without_end(self):
        while True:
            yield "*" * 1000
            await asyncio.sleep(0)

    async def test_codes(self):
        for code in (1000, 1001, 1003, 1008, 1011, 3000, 4321, 4999):
            async with self.server.connect() as socket:
                await socket.close(code, "because")
                self.assertEqual(socket.protocol.close_rcvd.code, code)
                self.assertFalse(socket.protocol.close_rcvd_then_sent)

    async def test_too_long(self):
        async with self.server.connect() as socket:
            await socket.send("*" * (LONGEST + 1))
            self.assertEqual(await self.closed_by_server(socket), 1009)
        async with self.server.connect() as socket:
            with self.assertRaises(ConnectionClosed):
                await socket.send(self.fragments_without_end())
            self.assertEqual(await self.closed_by_server(socket), 1009)

    async def test_no_text(self):
        async with self.server.connect() as socket:
            await socket.send(b"\xed\xa0\x80", text=True)
            self.assertEqual(await self.closed_by_server(socket), 1007)

    async def test_a_client_that_does_not_read(self):
        room = {"channel": "chat", "params": {"room": "slow"}}
        slow = await self.server.connect_reading_little()
        async with self.server.connect() as fast, self.server.connect() as other:
            for socket in (slow, fast):
                answer = await ask(socket, {"action": "subscribe", **room})
                self.assertTrue(answer.get("subscribed"), answer)
            text = "*" * 60_000
            # Just more than waits anywhere: the server must not have given up on this client long
            # before it reads on, for the goodbye waits for five seconds.
            for _ in range(TOO_MUCH // len(text)):
                await tell(fast, {"action": "message", **room, "data": {"text": text}})
                self.assertEqual((await hear(fast))["data"], {"text": text})
            # Nobody else is any worse for it.
            self.assertEqual(await echo(other, "a"), echoed("a"))
            self.assertEqual(await self.closed_by_server(slow), 1013)
            await tell(fast, {"action": "message", **room, "data": {"text": "still here"}})
            self.assertEqual((await hear(fast))["data"], {"text": "still here"})
        await slow.close()
