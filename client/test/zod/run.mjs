// Runs a program of this folder on an exported client: node run.mjs <program> <folder> <mount>
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [program, folder, mount] = process.argv.slice(2);
if (mount === undefined) throw new Error('usage: node run.mjs <program> <folder> <mount>');
const here = import.meta.dirname;
const modules = join(here, '../../node_modules');

const bundled = await build({
  entryPoints: [join(here, program)],
  bundle: true,
  format: 'esm',
  platform: 'node',
  write: false,
  logLevel: 'error',
  alias: { '#schemas': join(folder, 'api/zod.ts') },
  external: ['esbuild'],
  // Exported files lie outside of this package.
  nodePaths: [modules],
});
// Where the program finds what it imports.
const temporary = await mkdtemp(join(modules, '.zod-'));
try {
  const file = join(temporary, 'program.mjs');
  await writeFile(file, bundled.outputFiles[0].contents);
  const { main } = await import(pathToFileURL(file).href);
  process.exitCode = (await main(folder, mount)) ? 0 : 1;
} finally {
  await rm(temporary, { recursive: true });
}
