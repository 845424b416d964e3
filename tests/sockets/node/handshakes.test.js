// The opening handshake: what it takes, what it refuses, and who the caller is.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { echoed, isUser, kinds, WHOAMI } from './peer.js';
import { accessToken, onEveryStack } from './server.js';

const token = accessToken();
const ways = {
  bearer: (token) => ['', { headers: { authorization: `Bearer ${token}` } }],
  subprotocol: (token) => ['', { protocols: ['mizan.v1', `mizan.token.${token}`] }],
  query: (token) => [`?token=${token}`, {}],
};

for (const [kind, open] of Object.entries(kinds)) {
  onEveryStack(`handshakes by ${kind}`, (server) => {
    test('subprotocols', async () => {
      for (const [protocols, selected] of [
        [[], ''],
        [['mizan.v1'], 'mizan.v1'],
        [['other', 'mizan.v1'], 'mizan.v1'],
        [[`mizan.token.${token}`, 'mizan.v1'], 'mizan.v1'],
      ]) {
        const peer = await open(server().url, { protocols });
        assert.equal(peer.socket.protocol, selected);
        assert.deepEqual(await peer.echo('a'), echoed('a'));
        await peer.close();
      }
    });

    // Both have to end a connection whose server selected nothing of what they offer.
    test('subprotocols that nobody speaks', async () => {
      await assert.rejects(open(server().url, { protocols: ['mizan.v2'] }));
    });

    test('compression is not negotiated', async () => {
      const peer = await open(server().url, { perMessageDeflate: true });
      assert.equal(peer.socket.extensions, '');
      assert.deepEqual(await peer.echo('a'.repeat(5000)), echoed('a'.repeat(5000)));
      await peer.close();
    });

    test('tokens', async () => {
      for (const way of Object.values(ways)) {
        const [query, options] = way(token);
        const peer = await open(server().url + query, options);
        assert.deepEqual(await peer.ask(WHOAMI), isUser(7));
        await peer.close();
      }
    });

    test('bad tokens', async () => {
      for (const bad of ['nonsense', accessToken('7', 'another secret that is long enough')]) {
        for (const way of Object.values(ways)) {
          const [query, options] = way(bad);
          await assert.rejects(open(server().url + query, options), (error) => {
            // A browser is not told why, and undici is none.
            if (kind === 'undici') return true;
            assert.equal(error.status, 401);
            assert.equal(error.body.code, 'UNAUTHORIZED');
            assert.ok(error.headers['www-authenticate']);
            return true;
          });
        }
      }
    });

    test('the auth action', async () => {
      const peer = await open(server().url, { protocols: ['mizan.v1'] });
      assert.equal((await peer.ask(WHOAMI)).error.code, 'UNAUTHORIZED');
      assert.deepEqual(await peer.ask({ action: 'auth', token }), { authenticated: true });
      assert.deepEqual(await peer.ask(WHOAMI), isUser(7));
      await peer.close();
    });

    test('origins', async () => {
      await assert.rejects(open(server().url, { origin: 'http://evil.example' }), (error) => {
        if (kind === 'ws') assert.equal(error.status, 403);
        return true;
      });
      const peer = await open(server().url, { origin: `http://${server().address}` });
      assert.deepEqual(await peer.echo('a'), echoed('a'));
      await peer.close();
    });

    test('a path that is none', async () => {
      await assert.rejects(open(`${server().url}more/`), (error) => {
        if (kind === 'ws') assert.equal(error.status, 404);
        return true;
      });
    });
  });
}
