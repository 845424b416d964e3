/** Structural sharing: what did not change keeps its identity. */

/** `next`, with every part that equals its counterpart in `before` replaced by that. */
export function share<T>(before: unknown, next: T): T;
export function share(before: unknown, next: unknown): unknown {
  if (Object.is(before, next)) return before;
  if (Array.isArray(before) && Array.isArray(next)) {
    const items = next.map((item, at) => share(before[at], item));
    return items.length === before.length && items.every((item, at) => Object.is(item, before[at]))
      ? before
      : items;
  }
  if (isPlain(before) && isPlain(next)) {
    const names = Object.keys(next);
    let same = names.length === Object.keys(before).length;
    const members = names.map((name): [string, unknown] => {
      const kept = Object.hasOwn(before, name);
      const member = kept ? share(before[name], next[name]) : next[name];
      same &&= kept && Object.is(member, before[name]);
      return [name, member];
    });
    // `fromEntries` defines members, so that one named `__proto__` stays a member.
    return same ? before : Object.fromEntries(members);
  }
  return next;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
