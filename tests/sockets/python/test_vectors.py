"""Every exchange of ws.jsonl, in file order on a fresh server."""

import json

from server import PROJECT, OnServer, hear, on_every_stack, tell

VECTORS = PROJECT / "tests/vectors/ws.jsonl"


def agree(found, wanted, match):
    if match == "exact":
        return found == wanted
    if match == "code":
        code = found.get("error", {}).get("code")
        return {**found, "error": None} == {**wanted, "error": None} and (
            code == wanted["error"]["code"]
        )
    if match == "error":
        is_text = isinstance(found.get("error"), str)
        return is_text and found.get("channel") == wanted.get("channel")
    raise ValueError(f"a vector that is compared by {match}")


@on_every_stack
class Vectors(OnServer):
    async def test_all(self):
        vectors = [json.loads(line) for line in VECTORS.read_text().splitlines()]
        self.assertGreaterEqual(len(vectors), 17)
        for vector in vectors:
            with self.subTest(vector["id"]):
                await self.replay(vector)

    async def replay(self, vector):
        headers = {}
        if "token" in vector:
            headers["Authorization"] = f"Bearer {vector['token']}"
        last = vector["steps"][-1]
        async with self.server.connect(additional_headers=headers) as socket:
            for step in vector["steps"]:
                match = vector["match"]
                if match == "error-last":
                    match = "error" if step is last else "exact"
                await tell(socket, step["send"])
                for wanted in step["receive"]:
                    found = await hear(socket)
                    self.assertTrue(agree(found, wanted, match), f"{found} for {wanted}")
            await socket.close()
            more = [message async for message in socket]
            self.assertEqual(more, [])
