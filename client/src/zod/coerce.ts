import {
  ANY,
  ARRAY,
  BOOLEAN,
  INTEGER,
  NULL,
  NUMBER,
  OBJECT,
  type Scalar,
  STRING,
} from './about.js';
import {
  type Alternatives,
  declared,
  expand,
  itemOf,
  memberOf,
  requires,
  typesOf,
} from './alternatives.js';
import { integral, numeral } from './numeral.js';

type Fields = Record<string, unknown>;

/** How many lists within one another a single value stands for. */
const MAX_LISTS = 4;

/** How deep missing objects are made within one another. */
const MAX_MADE = 4;

function isFields(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The one of the listed values that is written like the text and is none. */
function listed(alternatives: Alternatives, text: string): Scalar | undefined {
  let found: Scalar | undefined;
  for (const { types, values } of expand(alternatives)) {
    if (values === undefined && types & STRING) return undefined;
    for (const value of values ?? []) {
      if (value === text) return undefined;
      if (String(value) === text) found ??= value;
    }
  }
  return found;
}

function boolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (['on', 'true', '1'].includes(word)) return true;
  return ['off', 'false', '0'].includes(word) ? false : undefined;
}

/** The value that a text stands for; the text itself where it stands for none. */
function typed(alternatives: Alternatives, text: string): unknown {
  const types = typesOf(alternatives);
  if (types === ANY) return text;
  const known = listed(alternatives, text);
  if (known !== undefined) return known;
  if (types & STRING) return text;
  const value =
    (types & INTEGER ? integral(text) : undefined) ??
    (types & NUMBER ? numeral(text) : undefined) ??
    (types & BOOLEAN ? boolean(text) : undefined);
  return value ?? text;
}

/** Whether a single value stands for a list of one: where nothing but a list is wanted. */
function takesOne(alternatives: Alternatives): boolean {
  let at = alternatives;
  for (let lists = 0; lists <= MAX_LISTS; lists += 1) {
    if ((typesOf(at) | NULL) !== (ARRAY | NULL)) return lists > 0;
    at = itemOf(expand(at), 0);
    if (at.length === 0) return true;
  }
  return false;
}

/** A value whose place matters, so that it is there even if it counts as absent. */
function placed(alternatives: Alternatives, value: unknown): unknown {
  if (value === null) return null;
  if (value === '') return (typesOf(alternatives) & (NULL | STRING)) === NULL ? null : '';
  return coerce(alternatives, value, true) ?? [];
}

function list(alternatives: Alternatives, items: readonly unknown[]): unknown[] {
  const parts = expand(alternatives);
  if (parts.some((part) => part.places)) {
    return items.map((item, index) => {
      const place = itemOf(parts, index);
      return place.length > 0 ? placed(place, item) : item;
    });
  }
  const each = itemOf(parts, 0);
  if (each.length === 0) return [...items];
  return items.map((item) => coerce(each, item)).filter((item) => item !== undefined);
}

function members(
  alternatives: Alternatives,
  object: Fields,
  required: boolean,
  made: number,
): Fields | undefined {
  const parts = expand(alternatives, object);
  const kept: Fields = {};
  for (const [name, value] of Object.entries(object)) {
    const member = memberOf(parts, name);
    const inner = typesOf(member) & OBJECT && requires(alternatives, name, object);
    const read = member.length > 0 ? coerce(member, value, inner !== 0 && inner, made) : value;
    if (read !== undefined) kept[name] = read;
  }
  const blank = Object.keys(kept).length === 0 && Object.keys(object).length > 0;
  if (blank && !required) return undefined;
  for (const name of parts.flatMap((part) => Object.keys(part.members ?? {}))) {
    if (Object.hasOwn(kept, name) || !requires(alternatives, name, object)) continue;
    const member = declared(parts, name);
    const types = typesOf(member);
    if (types === BOOLEAN) kept[name] = false;
    const holds = () => expand(member).some((part) => Object.keys(part.members ?? {}).length > 0);
    if (types === OBJECT && made < MAX_MADE && holds()) {
      kept[name] = members(member, {}, true, made + 1);
    }
  }
  return kept;
}

/**
 * What was filled in, typed as the server types it (protocol, section 5); nothing where it counts
 * as absent. Text becomes what the schemas want; empty text, and a `null` that they do not admit,
 * count as absent, and so does an optional object of which nothing remains; an unchecked checkbox
 * is false; one value where a list is wanted is a list of one.
 */
export function coerce(
  alternatives: Alternatives,
  value: unknown,
  required = false,
  made = 0,
): unknown {
  const types = typesOf(alternatives);
  if (value === null) return types & NULL ? null : undefined;
  if (value === '' || value === undefined) return undefined;
  if (Array.isArray(value) && types & ARRAY) return list(alternatives, value);
  if (isFields(value) && types & OBJECT) return members(alternatives, value, required, made);
  const read = typeof value === 'string' ? typed(alternatives, value) : value;
  if (!takesOne(alternatives)) return read;
  const item = itemOf(expand(alternatives), 0);
  const one = item.length > 0 ? coerce(item, read) : read;
  return one === undefined ? undefined : [one];
}
