import { type About, aboutOf, type Inner, OBJECT } from './about.js';

type Fields = Readonly<Record<string, unknown>>;

/** The schemas that have a say on a value, any of which may hold. */
export type Alternatives = readonly Inner[];

/** Whether an object has another tag than this branch of a union. */
function contradicts(branch: Inner, object: Fields): boolean {
  return Object.entries(aboutOf(branch).members ?? {}).some(([name, member]) => {
    const values = aboutOf(member).values ?? [];
    const given = Object.hasOwn(object, name) ? object[name] : undefined;
    const tag = values.length === 1 ? values[0] : undefined;
    const texts = typeof tag === 'string' && typeof given === 'string';
    return texts && given !== '' && tag !== given;
  });
}

/**
 * All that schemas lead to, for a known object without the branches of unions that have another
 * tag.
 */
export function expand(from: Alternatives, object?: Fields): About[] {
  const seen = new Set<Inner>();
  const found: About[] = [];
  const add = (schema: Inner): void => {
    if (seen.has(schema)) return;
    seen.add(schema);
    const known = aboutOf(schema);
    found.push(known);
    const leads = known.leads?.() ?? [];
    for (const branch of leads) {
      const passed = leads.length > 1 && object !== undefined && contradicts(branch, object);
      if (!passed) add(branch);
    }
  };
  from.forEach(add);
  return found;
}

/** The JSON types of the values that they admit. */
export function typesOf(alternatives: Alternatives): number {
  return expand(alternatives).reduce((types, part) => types | part.types, 0);
}

/** The schemas of a member that is declared by its name. */
export function declared(parts: readonly About[], name: string): Alternatives {
  return parts.flatMap(({ members }) => {
    const member = members && Object.hasOwn(members, name) ? members[name] : undefined;
    return member ? [member] : [];
  });
}

/** The schemas of a member by any name. */
export function memberOf(parts: readonly About[], name: string): Alternatives {
  const known = declared(parts, name);
  return known.length > 0 ? known : parts.flatMap((part) => part.others ?? []);
}

/** The schemas of a list's item. */
export function itemOf(parts: readonly About[], index: number): Alternatives {
  return parts.flatMap((part) => part.places?.[index] ?? part.items ?? []);
}

function isOptional(member: Inner | undefined): boolean {
  return member === undefined || aboutOf(member).optional === true;
}

/** Whether a member has to be there, whichever branch of a union is meant. */
export function requires(from: Alternatives, name: string, object: Fields): boolean {
  const objects = (schema: Inner) => (typesOf([schema]) & OBJECT) !== 0;
  const required = (schema: Inner): boolean => {
    const { members, leads } = aboutOf(schema);
    if (members) return Object.hasOwn(members, name) && !isOptional(members[name]);
    const all = leads?.() ?? [];
    const meant = all.filter((b) => objects(b) && !(all.length > 1 && contradicts(b, object)));
    return meant.length > 0 && meant.every(required);
  };
  return from.every(required);
}
