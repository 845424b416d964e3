/** The server of the model: users with orders, notices per subject, accounts. */

import type { Args, MutationName } from './api.js';
import { type Canonical, type Entry, type Merge, upsert } from './scope.js';

export type Subject = 'ada' | 'bob' | undefined;

const ids: Readonly<Record<string, string>> = { ada: '1', bob: '2' };

interface Item {
  readonly [key: string]: unknown;
  readonly id: number;
  readonly text: string;
}

interface Profile {
  readonly name: string;
  readonly avatar: string;
}

/** What a read found. */
export type Found =
  | { readonly value: Record<string, unknown>; readonly held: Canonical }
  | { readonly status: 401 | 404; readonly code: string };

/** What a mutation did and says. */
export interface Done {
  readonly result: unknown;
  readonly entries: readonly Entry[];
  readonly merges: readonly Merge[];
}

/** What a handler adds to what its mutation declares. */
export function added(args: Args): Entry[] {
  if (!args.extra) return [];
  if (Number(args.id) % 2) return [{ context: 'notifications', params: {} }];
  return [{ context: 'user', params: { user_id: args.user_id === 1 ? '2' : '1' } }];
}

export class Server {
  readonly #profiles = new Map<string, Profile>();
  readonly #lists = new Map<string, readonly Item[]>();
  readonly #accounts = new Map<string, number>();
  /** When each cell was written last, in ticks. */
  readonly #written = new Map<string, number>();

  /** The canonical parameters of what was asked for, as that subject. */
  held(context: string, asked: Canonical, subject: Subject): Canonical {
    if (context !== 'user') return {};
    if (asked.user_id !== 'me') return asked;
    return { ...asked, user_id: ids[subject ?? ''] ?? 'me' };
  }

  read(context: string, asked: Canonical, subject: Subject): Found {
    const held = this.held(context, asked, subject);
    if (context === 'user') {
      const user = held.user_id as string;
      if (user === 'me') return { status: 404, code: 'NOT_FOUND' };
      const orders = this.#list(`orders/${user}/${held.page}`, subject);
      return { value: { user_orders: orders, user_profile: this.#profile(user, subject) }, held };
    }
    if (context === 'notifications') {
      if (!subject) return { status: 401, code: 'UNAUTHORIZED' };
      return { value: { notifications: this.#list(`notes/${subject}`, subject) }, held };
    }
    const points = this.#accounts.get(subject ?? '') ?? 0;
    return { value: { account: { subject: subject ?? null, points } }, held };
  }

  /** The tick of the last change of anything that such a read would show. */
  changed(context: string, held: Canonical, subject: Subject): number {
    const user = held.user_id as string;
    const cells: string[] =
      context === 'user'
        ? [`profile/${user}`, `orders/${user}/${held.page}`]
        : [context === 'global' ? `account/${subject}` : `notes/${subject}`];
    return Math.max(...cells.map((cell) => this.#written.get(cell) ?? 0));
  }

  perform(name: MutationName, args: Args, subject: Subject, tick: number): Done {
    const id = args.id as number;
    const user = String(args.user_id);
    const at = { user_id: user };
    const wrote = (cell: string): void => void this.#written.set(cell, tick);
    const profile = (of: string, change: Partial<Profile>): void => {
      this.#profiles.set(of, { ...this.#raw(of), ...change });
      wrote(`profile/${of}`);
    };
    const put = (cell: string, item: Item): void => {
      this.#lists.set(cell, upsert(this.#lists.get(cell) ?? [], 'id', item) as Item[]);
      wrote(cell);
    };
    const note = (to: string): void => put(`notes/${to}`, { id, text: `t${id}` });
    const said = (entries: Entry[], merges: Merge[] = [], result: unknown = id): Done => ({
      result,
      entries,
      merges,
    });
    switch (name) {
      case 'rename':
        profile(user, { name: `n${id}` });
        return said([{ context: 'user', params: at }]);
      case 'reset_all':
        for (const each of ['1', '2']) profile(each, { name: `r${id}` });
        for (const each of ['ada', 'bob']) note(each);
        return said([
          { context: 'user', params: {} },
          { context: 'notifications', params: {} },
        ]);
      case 'move_order': {
        const owner = String(1 + ((args.order as number) % 2));
        put(`orders/${owner}/1`, { id: args.order as number, text: `m${id}` });
        return said([{ context: 'user', params: { user_id: owner } }]);
      }
      case 'set_avatar': {
        profile(user, { avatar: `a${id}` });
        const value = this.#profile(user, subject);
        return said([], [{ context: 'user', slot: 'user_profile', params: at, value }], value);
      }
      case 'put_order': {
        const page = args.page === null ? undefined : String(args.page);
        const item = { id: args.order as number, text: `o${id}` };
        put(`orders/${user}/${page ?? '1'}`, item);
        const params: Canonical = page === undefined ? at : { ...at, page };
        const value = { ...item, for: subject ?? null };
        return said(
          [],
          [{ context: 'user', slot: 'user_orders', key: 'id', params, value }],
          value,
        );
      }
      case 'notify': {
        const item = { id: args.order as number, text: `w${id}` };
        put(`notes/${subject}`, item);
        const value = { ...item, for: subject ?? null };
        const slot = 'notifications';
        return said([], [{ context: slot, slot, key: 'id', params: {}, value }], value);
      }
      case 'rebrand': {
        profile(user, { name: `b${id}` });
        for (const each of ['ada', 'bob']) note(each);
        this.#award(String(subject), id, wrote);
        const value = this.#profile(user, subject);
        return said(
          [
            { context: 'notifications', params: {} },
            { context: 'global', params: {} },
          ],
          [{ context: 'user', slot: 'user_profile', params: at, value }],
          value,
        );
      }
      case 'promote':
        profile(user, { name: `p${id}` });
        for (const each of ['ada', 'bob', 'undefined']) this.#award(each, id, wrote);
        return said([
          { context: 'global', params: {} },
          { context: 'user', params: at },
          ...added(args),
        ]);
      case 'ping':
        return said([]);
    }
  }

  #award(subject: string, points: number, wrote: (cell: string) => void): void {
    this.#accounts.set(subject === 'undefined' ? '' : subject, points);
    wrote(`account/${subject}`);
  }

  #raw(user: string): Profile {
    return this.#profiles.get(user) ?? { name: 'n', avatar: 'a' };
  }

  /** What is seen depends on who looks: data of one subject is never mistaken for another's. */
  #profile(user: string, subject: Subject): Record<string, unknown> {
    return { ...this.#raw(user), for: subject ?? null };
  }

  #list(cell: string, subject: Subject): Record<string, unknown>[] {
    return (this.#lists.get(cell) ?? []).map((item) => ({ ...item, for: subject ?? null }));
  }
}
