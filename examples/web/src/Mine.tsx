import { Suspense, useState } from 'react';

import {
  useCurrentUser,
  useMarkRead,
  usePlaceOrder,
  useUnread,
  useUserOrdersState,
} from './api/react.js';
import { Picture } from './Picture.js';
import { useReads } from './inspection.js';

/** What only the one who is logged in sees. */
export function Mine() {
  const me = useCurrentUser();
  if (!me) return null;
  return (
    <section>
      <h2>Yours</h2>
      <div className="row">
        <Orders id={me.id} />
        <Suspense fallback={<article className="card skeleton" />}>
          <Notifications />
        </Suspense>
        <Picture />
      </div>
    </section>
  );
}

function Orders({ id }: { id: number }) {
  const [page, setPage] = useState(1);
  const { data, error, stale } = useUserOrdersState({ user_id: id, page }, { keepPrevious: true });
  const order = usePlaceOrder();
  return (
    <article className="card" data-testid="orders" data-stale={stale}>
      <h3>Orders</h3>
      {error && (
        <p className="error" role="alert">
          {error.message}
        </p>
      )}
      <ul className="plain">
        {data?.orders.map((each) => (
          <li key={each.id}>
            <span>{each.item}</span>
            <span className="soft">{each.quantity}×</span>
          </li>
        ))}
      </ul>
      <div className="inline session">
        <button
          type="button"
          aria-label="Previous page"
          disabled={page === 1}
          onClick={() => setPage(page - 1)}
        >
          ←
        </button>
        <span className="soft">
          {page} of {data?.pages ?? '…'}
        </span>
        <button
          type="button"
          aria-label="Next page"
          disabled={page >= (data?.pages ?? 1)}
          onClick={() => setPage(page + 1)}
        >
          →
        </button>
        <button
          type="button"
          className="primary"
          disabled={order.pending}
          onClick={() => order.mutate({ item: 'Tea', quantity: 1 })}
        >
          Order tea
        </button>
      </div>
    </article>
  );
}

function Notifications() {
  const unread = useUnread();
  const read = useMarkRead();
  const reads = useReads('notifications');
  return (
    <article className="card" data-testid="notifications">
      <h3>Notifications</h3>
      <ul className="plain">
        {unread.map((each) => (
          <li key={each.id}>
            <span>{each.text}</span>
            <button
              type="button"
              aria-label={`Mark “${each.text}” as read`}
              onClick={() => read.mutate({ notification_id: each.id })}
            >
              ✓
            </button>
          </li>
        ))}
        {unread.length === 0 && <li className="soft">Nothing new</li>}
      </ul>
      <span className="reads" data-testid="reads">
        read {reads}×
      </span>
    </article>
  );
}
