/** What the generated hooks accept and give. Nothing here runs: `tsc` is the test. */

import { expectTypeOf } from 'vitest';
import type { MizanError } from '../../src/core/index.js';
import type { SlotState } from '../../src/react/index.js';
import { callEcho, callNoInput, fetchUserContext } from '../fixtures/api/calls.js';
import {
  UserContext,
  useCurrentUser,
  useCurrentUserState,
  useEcho,
  useNoInput,
  useSearchResults,
  useUserProfile,
  useUserProfileState,
} from '../fixtures/api/react.js';
import type {
  CurrentUser,
  Message,
  Profile,
  UserContextParams,
  UserContextValue,
} from '../fixtures/api/types.js';

export function Slots(): null {
  expectTypeOf(useUserProfile()).toEqualTypeOf<Profile>();
  expectTypeOf(useUserProfile({ user_id: 1 })).toEqualTypeOf<Profile>();
  expectTypeOf(useUserProfile(undefined, undefined, { every: 1000 })).toEqualTypeOf<Profile>();
  expectTypeOf(useUserProfile(undefined, ({ name }) => name)).toEqualTypeOf<string>();
  expectTypeOf(useUserProfile({ user_id: 1 }, (p) => p.user_id, {})).toEqualTypeOf<number>();
  expectTypeOf(useCurrentUser()).toEqualTypeOf<CurrentUser>();
  expectTypeOf(useCurrentUser((user) => user.id)).toEqualTypeOf<number | null>();
  expectTypeOf(useSearchResults({ q: 'x', exact: undefined })).toEqualTypeOf<Message>();

  // @ts-expect-error `null` is for the hooks that never suspend.
  useUserProfile(null);
  // @ts-expect-error user_id is missing.
  useUserProfile({});
  // @ts-expect-error It is a number.
  useUserProfile({ user_id: '1' });
  // @ts-expect-error No such parameter.
  useUserProfile({ user_id: 1, other: 1 });
  // @ts-expect-error A hook that suspends has nothing to show when it skips.
  useUserProfile({ user_id: 1 }, undefined, { skip: true });
  // @ts-expect-error What a slot holds is not what one wishes.
  const wrong: string = useUserProfile();
  return wrong as unknown as null;
}

export function States(): null {
  expectTypeOf(useUserProfileState()).toEqualTypeOf<SlotState<Profile>>();
  expectTypeOf(useUserProfileState(null).data).toEqualTypeOf<Profile | undefined>();
  expectTypeOf(
    useUserProfileState(undefined, { skip: true, keepPrevious: true, every: 1 }).error,
  ).toEqualTypeOf<MizanError | undefined>();
  expectTypeOf(useCurrentUserState({ staleAfter: 0 }).retry).toEqualTypeOf<() => Promise<void>>();
  // @ts-expect-error Results are not to be changed.
  useUserProfileState().data = undefined;
  return null;
}

export function Calls(): null {
  const echo = useEcho({ mode: 'latest' });
  expectTypeOf(echo.mutate({ text: 'x' })).toEqualTypeOf<Promise<Message>>();
  expectTypeOf(echo.data).toEqualTypeOf<Message | undefined>();
  expectTypeOf(useNoInput().mutate()).toEqualTypeOf<Promise<Message>>();
  // @ts-expect-error The text is missing.
  echo.mutate({});
  // @ts-expect-error The client is that of the provider.
  echo.mutate({ text: 'x' }, { client: undefined });
  // @ts-expect-error A function without input is no handler of events.
  const handler: (event: Event) => void = useNoInput().mutate;
  // @ts-expect-error No such mode.
  useEcho({ mode: 'first' });
  void handler;
  return null;
}

export async function Plain(): Promise<void> {
  expectTypeOf(await callEcho({ text: 'x' })).toEqualTypeOf<Message>();
  expectTypeOf(await callNoInput({ timeout: 1 })).toEqualTypeOf<Message>();
  expectTypeOf(await fetchUserContext({ user_id: 1 })).toEqualTypeOf<UserContextValue>();
}

export function Elements(): unknown {
  expectTypeOf<Parameters<typeof UserContext>[0]>().toExtend<UserContextParams>();
  return [
    <UserContext key="0" user_id={1} page={undefined} />,
    // @ts-expect-error user_id is missing.
    <UserContext key="1" page={2} />,
    // @ts-expect-error No such parameter.
    <UserContext key="2" user_id={1} other={2} />,
  ];
}
