import * as z from 'zod/mini';
import { ARRAY, about, type Inner, type Members, OBJECT } from './about.js';
import { custom, REQUIRED, readBy, said } from './schema.js';

/** An object with these members; others are ignored. */
export function object(members: Members): Inner {
  return about({ types: OBJECT, members }, z.object(members, said('Must be an object')));
}

/** An object with these members and others, all of one schema. */
export function open(others: Inner, members: Members): Inner {
  const schema = z.catchall(z.object(members, said('Must be an object')), others);
  return about({ types: OBJECT, members, others }, schema);
}

/** An object with these members and no others. */
export function closed(members: Members): Inner {
  const refused = custom((value, report) => {
    report({ code: 'unrecognized_keys', path: [], message: 'Unknown field' });
    return value;
  });
  return about({ types: OBJECT, members }, open(refused, members));
}

/** An object of which any name may be a member. */
export function record(values: Inner): Inner {
  const schema = z.record(z.string(), values, said('Must be an object'));
  return about({ types: OBJECT, others: values }, schema);
}

/** A list, with the least and the greatest number of items. */
export function array(items: Inner, min = 0, max = Number.POSITIVE_INFINITY): Inner {
  const list = z.array(items, said('Must be a list'));
  const length = z.check<unknown[]>(
    (payload) => {
      const input = payload.value;
      const issue = { origin: 'array', inclusive: true, input, continue: true };
      if (input.length < min) {
        const message = `Must have at least ${min} items`;
        payload.issues.push({ ...issue, code: 'too_small', minimum: min, message });
      }
      if (input.length > max) {
        const message = `Must have at most ${max} items`;
        payload.issues.push({ ...issue, code: 'too_big', maximum: max, message });
      }
    },
    // Asked whatever is wrong with the items, as the server does.
    { when: (payload: z.core.ParsePayload) => Array.isArray(payload.value) },
  );
  return about({ types: ARRAY, items }, list.check(length));
}

/** A list with a schema for each place. */
export function tuple(...places: Inner[]): Inner {
  const schema = custom((value, report) => {
    if (!Array.isArray(value)) {
      const message = value === undefined ? REQUIRED : 'Must be a list';
      report({ code: 'invalid_type', path: [], message });
      return value;
    }
    const count = places.length;
    if (value.length < count) {
      report({ code: 'too_small', path: [], message: `Must have at least ${count} items` });
    } else if (value.length > count) {
      report({ code: 'too_big', path: [], message: `Must have at most ${count} items` });
    }
    const there = places.slice(0, value.length);
    return there.map((place, index) => readBy(place, value[index], [index], report));
  });
  return about({ types: ARRAY, places }, schema);
}
