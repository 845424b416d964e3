// @vitest-environment jsdom
import { act, fireEvent, render, screen } from '@testing-library/react';
import { Activity, Component, type ReactNode, startTransition, useEffect, useState } from 'react';
import { expect, test, vi } from 'vitest';
import { callRename, callUpdateAvatar, callUpdateProfile } from '../../test/fixtures/api/calls.js';
import {
  MizanProvider,
  SearchContext,
  UserContext,
  useCurrentUser,
  useSearchResults,
  useUserOrders,
  useUserProfile,
} from '../../test/fixtures/api/react.js';
import { GreetProvider, useGreet } from '../../test/fixtures/local/react.js';
import { fallbacksShown, page, settle } from '../../test/fixtures/page.js';
import { createClient, inspect } from '../core/index.js';

function Name({ user }: { user?: number }): ReactNode {
  const profile = useUserProfile(user === undefined ? undefined : { user_id: user });
  return <p data-testid={`name-${profile.user_id}`}>{profile.name}</p>;
}

const text = (id: string) => screen.getByTestId(id).textContent;

test('suspends on the first load and shows the value then', async () => {
  const { server, show } = page();
  server.hold();
  await show(<Name user={1} />);
  expect(screen.getByText('loading')).toBeTruthy();
  await settle(server.release);
  expect(text('name-1')).toBe('user_1');
  expect(screen.queryByText('loading')).toBeNull();
  expect(server.log).toEqual(['GET user?page=1&user_id=1']);
});

test('a provider starts the read while rendering and reads once in StrictMode', async () => {
  const { server, client, show } = page();
  const begun: (number | undefined)[] = [];
  function Late(): ReactNode {
    begun.push(inspect(client).instances[0]?.reads);
    return <Name />;
  }
  await show(
    <UserContext user_id={1}>
      <Late />
    </UserContext>,
  );
  expect(begun[0]).toBe(1);
  expect(server.log).toEqual(['GET user?page=1&user_id=1']);
  expect(text('name-1')).toBe('user_1');
});

test('a provider without readers counts as mounted', async () => {
  const { server, client, show } = page();
  await show(<UserContext user_id={1} />);
  await settle(() => void callUpdateAvatar({ url: 'a' }, { client }));
  expect(server.count('GET user')).toBe(2);
});

test('a mutation reads the user that it concerns, without a fallback', async () => {
  const { server, client, show } = page();
  await show(
    <>
      <UserContext user_id={1}>
        <Name />
      </UserContext>
      <UserContext user_id={2}>
        <Name />
      </UserContext>
    </>,
  );
  const before = fallbacksShown();
  await settle(() => void callUpdateProfile({ user_id: 1, name: 'Ada' }, { client }));
  expect(text('name-1')).toBe('Ada');
  expect(text('name-2')).toBe('user_2');
  expect(server.count('GET user?page=1&user_id=1')).toBe(2);
  expect(server.count('GET user?page=1&user_id=2')).toBe(1);
  expect(fallbacksShown()).toBe(before);
});

test('a hit instance shows what it had until the new value is there', async () => {
  const { server, client, show } = page();
  await show(<Name user={1} />);
  const before = fallbacksShown();
  server.name(1, 'Ada');
  server.hold();
  await settle(() => void callUpdateAvatar({ url: 'a' }, { client }));
  const answered = server.release();
  server.hold();
  await settle(() => void answered);
  expect(server.count('GET user')).toBe(2);
  expect(text('name-1')).toBe('user_1');
  await settle(server.release);
  expect(text('name-1')).toBe('Ada');
  expect(fallbacksShown()).toBe(before);
});

test('a broad mutation reads every user once', async () => {
  const { server, client, show } = page();
  await show([1, 2, 3].map((user) => <Name key={user} user={user} />));
  await settle(() => void callUpdateAvatar({ url: 'a' }, { client }));
  expect(server.count('GET user')).toBe(6);
});

test('a list reads each item by itself, and a new one alone', async () => {
  const { server, show, around } = page();
  const list = (users: number[]) => around(users.map((user) => <Name key={user} user={user} />));
  const { rerender } = await show(null);
  rerender(list([1, 2]));
  await settle();
  rerender(list([2, 3, 1]));
  await settle();
  expect(server.log).toEqual([1, 2, 3].map((user) => `GET user?page=1&user_id=${user}`));
  expect(text('name-3')).toBe('user_3');
});

test('the same instance is read once for any number of components', async () => {
  const { server, show } = page();
  await show(
    <UserContext user_id={1}>
      <Name />
      <Name />
      <Name user={1} />
      <Orders />
    </UserContext>,
  );
  expect(server.log).toHaveLength(1);
});

function Orders(): ReactNode {
  return <p data-testid="orders">{useUserOrders().count}</p>;
}

test('the nearest provider of the context counts, and parameters before it', async () => {
  const { show } = page();
  await show(
    <UserContext user_id={1}>
      <SearchContext q="x">
        <UserContext user_id={2}>
          <GreetProvider name="Ada">
            <Name />
            <Name user={3} />
            <Rest />
          </GreetProvider>
        </UserContext>
        <Orders />
      </SearchContext>
    </UserContext>,
  );
  expect(text('name-2')).toBe('user_2');
  expect(text('name-3')).toBe('user_3');
  expect(text('rest')).toBe('Hello, Ada. x|false|10');
  expect(text('orders')).toBe('11');

  function Rest(): ReactNode {
    return <p data-testid="rest">{`${useGreet().message} ${useSearchResults().message}`}</p>;
  }
});

test('the global context needs no provider', async () => {
  const { server, show } = page();
  function Me(): ReactNode {
    return <p data-testid="me">{useCurrentUser((user) => user.id)}</p>;
  }
  await show(<Me />);
  expect(text('me')).toBe('7');
  expect(server.log).toEqual(['GET global']);
});

test('without parameters and provider the error says what is missing', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const { show } = page();
  await show(<Name />);
  expect(screen.getByRole('button').textContent).toMatch(
    /"user_profile" needs to know which "user" is meant/,
  );
});

test('a provider with other parameters moves its readers', async () => {
  const { server, show, around } = page();
  const at = (user: number) => (
    <UserContext user_id={user}>
      <Name />
    </UserContext>
  );
  const { rerender } = await show(at(1));
  await act(async () => rerender(around(at(2))));
  await settle();
  expect(text('name-2')).toBe('user_2');
  expect(server.log).toHaveLength(2);
});

test('a transition to other parameters keeps what is shown', async () => {
  const { server, show } = page();
  let go: (user: number) => void = () => {};
  function Moving(): ReactNode {
    const [user, setUser] = useState(1);
    go = (user) => startTransition(() => setUser(user));
    return <Name user={user} />;
  }
  await show(<Moving />);
  const before = fallbacksShown();
  server.hold();
  await settle(() => go(2));
  expect(text('name-1')).toBe('user_1');
  await settle(server.release);
  expect(text('name-2')).toBe('user_2');
  expect(fallbacksShown()).toBe(before);
});

test('an instance that was hit while nobody showed it suspends again', async () => {
  const { server, client, show, around } = page();
  const { rerender } = await show(<Name user={1} />);
  rerender(around(null));
  await settle();
  await settle(() => void callUpdateProfile({ user_id: 1, name: 'Ada' }, { client }));
  expect(server.count('GET user')).toBe(1);
  server.hold();
  await act(async () => rerender(around(<Name user={1} />)));
  expect(screen.queryByTestId('name-1')).toBeNull();
  expect(screen.getByText('loading')).toBeTruthy();
  await settle(server.release);
  expect(text('name-1')).toBe('Ada');
  expect(server.count('GET user')).toBe(2);
});

test('an instance that is merely old shows and is read again', async () => {
  const { server, clock, show, around } = page();
  const { rerender } = await show(<Name user={1} />);
  rerender(around(null));
  await settle();
  server.name(1, 'Ada');
  clock.advance(31_000);
  const before = fallbacksShown();
  rerender(around(<Name user={1} />));
  expect(text('name-1')).toBe('user_1');
  await settle();
  expect(text('name-1')).toBe('Ada');
  expect(fallbacksShown()).toBe(before);
});

test('the first error is thrown once, and a boundary that tries again reads again', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const { server, clock, show } = page({ retries: 0 });
  server.refuse('GET user', 404, 'NOT_FOUND');
  await show(
    <UserContext user_id={1}>
      <Name />
    </UserContext>,
  );
  expect(screen.getByRole('button').textContent).toBe('refused with 404');
  expect(server.log).toHaveLength(1);
  clock.advance(2000);
  await settle(() => void fireEvent.click(screen.getByRole('button')));
  expect(text('name-1')).toBe('user_1');
  expect(server.log).toHaveLength(2);
});

test('a boundary below the provider tries again too', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const { server, clock, show } = page({ retries: 0 });
  server.refuse('GET user', 500, 'INTERNAL_ERROR', 2);
  class Inner extends Component<{ children: ReactNode }, { failed: boolean }> {
    override state = { failed: false };
    static getDerivedStateFromError = () => ({ failed: true });
    override render() {
      return this.state.failed ? (
        <button type="button" onClick={() => this.setState({ failed: false })}>
          again
        </button>
      ) : (
        this.props.children
      );
    }
  }
  await show(
    <UserContext user_id={1}>
      <Inner>
        <Name />
      </Inner>
    </UserContext>,
  );
  for (const times of [1, 2]) {
    expect(server.log).toHaveLength(times);
    clock.advance(2000);
    await settle(() => void fireEvent.click(screen.getByRole('button')));
  }
  expect(text('name-1')).toBe('user_1');
});

test('a failed refetch leaves the value where it is', async () => {
  const { server, client, show } = page({ retries: 0 });
  await show(<Name user={1} />);
  server.refuse('GET user', 500);
  await settle(() => void callUpdateAvatar({ url: 'a' }, { client }));
  expect(server.count('GET user')).toBe(2);
  expect(text('name-1')).toBe('user_1');
});

test('renders when the slot changes, and not for others or for reads that bring nothing', async () => {
  const { server, client, show } = page();
  let names = 0;
  let orders = 0;
  let initials = 0;
  function CountName(): ReactNode {
    names += 1;
    return <Name user={1} />;
  }
  function CountOrders(): ReactNode {
    orders += 1;
    return <p>{useUserOrders({ user_id: 1 }).count}</p>;
  }
  function CountInitial(): ReactNode {
    initials += 1;
    const initial = useUserProfile({ user_id: 1 }, ({ name }) => ({ initial: name[0] }));
    return <p data-testid="initial">{initial.initial}</p>;
  }
  await show(
    <>
      <CountName />
      <CountOrders />
      <CountInitial />
    </>,
  );
  const before = [names, orders, initials];
  await settle(() => void callUpdateAvatar({ url: 'a' }, { client }));
  expect(server.count('GET user')).toBe(2);
  expect([names, orders, initials]).toEqual(before);

  // Still a `u`.
  await settle(() => void callRename({ user_id: 1, name: 'uma' }, { client }));
  expect(text('name-1')).toBe('uma');
  expect([names, orders, initials]).toEqual(before);

  await settle(() => void callRename({ user_id: 1, name: 'ada' }, { client }));
  expect(text('initial')).toBe('a');
  expect(orders).toBe(before[1]);
  // Twice, as StrictMode renders everything.
  expect(initials).toBe((before[2] ?? 0) + 2);
});

test('selects anew only from a value that is new', async () => {
  const { client, show, around } = page();
  const select = vi.fn(({ name }: { name: string }) => ({ name }));
  function Select(): ReactNode {
    return <p data-testid="selected">{useUserProfile({ user_id: 1 }, select).name}</p>;
  }
  const { rerender } = await show(<Select />);
  const before = select.mock.calls.length;
  rerender(around(<Select />));
  await settle(() => void callUpdateAvatar({ url: 'a' }, { client }));
  expect(select).toHaveBeenCalledTimes(before);
  await settle(() => void callRename({ user_id: 1, name: 'Ada' }, { client }));
  expect(text('selected')).toBe('Ada');
});

test('what a select in place makes keeps its identity', async () => {
  const { client, show, around } = page();
  const seen = new Set<unknown>();
  function Select(): ReactNode {
    const selected = useUserProfile({ user_id: 1 }, ({ name }) => ({ name }));
    useEffect(() => void seen.add(selected), [selected]);
    return <p data-testid="selected">{selected.name}</p>;
  }
  const { rerender } = await show(<Select />);
  rerender(around(<Select />));
  await settle(() => void callUpdateAvatar({ url: 'a' }, { client }));
  rerender(around(<Select />));
  expect(seen.size).toBe(1);
  await settle(() => void callRename({ user_id: 1, name: 'Ada' }, { client }));
  expect(text('selected')).toBe('Ada');
  expect(seen.size).toBe(2);
});

test('all changes of one answer are one render', async () => {
  const { client, show } = page();
  let renders = 0;
  function Both(): ReactNode {
    renders += 1;
    const one = useUserProfile({ user_id: 1 }).name;
    const other = useUserProfile({ user_id: 1, page: 2 }).name;
    return <p data-testid="both">{`${one} ${other}`}</p>;
  }
  await show(<Both />);
  const before = renders;
  await settle(() => void callRename({ user_id: 1, name: 'Ada' }, { client }));
  expect(text('both')).toBe('Ada Ada');
  expect(renders).toBe(before + 2);
});

test('values keep their identity while nothing changed', async () => {
  const { client, show } = page();
  const seen = new Set<unknown>();
  function See(): ReactNode {
    seen.add(useUserProfile({ user_id: 1 }));
    return <Name user={1} />;
  }
  await show(<See />);
  await settle(() => void callUpdateAvatar({ url: 'a' }, { client }));
  expect(seen.size).toBe(1);
});

test('another identity sees nothing of the one before', async () => {
  const { server, client, show } = page();
  await show(<Name user={1} />);
  server.name(1, 'Ada');
  server.hold();
  await settle(() => client.login('other'));
  // React hides what suspends; the text of the other identity is not shown.
  expect(screen.getByText('loading')).toBeTruthy();
  expect(screen.getByTestId('name-1').style.display).toBe('none');
  await settle(server.release);
  expect(text('name-1')).toBe('Ada');
});

test('what was hidden reads anew when it is shown, and not before', async () => {
  const { server, client, show, around } = page();
  const within = (mode: 'visible' | 'hidden') => (
    <Activity mode={mode}>
      <UserContext user_id={1}>
        <Name />
      </UserContext>
    </Activity>
  );
  const { rerender } = await show(within('visible'));
  rerender(around(within('hidden')));
  await settle(() => void callUpdateProfile({ user_id: 1, name: 'Ada' }, { client }));
  expect(server.count('GET user')).toBe(1);
  rerender(around(within('visible')));
  await settle();
  expect(text('name-1')).toBe('Ada');
  expect(server.count('GET user')).toBe(2);
});

test('polls as often as it is told', async () => {
  const { server, clock, show, around } = page();
  function Polling(): ReactNode {
    const { name } = useUserProfile({ user_id: 1 }, undefined, { every: 1000 });
    return <p data-testid="polled">{name}</p>;
  }
  const { rerender } = await show(<Polling />);
  server.name(1, 'Ada');
  await settle(() => clock.advance(1000));
  expect(text('polled')).toBe('Ada');
  expect(server.log).toHaveLength(2);
  rerender(around(null));
  await settle(() => clock.advance(5000));
  expect(server.log).toHaveLength(2);
});

test('providers of two servers do not hide each other', async () => {
  const { server, show } = page();
  const other = page();
  const elsewhere = createClient(
    { contract: 'x', mount: '/elsewhere', contexts: [] },
    { fetch: other.server.fetch, environment: {} },
  );
  const { getByTestId } = await show(
    <MizanProvider client={elsewhere}>
      <Name user={1} />
    </MizanProvider>,
  );
  expect(getByTestId('name-1').textContent).toBe('user_1');
  expect(server.log).toHaveLength(1);
  expect(other.server.log).toEqual([]);
  elsewhere.dispose();
});

test('on a page without a provider the page has a client', async () => {
  const { server } = page();
  await act(async () => {
    render(<Name user={1} />);
  });
  expect(server.log).toHaveLength(1);
  expect(text('name-1')).toBe('user_1');
});
