// Proof that the model can fail: breaks a copy of the kernel in one place at a time, and expects
// the model to notice. By hand, from client/: `node test/model/sabotage.mjs [name] [histories]`.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Name, file of src/core, what stands there, and what replaces it. */
const sabotages = [
  [
    'a merge ignores what it overlapped',
    'merge.ts',
    / \|\| instance\.overlapped > \w+(\.\w+)?/,
    '',
  ],
  ['a merge is applied in spite of a read', 'merge.ts', ' || instance.read ||', ' ||'],
  [
    'a merge needs no parameters',
    'merge.ts',
    'given !== undefined && given ===',
    'given === undefined || given ===',
  ],
  ['a lost answer changes nothing', 'effects.ts', '|| !sent)', '|| !status)'],
  ['a 5xx changes nothing', 'effects.ts', 'status < 500', 'status < 600'],
  [
    'an unknown effect is told only once',
    'store.ts',
    'if (again !== undefined) later',
    'if (false) later',
  ],
  ['affects_params is forgotten', 'effects.ts', 'const keys = scoped ? [] : ', 'const keys = '],
  [
    'an invalidation during a read is forgotten',
    'read.ts',
    'read.begun <= instance.invalidated',
    'false',
  ],
  [
    'an outdated answer counts as current',
    'read.ts',
    'instance.begun = read.begun;',
    'instance.begun = kernel.tick += 1;',
  ],
  [
    'an unmounted instance is spared',
    'store.ts',
    'instance.invalidated = ++kernel.tick;',
    'if (isUsed(instance)) instance.invalidated = ++kernel.tick; else return;',
  ],
  [
    'a new mount shows what is known wrong',
    'store.ts',
    / {2}else drop\(instance\);| {2}if \(!instance\.watchers\.size\) drop\(instance\);/,
    '',
  ],
  [
    'a scope spares what it does not name',
    'entry.ts',
    '(scope.get(name) ?? value) === value',
    'scope.get(name) === value',
  ],
  ['layers go with the answer', 'layers.ts', 'instance.invalidated < mutation.settled', 'true'],
  [
    'layers stay after a refusal',
    'mutate.ts',
    'drop?.();',
    'if (unknown || entries.length || merges.length) drop?.();',
  ],
  ['a read begun before its layer commits', 'layers.ts', 'abortRead(kernel, instance);', ''],
  [
    'an identity change keeps reads going',
    'identity.ts',
    'abortRead(kernel, instance);\n      drop',
    'drop',
  ],
  ['an identity change keeps values', 'identity.ts', 'drop(instance);', ''],
  [
    'an identity change is not told',
    'identity.ts',
    "if (from === 'here') post(kernel, { identity: subject ?? null });",
    '',
  ],
  ['an identity change keeps what the page carried', 'identity.ts', 'dropCarried(kernel);', ''],
  [
    'mutations are not told to other tabs',
    'mutate.ts',
    'postEntries(kernel, [...entries, ...merges], again);',
    '',
  ],
  [
    'merges are not told to other tabs',
    'mutate.ts',
    'postEntries(kernel, [...entries, ...merges]',
    'postEntries(kernel, [...entries]',
  ],
  [
    'mutations are tried again',
    'mutate.ts',
    '(fn.reads ? exchangeOften : exchange)',
    'exchangeOften',
  ],
  [
    'changes of one answer are published one by one',
    'store.ts',
    'kernel.changed.add(instance);',
    'kernel.changed.add(instance);\n  publish(kernel);',
  ],
  ['a refusal keeps what is held', 'read.ts', /if \(\[401, 403, 404\][^\n]*\n/, '\n'],
  ['Retry-After is ignored', 'retry.ts', 'return retryAfter + ', 'return '],
  ['reads are tried for ever', 'transport.ts', 'tries < retries ?', 'true ?'],
  ['tabs refresh at the same time', 'identity.ts', 'kernel.environment.lock?.(', '[].at(0)?.('],
  ['timers outlive the client', 'client.ts', 'for (const end of kernel.ends) end();', ''],
  [
    'an unmounted read goes on',
    'store.ts',
    'if (!instance.waiters.size) abortRead(kernel, instance);',
    '',
  ],
  [
    'a double mount reads twice',
    'observe.ts',
    'queueMicrotask(() => {',
    '((run) => run())(() => {',
  ],
  ['polls go on while the page is hidden', 'polls.ts', ' || kernel.environment.hidden?.()', ''],
  [
    'a page that is looked at again is not read',
    'polls.ts',
    'if (old || instance.error ||',
    'if (instance.error ||',
  ],
  ['slots lose their identity', 'attention.ts', 'kernel.share = share;', ''],
];

const only = process.argv[2] && !/^\d+$/.test(process.argv[2]) ? process.argv[2] : '';
const histories = Number(process.argv.at(-1)) || 5_000;
let missed = 0;
for (const [name, file, ...changes] of sabotages) {
  if (!name.includes(only)) continue;
  const outcome = await attempt(file, changes);
  if (!outcome.startsWith('caught')) missed++;
  console.log(`${name}: ${outcome}`);
}
process.exitCode = missed ? 1 : 0;

async function attempt(file, changes) {
  const folder = mkdtempSync(join(tmpdir(), 'sabotage-'));
  try {
    cpSync(join(root, 'src/core'), join(folder, 'src/core'), { recursive: true });
    cpSync(join(root, 'test/model'), join(folder, 'test/model'), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const path = join(folder, 'src/core', file);
    let text = readFileSync(path, 'utf8');
    for (let at = 0; at < changes.length; at += 2) {
      const broken = text.replace(changes[at], changes[at + 1]);
      if (broken === text) return `out of date: ${file} has no ${changes[at]}`;
      text = broken;
    }
    writeFileSync(path, text);
    const entry = join(folder, 'main.ts');
    writeFileSync(
      entry,
      `import { campaign } from './test/model/campaign.js';
       const { histories, failure } = await campaign(1, ${histories}, false);
       console.log(failure ? \`caught by history \${histories}: \${failure.split('\\n')[0]}\` : 'NOT CAUGHT');`,
    );
    const outfile = join(folder, 'main.mjs');
    const options = { bundle: true, platform: 'node', format: 'esm', logLevel: 'error' };
    await build({ ...options, entryPoints: [entry], outfile });
    const run = spawnSync(process.execPath, ['--no-warnings', outfile], {
      encoding: 'utf8',
      timeout: 300_000,
    });
    const said = run.stdout.trim();
    return (
      said ||
      `caught by a crash: ${run.stderr
        .trim()
        .split('\n')
        .find((line) => /Error/.test(line))}`
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
