import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import * as schemas from '#schemas';
import { fieldErrors, type StandardIssue } from '../../src/zod/fields.js';
import { filledIn } from './filled.js';
import { Inputs } from './inputs.js';
import { Random } from './random.js';
import type { Representation, Type } from './types.js';

/** What is said of an input: where it is wrong; nothing where it is taken. */
type Verdict = readonly string[];

interface StandardSchema {
  readonly '~standard': {
    readonly validate: (value: unknown) => {
      readonly issues?: readonly StandardIssue[] | undefined;
    };
  };
}

/** Something that is judged on both sides. */
interface Subject {
  readonly name: string;
  readonly type: Type;
  readonly schema: StandardSchema;
  /** Whether the server knows more about it, and may refuse what the schema takes. */
  readonly lax: boolean;
  /** Whether the server may name more of its members. */
  readonly vague: boolean;
  readonly form: boolean;
}

/** Functions of the conformance server whose own code refuses some values. */
const BY_CODE = ['listing', 'fail'];

const CASES = Number(process.env.MIZAN_ZOD_CASES ?? 120);
const SEED = Number(process.env.MIZAN_ZOD_SEED ?? 20261123);

/** How many requests are under way at once. */
const LANES = 8;

function camel(name: string): string {
  const [first = '', ...rest] = name.split(/[_.-]+/).filter((part) => part !== '');
  const capital = (part: string) => part.charAt(0).toUpperCase() + part.slice(1);
  return first.charAt(0).toLowerCase() + first.slice(1) + rest.map(capital).join('');
}

function subjects(known: Representation): Subject[] {
  const all = schemas as unknown as Readonly<Record<string, StandardSchema | undefined>>;
  const subject = (name: string, ending: string, type: Type, form: boolean): Subject => {
    const schema = all[`${camel(name)}${ending}`];
    if (schema === undefined) throw new Error(`there is no ${camel(name)}${ending}`);
    const lax = name.startsWith('lax_') || BY_CODE.includes(name) || name === 'contact';
    return { name, type, schema, lax, vague: name.startsWith('vague_'), form };
  };
  const inputs = known.functions.flatMap(({ name, input }) =>
    input === undefined ? [] : [subject(name, 'InputSchema', input, false)],
  );
  return [...inputs, ...known.forms.map((f) => subject(f.name, 'FormSchema', f.fields, true))];
}

function bySchema({ schema }: Subject, value: unknown): Verdict {
  const { issues } = schema['~standard'].validate(value);
  return issues === undefined ? [] : Object.keys(fieldErrors(issues)).sort();
}

const agent = new Agent({ keepAlive: true, maxSockets: LANES });

/** `fetch` takes several times as long. */
function post(url: string, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request(url, { method: 'POST', headers, agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The answer's verdict; nothing where only somebody who is known is answered. */
async function byServer(
  { name, form }: Subject,
  mount: string,
  value: unknown,
): Promise<Verdict | undefined> {
  const call = form ? { fn: `${name}.validate`, args: { data: value } } : { fn: name, args: value };
  const answer = await post(`${mount}/call/`, JSON.stringify(call));
  const told = JSON.parse(answer.text);
  if (answer.status === 401) return undefined;
  if (answer.status === 422) return Object.keys(told.details.fields).sort();
  const errors: { field: string }[] | undefined = form ? told.result?.errors : [];
  // What a handler itself refuses was an input all the same.
  if (errors !== undefined) return errors.map((error) => error.field).sort();
  throw new Error(`${name}: ${answer.status} ${JSON.stringify(told)} to ${JSON.stringify(value)}`);
}

interface Tally {
  taken: number;
  refused: number;
  left: number;
}

/** What is wrong with how the two judged, if something is. */
function compare(subject: Subject, inputs: Inputs, page: Verdict, server: Verdict) {
  // Of whole numbers beyond 2^53 a schema alone refuses some.
  if (inputs.unsafe) return undefined;
  if (server.length === 0 && page.length > 0) return 'the schema refuses what the server takes';
  if (subject.lax) return undefined;
  const alike = (server.length === 0) === (page.length === 0);
  if (subject.vague)
    return alike && page.every((path) => server.includes(path)) ? undefined : 'the verdicts differ';
  // The server looks for halves of characters in what was sent, before it drops what is empty and
  // in variants that are not meant.
  if (inputs.half) return alike ? undefined : 'the verdicts differ';
  return page.join() === server.join() ? undefined : 'the verdicts differ';
}

export async function main(folder: string, mount: string): Promise<boolean> {
  const text = await readFile(join(folder, 'representation.json'), 'utf8');
  const known: Representation = JSON.parse(text);
  const wrong: string[] = [];
  const skipped: string[] = [];
  let cases = 0;
  const judge = async (subject: Subject) => {
    const tally: Tally = { taken: 0, refused: 0, left: 0 };
    // A sequence for each, so that one more subject changes none of the others.
    const seed = [...subject.name].reduce((sum, c) => Math.imul(sum, 31) + c.charCodeAt(0), SEED);
    const random = new Random(seed);
    for (let count = 0; count < CASES; count += 1) {
      const inputs = new Inputs(random, known, random.pick([0, 0.02, 0.1, 0.25]));
      const made = inputs.of(subject.type);
      // Arguments that are no object are a bad request, whatever the function.
      if (typeof made !== 'object' || made === null || Array.isArray(made)) continue;
      const value = subject.form ? filledIn(random, made) : made;
      const page = bySchema(subject, value);
      const server = await byServer(subject, mount, value);
      if (server === undefined) return skipped.push(subject.name);
      const difference = compare(subject, inputs, page, server);
      if (difference) {
        const verdicts = `schema: [${page.join(', ')}], server: [${server.join(', ')}]`;
        wrong.push(`${subject.name}: ${difference}\n  ${JSON.stringify(value)}\n  ${verdicts}`);
      }
      cases += 1;
      tally[server.length === 0 ? 'taken' : page.length > 0 ? 'refused' : 'left'] += 1;
    }
    if (process.env.MIZAN_ZOD_TALLY) console.log(subject.name, tally);
    // Inputs that are all of one kind prove little.
    const least = CASES / 60;
    if (tally.taken < (subject.lax ? 1 : least) || tally.refused < (subject.lax ? 0 : least)) {
      wrong.push(`${subject.name}: too much alike, ${JSON.stringify(tally)}`);
    }
  };
  const todo = subjects(known);
  const count = todo.length;
  const lane = async () => {
    for (let next = todo.shift(); next; next = todo.shift()) await judge(next);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  agent.destroy();
  console.log(`${cases} inputs of ${count - skipped.length} schemas (seed ${SEED})`);
  if (skipped.length > 0) console.log(`for known callers only: ${skipped.join(', ')}`);
  if (wrong.length > 0) console.error(`${wrong.length} wrong:\n${wrong.slice(0, 25).join('\n')}`);
  return wrong.length === 0;
}
