// Every exchange of ws.jsonl, in file order on a fresh server.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { kinds } from './peer.js';
import { onEveryStack, project } from './server.js';

const lines = readFileSync(`${project}tests/vectors/ws.jsonl`, 'utf8').trim().split('\n');
const vectors = lines.map((line) => JSON.parse(line));

function agree(found, wanted, match) {
  if (match === 'exact') {
    assert.deepEqual(found, wanted);
  } else if (match === 'code') {
    assert.equal(found.error.code, wanted.error.code);
    assert.deepEqual({ ...found, error: null }, { ...wanted, error: null });
  } else if (match === 'error') {
    assert.equal(typeof found.error, 'string');
    assert.equal(found.channel, wanted.channel);
  } else {
    assert.fail(`a vector that is compared by ${match}`);
  }
}

for (const [kind, open] of Object.entries(kinds)) {
  onEveryStack(`vectors by ${kind}`, (server) => {
    for (const { id, match, steps, token } of vectors) {
      test(id, async () => {
        const headers = token ? { authorization: `Bearer ${token}` } : {};
        const peer = await open(server().url, { headers });
        for (const [n, { send, receive }] of steps.entries()) {
          const last = n === steps.length - 1 ? 'error' : 'exact';
          peer.tell(send);
          for (const wanted of receive) {
            agree(await peer.hear(), wanted, match === 'error-last' ? last : match);
          }
        }
        assert.deepEqual(await peer.close(), []);
      });
    }
  });
}
