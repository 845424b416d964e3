import { type FormEvent, useState } from 'react';

import { useCurrentUser, useMizan } from './api/react.js';

/** Logging in and out are plain routes of the application; the client is told who it is now. */
export function Session() {
  const mizan = useMizan();
  const user = useCurrentUser();
  const [error, setError] = useState<string>();

  async function post(path: string, body?: object): Promise<Response | undefined> {
    try {
      const response = await fetch(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
        body: JSON.stringify(body ?? {}),
      });
      setError(response.ok ? undefined : await response.text());
      return response.ok ? response : undefined;
    } catch {
      setError('The server cannot be reached');
      return undefined;
    }
  }

  async function login(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const response = await post('/login', Object.fromEntries(new FormData(event.currentTarget)));
    if (!response) return;
    const account: { id: number } = await response.json();
    mizan.login(String(account.id));
  }

  async function logout(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (await post('/logout')) mizan.logout();
  }

  if (user) {
    return (
      <form className="session inline" action="/logout" method="post" onSubmit={logout}>
        <span>
          You are <strong data-testid="me">{user.name}</strong>
        </span>
        <button type="submit">Log out</button>
        {error && (
          <span className="error" role="alert">
            {error}
          </span>
        )}
      </form>
    );
  }
  return (
    <form className="session inline" action="/login" method="post" onSubmit={login}>
      <input name="user" autoComplete="username" placeholder="ada, grace or linus" aria-label="User" required />
      <input name="password" type="password" autoComplete="current-password" placeholder="demo" aria-label="Password" required />
      <button type="submit" className="primary">
        Log in
      </button>
      {error && (
        <span className="error" role="alert">
          {error}
        </span>
      )}
    </form>
  );
}
