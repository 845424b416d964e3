// Messages, fragments, pings, and how connections end.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { echoed, kinds } from './peer.js';
import { onEveryStack, Server } from './server.js';

const LONGEST = 64 * 1024;
// What the system keeps for a connection at most, what the server does, and some more.
const SEND_BUFFER = Number(readFileSync('/proc/sys/net/ipv4/tcp_wmem', 'utf8').split(/\s+/)[2]);
const TOO_MUCH = SEND_BUFFER + 1024 * 1024 + 700_000;
const call = (text) => JSON.stringify({ action: 'rpc', id: 'e', fn: 'ws_echo', args: { text } });
const room = (name) => ({ channel: 'chat', params: { room: name } });

for (const [kind, open] of Object.entries(kinds)) {
  onEveryStack(`messages by ${kind}`, (server, stack) => {
    test('lengths', async () => {
      const peer = await open(server().url);
      for (const length of [125, 126, 127, 65535, LONGEST]) {
        const text = '*'.repeat(length - call('').length);
        peer.socket.send(call(text));
        assert.deepEqual(await peer.hear(), echoed(text));
      }
      await peer.close();
    });

    test('texts', async () => {
      const peer = await open(server().url);
      for (const text of ['', 'é', '日本語', '🎈👩‍👩‍👧‍👦', '\u0000\u2028\\"', '\u{10ffff}']) {
        assert.deepEqual(await peer.echo(text), echoed(text));
      }
      await peer.close();
    });

    test('binary messages', async () => {
      const peer = await open(server().url);
      for (const bytes of [[], [0xff, 0], new TextEncoder().encode(call('a'))]) {
        peer.socket.send(new Uint8Array(bytes));
        assert.deepEqual(await peer.hear(), { error: 'Invalid JSON' });
      }
      assert.deepEqual(await peer.echo('a'), echoed('a'));
      await peer.close();
    });

    test('close codes', async () => {
      for (const [code, reason] of [
        [1000, ''],
        [1000, 'because'],
        [3000, '日本語'],
        [4999, '*'.repeat(123)],
      ]) {
        const peer = await open(server().url);
        assert.deepEqual(await peer.close(code, reason), []);
      }
    });

    test('one that is too long', async () => {
      const peer = await open(server().url);
      peer.socket.send('*'.repeat(LONGEST + 1));
      assert.equal((await peer.closed).code, 1009);
    });

    test('200 connections at once', async () => {
      const peers = await Promise.all(Array.from({ length: 200 }, () => open(server().url)));
      const answers = await Promise.all(peers.map((peer, n) => peer.echo(`${n}`)));
      assert.deepEqual(
        answers,
        peers.map((_, n) => echoed(`${n}`)),
      );
      await Promise.all(peers.map((peer) => peer.close()));
    });

    test('the end of the server', async () => {
      const ending = await Server.start(stack);
      const peers = await Promise.all(Array.from({ length: 20 }, () => open(ending.url)));
      await Promise.all(peers.map((peer) => peer.ask({ action: 'subscribe', ...room('end') })));
      const [took, status] = await ending.terminate();
      assert.ok(took < 5000, `the server took ${took} ms to end`);
      assert.equal(status, 0);
      const ends = await Promise.all(peers.map((peer) => peer.closed));
      assert.deepEqual(new Set(ends.map(({ code }) => code)), new Set([1001]));
    });
  });
}

// What only `ws` gives a hand in.
onEveryStack('frames by ws', (server) => {
  test('fragments', async () => {
    const peer = await kinds.ws(server().url);
    const message = call('fragmented 日本語 🎈');
    const bytes = Buffer.from(message);
    for (let at = 0; at < bytes.length; at += 1) {
      // Within characters, too.
      const options = { binary: false, fin: at === bytes.length - 1 };
      peer.socket.send(bytes.subarray(at, at + 1), options);
      if (at % 10 === 0) peer.socket.ping('between');
    }
    assert.deepEqual(await peer.hear(), echoed('fragmented 日本語 🎈'));
    await peer.close();
  });

  test('pings', async () => {
    const peer = await kinds.ws(server().url);
    for (const payload of ['', 'a', '*'.repeat(125)]) {
      peer.socket.ping(payload);
      const [answered] = await once(peer.socket, 'pong');
      assert.equal(String(answered), payload);
    }
    peer.socket.pong('unasked');
    assert.deepEqual(await peer.echo('a'), echoed('a'));
    await peer.close();
  });

  test('what is no text', async () => {
    const peer = await kinds.ws(server().url);
    peer.socket.send(Buffer.from([0xed, 0xa0, 0x80]), { binary: false });
    assert.equal((await peer.closed).code, 1007);
  });

  test('a frame without a mask', async () => {
    const peer = await kinds.ws(server().url);
    peer.socket.send(call('a'), { mask: false });
    assert.equal((await peer.closed).code, 1002);
  });

  test('a client that does not read', async () => {
    const [slow, fast] = await Promise.all([kinds.ws(server().url), kinds.ws(server().url)]);
    for (const peer of [slow, fast]) await peer.ask({ action: 'subscribe', ...room('slow') });
    slow.socket.pause();
    const data = { text: '*'.repeat(60_000) };
    // Not much more than waits anywhere: the server must not have given up on this client long
    // before it reads on, for the goodbye waits for five seconds.
    for (let sent = 0; sent < TOO_MUCH; sent += data.text.length) {
      assert.deepEqual((await fast.ask({ action: 'message', ...room('slow'), data })).data, data);
    }
    slow.socket.resume();
    assert.equal((await slow.closed).code, 1013);
    assert.deepEqual(await fast.echo('a'), echoed('a'));
    await fast.close();
  });
});
