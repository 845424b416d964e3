/** The network between a tab and the server: it delays, loses and repeats nothing by itself. */

import { send } from './calling.js';
import { aborted, arrive, exchange, failure } from './exchange.js';
import { type CallFate, readFate } from './fate.js';
import { between } from './random.js';
import { read } from './reading.js';
import type { Call } from './records.js';
import type { Tab } from './tab.js';

export class Wire {
  /** The fates of calls, by id; made with the action. */
  readonly fates = new Map<number, CallFate>();
  readonly #tab: Tab;
  #finds = 0;

  constructor(tab: Tab) {
    this.#tab = tab;
  }

  readonly fetch: typeof fetch = (input, init) => {
    const tab = this.#tab;
    const { world, disposed, name } = tab;
    const url = String(input);
    if (disposed) world.fail(`${name}: a request after dispose: ${url}`);
    const signal = init?.signal ?? undefined;
    if (signal?.aborted) return Promise.reject(aborted);
    world.time.tick++;
    const place = url.indexOf('/ctx/');
    const given = new Headers(init?.headers).get('authorization');
    const credential = given?.replace('Bearer ', '');
    if (place >= 0) return read(tab, url.slice(place + 5), credential, signal);
    const { fn, args } = JSON.parse(String(init?.body)) as { fn: string; args: { id: number } };
    if (fn === 'user_profile') return this.#find(signal);
    const fate = this.fates.get(args.id) as CallFate;
    return send(tab, world.calls.get(args.id) as Call, fate, credential, signal);
  };

  /** The application renews the credential: slowly, and not always. */
  refresh(): Promise<boolean> {
    const { world, name, chance } = this.#tab;
    const tab = this.#tab;
    // A client that was disposed of gives up the lock, whatever its application goes on with.
    if ([...world.refreshing].some((other) => !other.disposed)) {
      world.fail('two refreshes at a time');
    }
    world.refreshing.add(tab);
    world.cover('a refresh of the credential');
    const luck = world.calm ? 0 : chance();
    return new Promise((resolve, reject) => {
      world.time.after(between(chance, 5, 400), 'model', () => {
        world.begin('');
        world.refreshing.delete(tab);
        world.log(() => `${name} refreshed: ${luck < 0.8}`);
        if (luck < 0.8) world.credential++;
        if (luck < 0.9) resolve(luck < 0.8);
        else reject(new Error('refresh failed'));
      });
    });
  }

  /** A reader that is called as a function: it may be tried again. */
  #find(signal: AbortSignal | undefined): Promise<Response> {
    const { world, name } = this.#tab;
    const weather = world.calm ? 0 : world.weather;
    const fate = readFate(world.seed, weather, `${name}/find/${++this.#finds}`);
    const [way, promise] = exchange(signal, () => {});
    if (fate.kind === 'hangs') return promise;
    arrive(this.#tab, fate.there + fate.back, way, false, () => {
      if (fate.kind === 'lost') way.lose();
      else if (fate.status >= 400) way.answer(failure(fate.status, fate.retryAfter));
      else if (fate.kind === 'torn') way.answer({ status: 200, body: {}, torn: 'broken' });
      else way.answer({ status: 200, body: { result: 1 } });
    });
    return promise;
  }
}
