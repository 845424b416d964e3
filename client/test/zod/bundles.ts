import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** What a schema may cost beside the parts of zod that it is made of, in bytes after gzip. */
const OWN = 1024;

/** The same written with zod alone. */
const BY_HAND = `import * as z from 'zod/mini';
console.log(z.lazy(() => z.object({ text: z.string().check(z.minLength(1)) })).safeParse({}));`;

async function bundle(folder: string, contents: string): Promise<string> {
  const built = await build({
    stdin: { contents, resolveDir: folder, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    logLevel: 'error',
    nodePaths: [join(import.meta.dirname, '..')],
  });
  return built.outputFiles.map((file) => file.text).join('');
}

function gzipped(text: string): number {
  return gzipSync(text, { level: 9 }).length;
}

/** Bundles that take one schema of many, or none. */
export async function main(folder: string): Promise<boolean> {
  const wrong: string[] = [];
  const none = await bundle(folder, `import * as all from './api/zod.js'; export {};`);
  if (none.trim() !== '') wrong.push(`unused schemas leave ${none.length} bytes`);

  const use = `import { f7InputSchema } from './api/zod.js';
console.log(JSON.stringify(f7InputSchema.safeParse({ text: '' }).error.issues));`;
  const one = await bundle(folder, use);
  const byHand = await bundle(folder, BY_HAND);
  const sizes = `one schema: ${gzipped(one)} bytes, by hand: ${gzipped(byHand)} bytes`;
  console.log(`${sizes} (${one.length} and ${byHand.length} before gzip)`);
  if (gzipped(one) > gzipped(byHand) + OWN) wrong.push(sizes);
  if (/\bFunction\b\s*\(/.test(one)) wrong.push('the bundle makes functions from text');

  // As a page does under a policy without `unsafe-eval`.
  const file = join(folder, 'one.mjs');
  await writeFile(file, one);
  const run = promisify(execFile);
  const ran = await run(process.execPath, ['--disallow-code-generation-from-strings', file]);
  if (!ran.stdout.includes('Must have at least 1 characters')) wrong.push(`it said ${ran.stdout}`);

  if (wrong.length > 0) console.error(wrong.join('\n'));
  return wrong.length === 0;
}
