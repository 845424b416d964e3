import { Suspense } from 'react';

import { Chat } from './Chat.js';
import { Contact } from './Contact.js';
import { Devtools } from './Devtools.js';
import { Mine } from './Mine.js';
import { People } from './People.js';
import { Session } from './Session.js';

export function App() {
  return (
    <>
      <header className="top">
        <div className="brand">
          Miz<span>a</span>n
        </div>
        <Suspense fallback={<div className="session">…</div>}>
          <Session />
        </Suspense>
      </header>
      <main>
        <p className="lead">
          One page, three people. Each card reads its user's context and counts how often it went
          over the network. Log in, change something, and watch which card reads again: only the
          one that is wrong.
        </p>
        <People />
        <Suspense>
          <Mine />
        </Suspense>
        <Chat />
        <Contact />
      </main>
      <Devtools />
    </>
  );
}
