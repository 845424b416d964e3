/** A tab: a client, the page around it, and the components that show instances. */

import { createClient, type Mizan, type Observed, observe } from '../../src/core/index.js';
import { api, contexts, type Spec, specs, type Value } from './api.js';
import type { Oracle } from './oracle.js';
import { Page } from './page.js';
import { between, derive, type Random, random } from './random.js';
import type { Read } from './records.js';
import type { Subject } from './server.js';
import { nothing } from './state.js';
import { Watch } from './watch.js';
import { Wire } from './wire.js';
import type { World } from './world.js';

export interface Component {
  readonly watch: Watch;
  /** Ends the subscription; nothing while it waits for its first value. */
  off: (() => void) | undefined;
  every: number | undefined;
  /** The step in which it was last told of a change. */
  told: number;
  gone: boolean;
}

export class Tab {
  readonly name: string;
  readonly world: World;
  readonly oracle: Oracle;
  readonly mizan: Mizan;
  readonly wire: Wire;
  readonly page: Page;
  readonly chance: Random;
  readonly watches: Watch[] = [];
  readonly components = new Map<number, Component>();
  /** Instances that got a merge which nothing overlapped, in this step. */
  merging: Watch[] = [];
  /** Who the client believes to be logged in, and since which change. */
  subject: Subject;
  generation: number;
  /** The same as the client says it: it may not have been told. */
  believed: Subject;
  epoch = 0;
  offline = false;
  hidden = false;
  disposed = false;
  /** When the page last gave a reason to read, in ticks. */
  caused = 0;

  constructor(name: string, world: World, oracle: Oracle) {
    this.name = name;
    this.world = world;
    this.oracle = oracle;
    this.subject = world.subject;
    this.believed = world.introduced ? world.subject : undefined;
    this.generation = world.generation;
    this.chance = random(derive(world.seed, `tab/${name}`));
    this.wire = new Wire(this);
    this.page = new Page(this);
    const asynchronous = this.chance() < 0.3;
    const token = (): string | undefined => world.subject && `${world.subject}.${world.credential}`;
    this.mizan = createClient(api, {
      fetch: this.wire.fetch,
      token: asynchronous ? async () => token() : token,
      refresh: () => this.wire.refresh(),
      ...(this.believed ? { subject: this.believed } : {}),
      timeout: 5_000,
      staleAfter: 30_000,
      clock: {
        now: () => world.time.now,
        setTimeout: (run, ms) => world.time.after(ms, name, run),
        clearTimeout: (timer) => {
          if (timer) (timer as { dead: boolean }).dead = true;
        },
        random: this.chance,
      },
      environment: this.page.environment(),
    });
    for (const [place, spec] of specs.entries()) {
      this.watches.push(new Watch(place, spec, () => this.#observe(spec)));
    }
    if (this.chance() < 0.3) this.#prime();
    if (this.chance() < 0.5) for (const watch of this.watches) watch.handle.snapshot();
  }

  #observe(spec: Spec): Observed<Value> {
    const handle = observe(this.mizan, spec.context, spec.params);
    if (handle !== observe(this.mizan, spec.context, { ...spec.params })) {
      this.world.fail(`two handles for ${spec.name}`);
    }
    return handle;
  }

  /** The page carries the global context: a read that was done before the client began. */
  #prime(): void {
    const { world, page, name } = this;
    const watch = this.watches.find(({ spec }) => spec.context === contexts.global) as Watch;
    const found = world.server.read('global', {}, world.subject);
    if ('status' in found) return;
    const id = ++world.reads;
    const value = { ...found.value, trace: id };
    const time = world.time.now - between(this.chance, 0, 2_000);
    const read: Read = {
      id,
      tab: name,
      watch: watch.place,
      begun: 0,
      first: 0,
      tries: 1,
      at: time,
      epoch: 0,
      ended: 1,
      time,
      retryable: false,
      refused: false,
      notBefore: 0,
      value,
      held: {},
    };
    watch.reads.push(read);
    watch.states = [nothing, { ...nothing, base: read, value }];
    const text = JSON.stringify({ global: value });
    const old = this.chance() < 0.3;
    page.carry(() => ({ text, old, age: world.time.now - time }));
  }

  /** Shows an instance, as `useSyncExternalStore` would. */
  mount(slot: number, place: number, how: 'at once' | 'suspended' | 'twice', every?: number): void {
    this.unmount(slot);
    const watch = this.watches[place] as Watch;
    const poll = this.world.quiet ? undefined : every;
    const component: Component = { watch, off: undefined, every: poll, told: 0, gone: false };
    this.components.set(slot, component);
    const { data, error } = watch.handle.snapshot();
    if (how === 'suspended' && !data && !error) {
      this.#suspend(component);
      return;
    }
    this.#subscribe(component);
    if (how === 'twice') {
      component.off?.();
      watch.mounted--;
      this.#subscribe(component);
      this.world.cover('a double mount');
    }
  }

  unmount(slot: number): void {
    const component = this.components.get(slot);
    if (!component) return;
    this.components.delete(slot);
    component.gone = true;
    if (!component.off) return;
    if (component.watch.running()) this.world.cover('an unmount during a read');
    component.off();
    this.world.step.unmounted.add(component.watch.place);
    component.watch.mounted--;
    component.watch.left = this.world.time.tick;
  }

  /** Waits without having mounted, as a component that suspends. */
  #suspend(component: Component): void {
    const { watch } = component;
    const { generation, world } = this;
    const asked = world.time.tick;
    const ready = watch.handle.ready();
    watch.await(ready);
    if (ready !== watch.handle.ready()) world.fail('ready() is not stable while it loads');
    world.follow(`ready of ${watch.spec.name} in ${this.name}`, ready);
    void ready.then(() => {
      if (component.gone || this.disposed) return;
      const { data, error } = watch.handle.snapshot();
      if (!data && !error && generation === this.generation) {
        // The last one unmounted, which ends the read: it renders again, and asks anew.
        if (watch.left >= asked) return this.#suspend(component);
        world.fail(`${this.name}: ready of ${watch.spec.name} settled with nothing`);
      }
      this.#subscribe(component);
    });
  }

  /** Compares everything that this tab shows with what it may show. */
  look(): void {
    for (const watch of this.watches) {
      const complaint = watch.look();
      if (complaint) this.world.fail(`${this.name}: ${watch.spec.name} ${complaint}`);
    }
  }

  #subscribe(component: Component): void {
    const { watch, every } = component;
    const remount = watch.mounted === 0 && watch.states.every(({ base }) => base);
    watch.mounted++;
    watch.heard = true;
    component.off = watch.handle.subscribe(
      () => this.#listener(component),
      every === undefined ? undefined : { every },
    );
    if (remount && watch.told > (watch.states[0]?.base?.begun ?? 0)) {
      this.world.cover('a remount of an instance that is known wrong');
      // Strict mode mounts twice within a moment; whoever comes later suspends.
      if (watch.left < this.world.step.since && watch.handle.snapshot().data) {
        this.world.fail(
          `${this.name}: a new mount of ${watch.spec.name} shows what is known wrong`,
        );
      }
    }
  }

  #listener(component: Component): void {
    const { world } = this;
    component.watch.heard = true;
    if (component.gone) world.fail(`${this.name}: a listener is called after its unmount`);
    if (this.disposed) world.fail(`${this.name}: a listener is called after dispose`);
    const { since } = world.step;
    if (world.step.whole && component.told === since && world.step.tab === this.name) {
      world.fail(`${this.name}: one answer is published twice`);
    }
    component.told = since;
    if (!world.step.whole || world.step.tab !== this.name) return;
    // Whoever is called first must already find the whole answer.
    for (const watch of this.watches) {
      if (!watch.mounted) continue;
      const { heard } = watch;
      watch.heard = true;
      const complaint = watch.look();
      watch.heard = heard;
      if (complaint) world.fail(`${this.name}, in a listener: ${watch.spec.name} ${complaint}`);
    }
  }
}
