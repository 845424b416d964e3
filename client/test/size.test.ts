/**
 * What the parts of the client weigh in a page: minified, gzipped, in bytes. What a row stands on
 * is left out of it: modules, or what the core weighs in a page that only calls and reads. The
 * limits are those of the project (core 6 KiB, hooks 3, forms 5, channels 4 and 0.75) or closer.
 */

import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { expect, it } from 'vitest';

const KIB = 1024;

interface Row {
  readonly part: string;
  readonly code: string;
  /** Modules, by the end of their path, that count elsewhere. */
  readonly without?: RegExp;
  /** What it adds to a page that calls and reads. */
  readonly added?: true;
  readonly limit: number;
}

/** What the generated client imports, where nothing is asked for that comes of its own. */
const CORE = `export { createClient, fetchContext, prefetchContext, run } from './src/core/index.js';`;
const NOTHING = /^$/;
const ADAPTER = /(core\/index|react\/client)\.js$/;

const TABLE: readonly Row[] = [
  {
    part: 'the core with its transport',
    code: CORE,
    limit: 6 * KIB,
  },
  {
    part: 'the hooks, with what observes instances for them',
    code: `export * from './src/react/index.js'`,
    added: true,
    limit: 2.75 * KIB,
  },
  {
    part: 'merges',
    code: `export { mergeSlots } from './src/core/index.js'`,
    added: true,
    limit: 0.25 * KIB,
  },
  {
    part: 'optimistic layers',
    code: `export { patch, upsertBy } from './src/core/index.js'`,
    added: true,
    limit: 0.4 * KIB,
  },
  {
    part: 'files, and how much of them was sent',
    code: `export { multipart } from './src/core/index.js'`,
    added: true,
    limit: 0.5 * KIB,
  },
  {
    part: 'what the page carries of the global context',
    code: `export { fromPage } from './src/core/index.js'`,
    added: true,
    limit: 0.5 * KIB,
  },
  {
    part: 'what a server rendered from, given and taken',
    code: `export { dehydrate, fromPage, hydrate } from './src/core/index.js'`,
    added: true,
    limit: 0.75 * KIB,
  },
  {
    part: 'developer tools',
    code: `export { inspect, onInspect } from './src/core/index.js'`,
    added: true,
    limit: 0.25 * KIB,
  },
  {
    part: 'a form',
    code: `export { useForm } from './src/react-forms/index.js'`,
    without: ADAPTER,
    limit: 5 * KIB,
  },
  {
    part: 'forms and formsets',
    code: `export * from './src/react-forms/index.js'`,
    without: ADAPTER,
    limit: 5.75 * KIB,
  },
  {
    part: 'forms without the hook',
    code: `export { submitForm, validateForm } from './src/forms/index.js'`,
    without: ADAPTER,
    limit: 0.5 * KIB,
  },
  {
    part: 'channels',
    code: `export { joinChannel } from './src/channels/index.js'`,
    added: true,
    limit: 4 * KIB,
  },
  {
    part: 'the hook of channels',
    code: `export * from './src/react-channels/index.js'`,
    without: /\/(core|channels)\/[\w-]+\.js$|react\/client\.js$/,
    limit: 0.6 * KIB,
  },
];

it.each(TABLE)('$part', async ({ code, without, added, limit }) => {
  const size = added
    ? (await sizeOf(CORE + code)) - (await sizeOf(CORE))
    : await sizeOf(code, without);
  expect(size).toBeLessThanOrEqual(limit);
  // A limit far off says nothing.
  expect(size).toBeGreaterThan(limit * 0.8);
});

it('a part that nobody uses is absent', async () => {
  const code = `import { useForm, useFormset } from './src/react-forms/index.js';
    export function used() {}
    function unused() { return [useForm, useFormset]; }`;
  expect(await bundle(code, NOTHING)).not.toMatch(/live_validation|useId\(/);
});

it('the core is absent where nothing of it is used, and does nothing by itself', async () => {
  const code = `import * as core from './src/core/index.js';
    export function used() {}
    function unused() { return core.createClient; }`;
  expect((await bundle(code, NOTHING)).length).toBeLessThan(60);
});

it('the socket is absent where no channel is used', async () => {
  const code = `import { joinChannel } from './src/channels/index.js';
    import { useChannel } from './src/react-channels/index.js';
    export const chat = { name: 'chat', params: ['room'] };
    export function used() {}
    function unused() { return [joinChannel, useChannel]; }`;
  expect(await bundle(code, NOTHING)).not.toMatch(/WebSocket|subscribe/);
});

it('one hook of the generated client brings nothing of the others', async () => {
  const code = `export { useEcho } from './test/fixtures/api/react.js'`;
  const text = await bundle(code, /core\/index\.js$/);
  expect(text).toMatch(/"echo"/);
  expect(text).not.toMatch(/update_avatar|user_profile|live_validation/);
});

async function sizeOf(code: string, without?: RegExp): Promise<number> {
  return gzipSync(await bundle(code, without ?? NOTHING), { level: 9 }).length;
}

async function bundle(code: string, without: RegExp): Promise<string> {
  const plugin: Plugin = {
    name: 'without',
    setup: ({ onResolve }) => {
      onResolve({ filter: without }, ({ path }) => ({ path, external: true, sideEffects: false }));
    },
  };
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    external: ['react', 'react-dom', 'zod'],
    plugins: [plugin],
  });
  return outputFiles[0]?.text ?? '';
}
