// The conformance server as a child process, on each of the stacks, and tokens for it.

import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { after, before, describe } from 'node:test';
import { fileURLToPath } from 'node:url';

export const project = fileURLToPath(new URL('../../../', import.meta.url));

const target = process.env.CARGO_TARGET_DIR ?? `${project}target`;
const program = `${target}/debug/examples/conformance`;

// Only a server that hangs makes a test wait for so long.
export const PATIENCE = 60_000;

export class Server {
  static async start(stack) {
    if (!existsSync(program)) {
      throw new Error(`${program} is missing: cargo build --all-features --example conformance`);
    }
    const server = new Server();
    server.process = spawn(program, {
      env: { PORT: '0', STACK: stack },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    server.ended = once(server.process, 'exit');
    for await (const line of createInterface(server.process.stdout)) {
      const said = /^listening on (\S+)$/.exec(line);
      if (!said) break;
      server.address = said[1];
      server.url = `ws://${server.address}/api/mizan/ws/`;
      return server;
    }
    throw new Error('the server did not say where it listens');
  }

  /** How many milliseconds it takes to end when it is told to, and its status. */
  async terminate() {
    const began = performance.now();
    this.process.kill('SIGTERM');
    const [status] = await this.ended;
    return [performance.now() - began, status];
  }

  async stop() {
    this.process.kill('SIGKILL');
    await this.ended;
  }
}

/** Runs cases on each stack, with a fresh server for each; `server()` is it. */
export function onEveryStack(name, cases) {
  for (const stack of ['hyper', 'axum', 'poem']) {
    describe(`${name} on ${stack}`, { timeout: PATIENCE }, () => {
      let server;
      before(async () => {
        server = await Server.start(stack);
      });
      after(() => server?.stop());
      cases(() => server, stack);
    });
  }
}

export function accessToken(user = '7', secret = 'conformance-jwt-secret-0123456789abcdef') {
  const header = { alg: 'HS256', typ: 'JWT' };
  const claims = {
    sub: user,
    sid: 's1',
    staff: false,
    super: false,
    type: 'access',
    iat: 1_700_000_000,
    exp: 4_000_000_000,
  };
  const parts = [header, claims].map((part) => Buffer.from(JSON.stringify(part)));
  const message = parts.map((part) => part.toString('base64url')).join('.');
  return `${message}.${createHmac('sha256', secret).update(message).digest('base64url')}`;
}
