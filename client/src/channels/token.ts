/** Tokens, as the `auth` action takes them. */

/** How long before its end a token is renewed, in milliseconds. */
const AHEAD = 30_000;

/** The token that a request would carry. */
export function tokenOf(headers: Headers | undefined): string | undefined {
  const bearer = /^Bearer (.+)/i.exec(headers?.get('Authorization') ?? '');
  return headers?.get('X-Mizan-Token') ?? bearer?.[1];
}

/** In how many milliseconds a token should be renewed; nothing for one that does not say. */
export function renewalOf(token: string | undefined, now: number): number | undefined {
  try {
    const [, claims = ''] = (token ?? '').split('.');
    const { exp } = JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/')));
    const left = exp * 1000 - now;
    // A token that lives for less than that is used for half of its life.
    return left > 0 ? Math.max(left - AHEAD, left / 2) : undefined;
  } catch {
    return undefined;
  }
}
