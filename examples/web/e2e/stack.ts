import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type Stack = 'axum' | 'hyper' | 'poem';

export interface Running {
  readonly base: string;
  stop(): Promise<void>;
}

const project = fileURLToPath(new URL('../../../', import.meta.url));

/** Starts the demo on a stack, with a database of its own, on a free port unless one is given. */
export function startDemo(stack: Stack, port = '0'): Promise<Running> {
  const folder = process.env['CARGO_TARGET_DIR'] ?? `${project}target`;
  const program = `${folder}/debug/examples/${stack}`;
  if (!existsSync(program)) {
    throw new Error(`${program} is missing: cargo build --all-features --examples`);
  }
  return start(program, [], { PORT: port, RUST_LOG: 'warn' });
}

/** Starts the server that renders the page with React, in front of a demo. */
export function startRenderer(demo: string): Promise<Running> {
  const server = fileURLToPath(new URL('../server.js', import.meta.url));
  return start(process.execPath, [server], { PORT: '0', MIZAN_SERVER: demo });
}

async function start(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<Running> {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const base = await Promise.race([
    address(child),
    gone.then(() => Promise.reject(new Error(`${program} ended at once`))),
  ]);
  return {
    base,
    async stop() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function address(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('no output to read');
  for await (const line of createInterface(child.stdout)) {
    const said = /^listening on (http:\S+)$/.exec(line);
    if (said?.[1]) return said[1];
  }
  throw new Error('the server never said where it listens');
}
