/** Reads of contexts, as the network carries them. */

import type { Value } from './api.js';
import { arrive, bearer, credentialRefused, exchange, failure } from './exchange.js';
import { type ReadFate, readFate } from './fate.js';
import type { Read } from './records.js';
import { type Reply, tear } from './response.js';
import { type Canonical, equal, written } from './scope.js';
import type { Tab } from './tab.js';
import type { Watch } from './watch.js';

export function read(
  tab: Tab,
  path: string,
  credential: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const { world, oracle } = tab;
  const watch = asked(tab, path);
  if (!watch) {
    world.fail(`${tab.name}: a read of what nobody asked for: ${path}`);
    return Promise.reject(new TypeError('fetch failed'));
  }
  const sent = begin(tab, watch);
  const weather = world.calm ? 0 : world.weather;
  const fate = readFate(world.seed, weather, `${tab.name}/${watch.place}/${watch.reads.length}`);
  const log = (text: string): void => world.log(() => `${tab.name} read ${sent.id} ${text}`);
  log(`of ${watch.spec.name} (${credential}): ${fate.kind}`);
  const end = (): void => {
    sent.ended = ++world.time.tick;
    sent.time = world.time.now;
  };
  const [way, promise] = exchange(signal, () => {
    end();
    log('aborted');
    world.cover('a read that is aborted');
  });
  const lose = (ms: number): void =>
    arrive(tab, ms, way, false, () => {
      end();
      sent.retryable = true;
      log('lost');
      way.lose();
    });
  if (tab.offline) {
    lose(1);
    return promise;
  }
  world.time.after(fate.there, 'model', () => {
    if (way.ended) return;
    const reply = serve(tab, sent, watch, credential, fate);
    if (fate.kind === 'hangs') return;
    if (fate.kind === 'lost') {
      lose(fate.back);
      return;
    }
    arrive(tab, fate.back, way, false, () => {
      const { status, torn } = reply;
      end();
      log(`answered ${status} ${JSON.stringify(reply.body)}${torn ? `, ${torn}` : ''}`);
      sent.retryable = torn === 'broken' || status >= 500 || status === 429;
      if (fate.kind === 'busy' && status === fate.status)
        sent.notBefore = world.time.now + fate.retryAfter * 1_000;
      if (reply.held) {
        sent.value = reply.body as Value;
        sent.held = reply.held;
        oracle.delivered(tab, sent);
      }
      sent.refused = reply === credentialRefused;
      if (status === 401 || status === 403 || status === 404) oracle.denied(tab, sent);
      way.answer(reply);
    });
  });
  return promise;
}

/** The instance that a path asks for. */
function asked(tab: Tab, path: string): Watch | undefined {
  const [context, query] = path.split('?');
  const params = Object.fromEntries(new URLSearchParams(query ?? ''));
  return tab.watches.find(
    ({ spec }) => `${spec.context.name}/` === context && equal(spec.asked, params),
  );
}

/** Writes a read down, and asks whether it may begin now. */
function begin(tab: Tab, watch: Watch): Read {
  const { world, oracle } = tab;
  const { tick, now } = world.time;
  const last = watch.reads.at(-1);
  const name = `${tab.name}: ${watch.spec.name}`;
  const again = (last?.retryable || last?.refused) && last.epoch === tab.epoch;
  if (last && !last.ended) world.fail(`${name} is read twice at a time`);
  const asked = last && (tab.caused > last.first || watch.told > last.first);
  // With the last one that showed it, its tries ended: whoever mounts later begins anew.
  const anew = last && (watch.told > last.first || watch.left > last.first);
  const due = world.step.stirred ? anew : asked;
  if (last && last.notBefore > now && last.epoch === tab.epoch && !due) {
    world.fail(`${name} is read before Retry-After`);
  }
  const tries = again && last ? last.tries + Number(last.retryable) : 1;
  const polled = [...tab.components.values()].some((each) => each.watch === watch && each.every);
  if (tries > 4 && !asked && !polled && now - world.marked > 200) {
    world.fail(`${name} is tried for ever`);
  }
  if (last && last.begun > world.step.since) world.fail(`${name} is read twice in one step`);
  const asleep = tab.hidden && world.timer && now - world.marked > 200;
  if (asleep && last?.value && last.begun > watch.told && tab.caused < last.ended) {
    world.fail(`${name} is polled while the page is hidden`);
  }
  if (oracle.needless(watch)) world.fail(`${name} is read without need`);
  if (again) world.cover('a read that is tried again');
  const sent: Read = {
    id: ++world.reads,
    tab: tab.name,
    watch: watch.place,
    begun: tick,
    first: again ? last.first : tick,
    tries,
    at: now,
    epoch: tab.epoch,
    ended: 0,
    time: 0,
    retryable: false,
    refused: false,
    notBefore: 0,
    value: undefined,
    held: undefined,
  };
  watch.reads.push(sent);
  watch.dirty = true;
  return sent;
}

/** What the server says to a read, at the time of its arrival. */
function serve(
  tab: Tab,
  sent: Read,
  watch: Watch,
  credential: string | undefined,
  fate: ReadFate,
): Reply & { readonly held?: Canonical } {
  const { world } = tab;
  const { context, asked: params } = watch.spec;
  const [subject, version] = bearer(credential);
  if (world.expired.has(version)) return credentialRefused;
  if (fate.status >= 400) return failure(fate.status, fate.retryAfter);
  const found = world.server.read(context.name, params, subject);
  if ('status' in found) return failure(found.status);
  const value = { ...found.value, trace: sent.id };
  if (fate.kind === 'torn') return { status: 200, body: value, torn: tear(sent.id) };
  const instance = written({ context: context.name, params: found.held });
  return { status: 200, body: value, held: found.held, headers: { 'x-mizan-instance': instance } };
}
