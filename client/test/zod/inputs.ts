import { integerOf, numberOf } from './numbers.js';
import type { Random } from './random.js';
import { textOf } from './texts.js';
import type { Fields, Representation, Type } from './types.js';

/** How deep values nest that types of themselves make. */
const MAX_DEPTH = 5;

const OTHERS = [null, true, 0, 7, -1, 2.5, '', '5', 'x', [], {}, [null], { a: 1 }];

/**
 * What within a union is wrong to the server, too. serde buffers what is in one, and reads it then
 * more generously than the schema says: an object from a list, a variant by its number.
 */
const OTHERS_WITHIN = [true, '', '5', 'x', { a: 1 }];

// Not the empty one, which leaves no trace in a dotted path.
const NAMES = ['a', 'x.y', '0', 'with space', 'ä', 'type', 'constructor'];

/** Makes inputs of types: right ones, and such as are wrong in some place. */
export class Inputs {
  /** Whether some whole number of the last input is not told from others by ECMAScript. */
  unsafe = false;
  /** Whether some text of it has half of a character. */
  half = false;

  /** Within how many unions the value is that is being made. */
  private unions = 0;
  private readonly random: Random;
  private readonly known: Representation;
  /** The share of values that are not as their type wants them. */
  private readonly wrong: number;

  constructor(random: Random, known: Representation, wrong: number) {
    this.random = random;
    this.known = known;
    this.wrong = wrong;
  }

  resolve(type: Type): Type {
    if (type.kind !== 'reference') return type;
    const named = this.known.types.find(({ name }) => name === type.name);
    if (named === undefined) throw new Error(`no type ${type.name}`);
    return this.resolve(named.type);
  }

  of(type: Type, depth = 0): unknown {
    const wrong = this.random.chance(this.wrong);
    const others = this.unions > 0 ? OTHERS_WITHIN : OTHERS;
    if (wrong && depth > 0 && this.random.chance(0.5)) return this.random.pick(others);
    return this.near(this.resolve(type), depth, wrong);
  }

  private near(type: Type, depth: number, wrong: boolean): unknown {
    const { random } = this;
    switch (type.kind) {
      case 'integer': {
        const value = integerOf(random, type, wrong);
        this.unsafe ||= Number.isInteger(value) && !Number.isSafeInteger(value);
        return value;
      }
      case 'number':
        return numberOf(random, type, wrong);
      case 'string': {
        const text = textOf(random, type, wrong);
        this.half ||= /\p{Surrogate}/u.test(text);
        return text;
      }
      case 'boolean':
        return wrong ? random.pick(['true', 1, 0]) : random.chance(0.5);
      case 'null':
        return wrong ? false : null;
      case 'enum': {
        const text = random.pick(type.values).value;
        return wrong ? random.pick([text.toUpperCase(), `${text} `, { [text]: 0 }]) : text;
      }
      case 'literal':
        return wrong ? [type.value] : type.value;
      case 'array':
        return this.list(type, depth, wrong);
      case 'tuple': {
        const items: unknown[] = type.items.map((item) => this.of(item, depth + 1));
        if (wrong) random.chance(0.5) ? items.pop() : items.push(random.pick(OTHERS));
        return items;
      }
      case 'map':
        return this.others({}, type.values, depth);
      case 'object':
        return this.object(type, depth, wrong);
      case 'union': {
        this.unions += 1;
        const value = this.union(type, depth, wrong);
        this.unions -= 1;
        return value;
      }
      case 'nullable':
        return depth > MAX_DEPTH || random.chance(0.3)
          ? null
          : this.near(this.resolve(type.inner), depth, wrong);
      case 'reference':
        return this.near(this.resolve(type), depth, wrong);
      default:
        return random.pick(OTHERS);
    }
  }

  private list(type: Type & { kind: 'array' }, depth: number, wrong: boolean): unknown[] {
    const { min_items: min = 0, max_items: max = min + 2 } = type;
    let length = this.random.pick([min, max, min + this.random.below(max - min + 1)]);
    if (depth > MAX_DEPTH) length = min;
    if (wrong) length = this.random.pick([Math.max(min - 1, 0), max + 1]);
    return Array.from({ length }, () => this.of(type.items, depth + 1));
  }

  private object(type: Fields, depth: number, wrong: boolean): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    const left = wrong && type.fields.length > 0 ? this.random.pick(type.fields).name : undefined;
    for (const { name, type: member, optional } of type.fields) {
      const absent = optional && (depth > MAX_DEPTH || this.random.chance(0.4));
      if (!absent && name !== left) object[name] = this.of(member, depth + 1);
    }
    if (type.additional) this.others(object, type.additional, depth);
    // What nobody declared is ignored, unless it is denied.
    if (this.random.chance(0.1)) object.unknown = this.random.pick(OTHERS);
    return object;
  }

  private others(object: Record<string, unknown>, values: Type, depth: number) {
    for (let count = this.random.below(3); count > 0 && depth <= MAX_DEPTH; count -= 1) {
      const name = this.random.pick(NAMES);
      if (!(name in object)) object[name] = this.of(values, depth + 1);
    }
    return object;
  }

  private union(type: Type & { kind: 'union' }, depth: number, wrong: boolean): unknown {
    const { random } = this;
    const branch = depth > MAX_DEPTH ? type.variants[0] : random.pick(type.variants);
    const value = branch && this.of(branch.type, depth + 1);
    if (!wrong || typeof value !== 'object' || value === null) return value;
    const object: Record<string, unknown> = { ...value };
    const [first = 'a', second = first] = Object.keys(object);
    switch (random.below(4)) {
      case 0:
        delete object[type.tag ?? first];
        return object;
      case 1:
        return { ...object, [type.tag ?? first]: random.pick(['other', true, null, '']) };
      case 2:
        return { [`${first}s`]: object[first] };
      default:
        return {
          ...object,
          ...Object(this.of(random.pick(type.variants).type, depth + 1)),
          [second]: false,
        };
    }
  }
}
