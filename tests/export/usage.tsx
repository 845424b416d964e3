// What the generated types allow and refuse, judged by the compiler alone.

import {
  adoptForm,
  callAddResident,
  callAnything,
  callFlat,
  callLimits,
  callMakeUseOf,
  callNest,
  callNothing,
  callPhotograph,
  callScalars,
  callUnions,
  cageContext,
  createMizan,
  fetchAppStateContext,
  fetchCageContext,
  fetchZooContext,
  patchResidents,
  prefetchCageContext,
} from './api/calls.js';
import {
  AppStateContext,
  CageContext,
  GreetProvider,
  useAdoptForm,
  useAdoptFormset,
  useCageDetailsState,
  useCurrentVisitor,
  useGreet,
  useMoveCage,
  useNothing,
  useResidents,
  ZooContext,
} from './api/react.js';
import { testMizan } from './api/testing.js';
import type {
  Expression,
  External,
  Internal,
  Kind,
  ScalarsInput,
  ScalarsOutput,
  Strict,
  StrictIn,
} from './api/types.js';

/** Fails to compile unless the two are the same type. */
function same<A, B>(
  ..._: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? [] : [never]
): void {}

same<ScalarsOutput['option'], string | null>();
same<ScalarsOutput['with_default'], number>();
same<ScalarsInput['with_default'], number | undefined>();
same<ScalarsInput['option'], string | null | undefined>();
same<Kind, 'bird' | 'fish' | 'other'>();
same<Strict['b'], Strict | null>();
same<StrictIn['b'], StrictIn | null | undefined>();

export const scalars: ScalarsInput = {
  byte: 1,
  long: 2,
  huge: 3,
  float: 1.5,
  double: 2.5,
  flag: true,
  letter: 'x',
  text: '',
  address: '::1',
  elapsed: { secs: 1, nanos: 0 },
  unit: null,
  any: { anything: ['goes'] },
  option: undefined,
};

export async function calls(): Promise<void> {
  const client = createMizan({ baseUrl: '/elsewhere' });
  const back = await callScalars(scalars, { client });
  same<typeof back, ScalarsOutput>();
  // @ts-expect-error: text is required
  await callScalars({ ...scalars, text: undefined });
  // @ts-expect-error: null is no text
  await callScalars({ ...scalars, text: null });
  await callNothing({});
  const any = await callAnything({ any: 1 });
  same<typeof any, unknown>();
  await callMakeUseOf({ cage_id: 1 });
  // @ts-expect-error: the name on the wire is no name here
  await callUse({ cage_id: 1 });
  const [byte, text] = await callPhotograph({ cage_id: 1, picture: new Blob([]), others: [] });
  same<[typeof byte, typeof text], [number, string]>();
  await callLimits({ text: '', number: 1, word: '', email: '', list: [], step: 5 });
  await callFlat({ own: 1, id: 1, name: '', kind: 'bird', type: 'empty', more: 5 });
  const nest = await callNest({
    list: [],
    list_of_lists: [[null]],
    set: ['bird'],
    map: { a: { weight: 1 } },
    numbered: { 5: { weight: 1 } },
    pair: [1, null],
    colour: [1, 2, 3],
    boxed: { weight: 1 },
    mixed: [1, true, '', [1]],
  });
  same<(typeof nest.colour)[0], number>();
  same<(typeof nest.map)[string], { weight: number } & object>;
  const [resident] = [await callAddResident({ cage_id: 1, kinds: ['a'] })];
  same<typeof resident.id, number>();

  const cage = await fetchCageContext({ cage_id: 1, page: 2 });
  same<typeof cage.residents, (typeof resident)[]>();
  // @ts-expect-error: the context has a key
  await fetchCageContext({});
  await fetchZooContext();
  await fetchAppStateContext();
  prefetchCageContext({ cage_id: 1 });
  patchResidents({ cage_id: 1 }, (list) => list.filter(({ id }) => id > 1));
  client.invalidate(cageContext, { cage_id: 1 });
  same<typeof adoptForm.name, string>();
}

export function unions(internal: Internal, external: External, expression: Expression): number {
  switch (internal.type) {
    case 'empty':
      return 0;
    case 'fields':
      return internal.a;
    case 'animal':
      return internal.id;
    case 'nested':
      return internal.inner === 'one' ? internal.one : internal.two;
  }
  void callUnions;
  if (typeof external === 'string') same<typeof external, 'Nothing'>();
  return depth(expression);
}

function depth(expression: Expression): number {
  switch (expression.op) {
    case 'number':
      return 0;
    case 'sum':
      return 1 + Math.max(...expression.of.map(depth));
    case 'negative':
      return 1 + depth(expression.of);
  }
}

export function Page({ id }: { readonly id: number }) {
  const residents = useResidents({ cage_id: id });
  const names = useResidents(undefined, (all) => all.map(({ animal }) => animal.name));
  same<typeof names, string[]>();
  const { data, retry } = useCageDetailsState(id ? { cage_id: id } : null, { keepPrevious: true });
  same<typeof data, { cage_id: number } | undefined>;
  const visitor = useCurrentVisitor()?.name;
  const { mutate } = useMoveCage({ mode: 'latest' });
  const nothing = useNothing();
  const adopt = useAdoptForm({ initial: { name: 'Ada' } });
  const several = useAdoptFormset();
  return (
    <CageContext cage_id={id}>
      <ZooContext>
        <AppStateContext limit={5}>
          <GreetProvider name="Ada">
            <Greeting />
            <button type="button" onClick={() => void mutate({ cage_id: id }).then(retry)}>
              {visitor} {residents.length} {names.join()} {nothing.pending ? 1 : 0}
              {adopt.schema.title} {several.forms.length}
            </button>
          </GreetProvider>
        </AppStateContext>
      </ZooContext>
      {/* @ts-expect-error: the key is missing */}
      <CageContext />
    </CageContext>
  );
}

function Greeting() {
  return <p>{useGreet()}</p>;
}

export const test = testMizan({
  current_visitor: null,
  greet: ({ name }) => `Hello, ${name}`,
  'clean.cage': ({ cage_id }, call) => {
    call.invalidate(cageContext, { cage_id });
    return { cage_id };
  },
  adopt: ({ name }) => ({ until: name }),
  'adopt.formset': undefined,
});
