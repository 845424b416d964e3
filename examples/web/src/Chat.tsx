import { type FormEvent, Suspense, useEffect, useRef, useState } from 'react';

import { useChatChannel, useCurrentUser } from './api/react.js';
import type { Heard, Room, Said } from './api/types.js';

const ROOMS: readonly Room[] = ['lobby', 'kitchen'];

/** Everybody listens; who is logged in speaks. All rooms go over one socket. */
export function Chat() {
  const [room, setRoom] = useState<Room>('lobby');
  return (
    <section>
      <h2>Chat</h2>
      <div className="row">
        <article className="card" data-testid="chat">
          <div className="inline session">
            {ROOMS.map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={each === room}
                onClick={() => setRoom(each)}
              >
                {each}
              </button>
            ))}
          </div>
          <Talk key={room} room={room} />
        </article>
      </div>
    </section>
  );
}

function Talk({ room }: { room: Room }) {
  // Of how many people there are, the last word counts, however long ago it was said.
  const [people, setPeople] = useState(0);
  const { messages, send, status, error } = useChatChannel(
    { room },
    {
      onMessage: (message) => {
        if (message.kind === 'here') setPeople(message.people);
      },
    },
  );
  const said = understood(messages);
  const list = useRef<HTMLOListElement>(null);
  const last = said.at(-1)?.id;
  // What was said last is what is looked at.
  useEffect(() => {
    if (last !== undefined) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [last]);
  return (
    <>
      <span className="soft" data-testid="here">
        {status === 'open' ? `${people} here` : status}
      </span>
      <ol ref={list} className="plain talk" data-testid="talk" aria-live="polite">
        {said.map((each) => (
          <li key={each.id}>
            <span>
              {each.avatar} <strong>{each.by}</strong> {each.text}
            </span>
          </li>
        ))}
        {said.length === 0 && <li className="soft">Nobody has said anything</li>}
      </ol>
      {error && (
        <p className="error" role="alert">
          {error.message}
        </p>
      )}
      <Suspense>
        <Speak say={(text) => send({ text })} />
      </Suspense>
    </>
  );
}

function Speak({ say }: { say: (text: string) => boolean }) {
  const me = useCurrentUser();
  const [text, setText] = useState('');
  if (!me) return <p className="soft">Log in to say something.</p>;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() && say(text)) setText('');
  };
  return (
    <form className="inline" onSubmit={submit}>
      <input
        aria-label="Say something"
        maxLength={500}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="primary">
        Say
      </button>
    </form>
  );
}

/** A history begins anew: it comes with every connection. */
function understood(messages: readonly Heard[]): readonly Said[] {
  let said: Said[] = [];
  for (const message of messages) {
    if (message.kind === 'history') said = [...message.said];
    else if (message.kind === 'said') said.push(message);
  }
  return said;
}
