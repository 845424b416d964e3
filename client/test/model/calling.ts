/** Calls of mutations, as the network carries them. */

import { deadlineOf, type Mutation, mutations } from './api.js';
import { arrive, bearer, credentialRefused, type Exchange, exchange, failure } from './exchange.js';
import type { CallFate } from './fate.js';
import type { Call } from './records.js';
import { callBody, invalidateHeader, type Reply, tear } from './response.js';
import { declared, written } from './scope.js';
import { added, type Done } from './server.js';
import type { Tab } from './tab.js';

export function send(
  tab: Tab,
  call: Call,
  fate: CallFate,
  credential: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const { world, oracle } = tab;
  const { id, name } = call;
  count(tab, call);
  world.log(
    () =>
      `${tab.name} sends #${id} ${name} ${JSON.stringify(call.args)} (${credential}): ${fate.kind}, effect ${fate.effect}`,
  );
  const [subject, version] = bearer(credential);
  let arrived = false;
  let done: Done | undefined;
  const [way, promise] = exchange(signal, () => {
    world.log(() => `${tab.name} gives #${id} up`);
    world.cover(`a mutation given up ${arrived ? 'after its arrival' : 'on its way'}`);
    // What is on its way may arrive in spite of it.
    if (!arrived && fate.late % 2) reach();
    if (!call.ended) oracle.unknown(tab, call, []);
  });
  const effect = (): void => {
    const tick = ++world.time.tick;
    done = world.server.perform(name, call.args, subject, tick);
    world.log(() => `server: #${id} ${name} takes effect as ${subject}`);
  };
  const reach = (): void => {
    arrived = true;
    let refusal: Reply | undefined;
    if (world.expired.has(version)) refusal = credentialRefused;
    else if (name === 'notify' && !subject) refusal = failure(401);
    else if (fate.kind === 'refused') refusal = failure(fate.status, fate.retryAfter);
    if (!refusal && fate.effect === 'now') effect();
    if (!refusal && fate.effect === 'late') {
      world.time.after(Math.min(fate.late, deadlineOf(name) - 2), 'model', effect);
      world.cover('an effect after its failure');
    }
    if (fate.kind === 'hangs' && !refusal) return;
    if (way.ended) return;
    arrive(tab, fate.back, way, true, () => {
      if (refusal) refuse(tab, call, way, refusal);
      else answer(tab, call, fate, way, done);
    });
  };
  if (tab.offline || fate.kind === 'dropped') {
    arrive(tab, tab.offline ? 1 : fate.there, way, true, () => {
      world.log(() => `${tab.name} #${id} lost on its way`);
      oracle.unknown(tab, call, []);
      way.lose();
    });
  } else {
    world.time.after(fate.there, 'model', () => {
      if (!way.ended) reach();
    });
  }
  return promise;
}

/** Mutations are never sent again, but once after their credential was refused. */
function count(tab: Tab, call: Call): void {
  const { world } = tab;
  if (call.sends && !call.again) world.fail(`${tab.name}: #${call.id} ${call.name} is sent again`);
  if (call.again) world.cover('a mutation sent again with a new credential');
  call.again = false;
  call.sends++;
  call.sent = world.time.tick;
}

function refuse(tab: Tab, call: Call, way: Exchange, refusal: Reply): void {
  tab.world.log(() => `${tab.name} #${call.id} refused ${refusal.status}`);
  if (refusal === credentialRefused && call.sends < 2) call.again = true;
  else tab.oracle.refused(tab, call);
  way.answer(refusal);
}

function answer(tab: Tab, call: Call, fate: CallFate, way: Exchange, done: Done | undefined): void {
  const { world, oracle } = tab;
  const { id } = call;
  if (fate.kind === 'ok' && done) {
    const { entries, merges, result } = done;
    const all = [...entries, ...merges];
    world.log(() => `${tab.name} #${id} answered: ${all.map(written).join(', ')}`);
    oracle.answered(tab, call, entries, merges);
    const body = callBody(result, entries, merges, id % 3 === 0);
    way.answer({ status: 200, body, headers: invalidateHeader(all) });
    return;
  }
  world.log(() => `${tab.name} #${id} ${fate.kind} ${fate.status}`);
  if (fate.kind === 'failed') {
    // A 5xx of the server names what may have changed; one of a proxy before it does not.
    const fn: Mutation = mutations[call.name];
    const also = fate.late % 3 ? [...declared(fn, call.args), ...added(call.args)] : [];
    const reply = failure(fate.status, fate.retryAfter);
    oracle.unknown(tab, call, also);
    way.answer({ ...reply, headers: { ...reply.headers, ...invalidateHeader(also) } });
    return;
  }
  oracle.unknown(tab, call, []);
  if (fate.kind === 'torn') way.answer({ status: 200, body: {}, torn: tear(id) });
  else way.lose();
}
