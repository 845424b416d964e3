import * as z from 'zod/mini';
import { about, type Inner } from './about.js';
import { oneOf } from './scalar.js';
import { custom, type Issue, REQUIRED, type Report, readBy } from './schema.js';

type Found = z.core.$ZodIssue;

/** What is wrong with a value by one of the schemas that it may be of. */
type Branch = readonly Found[];

/** Whether a value is of the kind that a branch is for, whatever is wrong inside it. */
function fits(branch: Branch): boolean {
  const kinds = ['invalid_type', 'invalid_value', 'invalid_union'];
  return branch.every((issue) => issue.path.length > 0 || !kinds.includes(issue.code));
}

function member(issue: Found): string | undefined {
  return issue.path.length === 1 ? String(issue.path[0]) : undefined;
}

function missing(branch: Branch): string[] {
  const absent = branch.filter((issue) => issue.message === REQUIRED);
  return absent.map(member).filter((name) => name !== undefined);
}

/** The members by whose values a branch is for another variant. */
function tags(branch: Branch): string[] {
  const other = branch.filter(
    (issue) =>
      issue.code === 'invalid_value' && issue.values.length === 1 && issue.message !== REQUIRED,
  );
  return other.map(member).filter((name) => name !== undefined);
}

/** Whether a branch is for another variant: by its tag, or by the name of its one member. */
function isOther(branch: Branch): boolean {
  const unknown = branch.filter((issue) => issue.code === 'unrecognized_keys');
  return tags(branch).length > 0 || unknown.some((issue) => member(issue) !== undefined);
}

function common(names: readonly string[][]): string[] {
  const [first = [], ...rest] = names;
  return [...new Set(first)].filter((name) => rest.every((others) => others.includes(name))).sort();
}

/** What issues say of one value that is of no branch: all that it may be instead. */
function unfit(path: string[], issues: readonly Found[]): Issue[] {
  const listed = issues.flatMap((issue) => (issue.code === 'invalid_value' ? issue.values : []));
  const told = issues.find((issue) => issue.code !== 'invalid_value');
  const message = told?.message ?? oneOf([...new Set(listed)]);
  return [{ code: 'invalid_union', path, message }];
}

const UNCLEAR: readonly Issue[] = [
  // Not of the kinds that say that a value is for another branch.
  { code: 'too_small', path: [], message: 'Does not have any of the forms it may have' },
];

/** What is wrong by the branch that the value was meant for, which is found as the server does. */
function explain(branches: readonly Branch[]): readonly (Issue | Found)[] {
  let fitting = branches.filter(fits);
  if (fitting.length === 0) {
    const here = branches.flat().filter((issue) => issue.path.length === 0);
    return unfit([], here);
  }
  if (fitting.length > 1) {
    const named = fitting.filter((branch) => !isOther(branch));
    if (named.length === 0) {
      const tag = common(fitting.map(tags))[0];
      const wrong = fitting.flat().filter((issue) => member(issue) === tag);
      return tag === undefined ? UNCLEAR : unfit([tag], wrong);
    }
    fitting = named;
  }
  const complete = fitting.filter((branch) => missing(branch).length === 0);
  if (complete.length === 1) fitting = complete;
  const [only] = fitting;
  if (fitting.length === 1 && only !== undefined) return only;
  const wanted = common(fitting.map(missing));
  if (wanted.length === 0) return UNCLEAR;
  return wanted.map((name) => ({ code: 'invalid_type', path: [name], message: REQUIRED }));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function either(options: readonly Inner[], value: unknown, report: Report): unknown {
  if (value === undefined) {
    report({ code: 'invalid_type', path: [], message: REQUIRED });
    return value;
  }
  const branches: Branch[] = [];
  for (const option of options) {
    const read = z.safeParse(option, value);
    if (read.success) return read.data;
    branches.push(read.error.issues);
  }
  for (const issue of explain(branches)) report(issue);
  return value;
}

/** The first of these that holds. */
export function union(...options: Inner[]): Inner {
  const schema = custom((value, report) => either(options, value, report));
  return about({ types: 0, leads: () => options }, schema);
}

/** One of several objects, told apart by the text of one member. */
export function tagged(tag: string, options: Readonly<Record<string, Inner>>): Inner {
  const all = Object.values(options);
  const schema = custom((value, report) => {
    const text = isObject(value) ? value[tag] : undefined;
    const option =
      typeof text === 'string' && Object.hasOwn(options, text) ? options[text] : undefined;
    return option === undefined ? either(all, value, report) : readBy(option, value, [], report);
  });
  return about({ types: 0, leads: () => all }, schema);
}
