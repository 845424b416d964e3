/** Structural sharing: what did not change keeps its identity. */

/** `next`, with every part that equals its counterpart in `before` replaced by that. */
export function share<T>(before: unknown, next: T): T;
export function share(before: unknown, next: unknown): unknown {
  if (Object.is(before, next) || !isTree(before) || !isTree(next)) return next;
  const list = Array.isArray(next);
  if (Array.isArray(before) !== list) return next;
  let same = Object.keys(before).length === Object.keys(next).length;
  const entries = Object.entries(next).map(([name, value]): [string, unknown] => {
    const known = Object.hasOwn(before, name);
    const shared = known ? share(before[name], value) : value;
    same &&= known && Object.is(shared, before[name]);
    return [name, shared];
  });
  if (same) return before;
  // `fromEntries` defines members, so that one named `__proto__` stays a member.
  return list ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

function isTree(value: unknown): value is Record<string, unknown> {
  return Array.isArray(value) || (!!value && Object.getPrototypeOf(value) === Object.prototype);
}
