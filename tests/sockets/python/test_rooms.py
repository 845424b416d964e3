"""Channels between clients of several kinds, and the end of the server."""

import asyncio
import json

from websockets.exceptions import ConnectionClosed

from server import PROJECT, OnServer, Patient, Server, ask, hear, on_every_stack, tell

MEMBER = PROJECT / "tests/sockets/node/member.js"


def room(name):
    return {"channel": "chat", "params": {"room": name}}


def said(name, text):
    return {**room(name), "type": "ServerMessage", "data": {"text": text}}


class Member:
    """A client of another kind, in a process of its own: a line in is a message that it says, a
    line out is a frame that it heard."""

    @classmethod
    async def start(cls, kind, url, name):
        member = cls()
        member.process = await asyncio.create_subprocess_exec(
            "node",
            MEMBER,
            kind,
            url,
            name,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        return member

    async def hear(self):
        line = await self.process.stdout.readline()
        return json.loads(line)

    def say(self, text):
        self.process.stdin.write(f"{text}\n".encode())

    async def end(self):
        self.process.stdin.close()
        return await self.process.wait()


@on_every_stack
class Rooms(OnServer):
    async def test_clients_of_three_kinds(self):
        for member_is in ("ws", "undici"):
            name = f"mixed {member_is} 🎈"
            member = await Member.start(member_is, self.server.url, name)
            self.assertEqual(await member.hear(), {"subscribed": True, **room(name)})
            async with self.server.connect() as socket:
                await ask(socket, {"action": "subscribe", **room(name)})
                for text in ("from Python", "日本語", "*" * 10_000):
                    await tell(socket, {"action": "message", **room(name), "data": {"text": text}})
                    self.assertEqual(await member.hear(), said(name, text))
                    self.assertEqual(await hear(socket), said(name, text))
                for text in ("from Node", "🎈"):
                    member.say(text)
                    self.assertEqual(await hear(socket), said(name, text))
                    self.assertEqual(await member.hear(), said(name, text))
                self.assertEqual(await member.end(), 0)
                # The one that is left hears itself alone.
                await tell(socket, {"action": "message", **room(name), "data": {"text": "alone"}})
                self.assertEqual(await hear(socket), said(name, "alone"))

    async def test_groups_are_apart(self):
        async with self.server.connect() as one, self.server.connect() as two:
            for socket, name in ((one, "x"), (two, "y")):
                await ask(socket, {"action": "subscribe", **room(name)})
            await tell(one, {"action": "message", **room("x"), "data": {"text": "to x"}})
            self.assertEqual(await hear(one), said("x", "to x"))
            await tell(two, {"action": "message", **room("y"), "data": {"text": "to y"}})
            # Had it heard the first, that would have come before.
            self.assertEqual(await hear(two), said("y", "to y"))

    async def test_params_come_back_as_each_sent_them(self):
        extra = {"channel": "chat", "params": {"other": 1, "room": "same"}}
        async with self.server.connect() as one, self.server.connect() as two:
            for socket, target in ((one, room("same")), (two, extra)):
                answer = await ask(socket, {"action": "subscribe", **target})
                self.assertEqual(answer, {"subscribed": True, **target})
            await tell(two, {"action": "message", **extra, "data": {"text": "a"}})
            self.assertEqual((await hear(one))["params"], {"room": "same"})
            self.assertEqual((await hear(two))["params"], extra["params"])

    async def test_silence(self):
        async with self.server.connect() as socket:
            await ask(socket, {"action": "subscribe", **room("quiet")})
            for text in ("silent", "loud"):
                await tell(socket, {"action": "message", **room("quiet"), "data": {"text": text}})
            self.assertEqual(await hear(socket), said("quiet", "loud"))
            answer = await ask(socket, {"action": "unsubscribe", **room("quiet")})
            self.assertEqual(answer, {"unsubscribed": True, **room("quiet")})
            answer = await ask(
                socket, {"action": "message", **room("quiet"), "data": {"text": "a"}}
            )
            self.assertEqual(answer["error"], "Not subscribed to chat")

    async def test_200_members(self):
        sockets = await asyncio.gather(*(self.server.connect() for _ in range(200)))
        target = {"action": "subscribe", **room("crowd")}
        await asyncio.gather(*(ask(socket, target) for socket in sockets))
        await tell(sockets[0], {"action": "message", **room("crowd"), "data": {"text": "all"}})
        heard = await asyncio.gather(*(hear(socket) for socket in sockets))
        self.assertEqual(heard, [said("crowd", "all")] * 200)
        await asyncio.gather(*(socket.close() for socket in sockets))


@on_every_stack
class End(Patient):
    async def test_of_the_server(self):
        server = Server(self.stack)
        self.addCleanup(server.stop)
        sockets = await asyncio.gather(*(server.connect() for _ in range(20)))
        for socket in sockets:
            await ask(socket, {"action": "subscribe", **room("end")})
        # One that never reads must not keep the server, whatever is on its way to it.
        stuck = await server.connect_reading_little()
        sender = await server.connect()
        for socket in (stuck, sender):
            await ask(socket, {"action": "subscribe", **room("stuck")})
        stuck.transport.pause_reading()
        for _ in range(15):
            data = {"text": "*" * 60_000}
            await ask(sender, {"action": "message", **room("stuck"), "data": data})

        server.terminate()
        waiting = asyncio.create_task(asyncio.to_thread(server.seconds_to_end))
        for socket in (*sockets, sender):
            with self.assertRaises(ConnectionClosed):
                await socket.recv()
            self.assertEqual(socket.close_code, 1001)
        self.assertLess(await waiting, 5)
        self.assertEqual(server.process.returncode, 0)
        stuck.transport.abort()
