import { Suspense, useState } from 'react';

import { patchUserProfile } from './api/calls.js';
import {
  UserContext,
  useCurrentUser,
  useRenameUser,
  useUpdateAvatar,
  useUserActivity,
  useUserProfile,
  useUserProfileState,
} from './api/react.js';
import { Boundary } from './Boundary.js';
import { useReads } from './inspection.js';

const FACES = ['🦊', '🐙', '🦉', '🐛', '🐧', '🌻'];

export function People() {
  return (
    <section>
      <h2>People</h2>
      <div className="row">
        {[1, 2, 3].map((id) => (
          <Boundary key={id}>
            <UserContext user_id={id}>
              <Suspense fallback={<article className="card skeleton" />}>
                <Person id={id} />
              </Suspense>
            </UserContext>
          </Boundary>
        ))}
      </div>
    </section>
  );
}

function Person({ id }: { id: number }) {
  const me = useCurrentUser();
  const profile = useUserProfile();
  const activity = useUserActivity();
  const { stale } = useUserProfileState();
  const reads = useReads(`user?user_id=${id}`);

  return (
    <article className="card" data-testid={`user-${id}`} data-stale={stale}>
      <div className="who">
        {profile.picture ? (
          <img className="face" src={profile.picture} alt="" />
        ) : (
          <span className="face" data-testid="face">
            {profile.avatar}
          </span>
        )}
        <div>
          <div className="name">{profile.name}</div>
          <div className="soft">
            {activity.orders} {activity.orders === 1 ? 'order' : 'orders'} so far
          </div>
        </div>
      </div>
      <span className="reads" data-testid="reads">
        read {reads}×
      </span>
      {me?.id === id && <Faces id={id} current={profile.avatar} />}
      {(me?.id === id || me?.staff) && <Rename id={id} name={profile.name} />}
    </article>
  );
}

/** Shows the new face at once, and takes it back should the server refuse it. */
function Faces({ id, current }: { id: number; current: string }) {
  const avatar = useUpdateAvatar({ mode: 'serial' });
  const change = (face: string) => {
    const optimistic = patchUserProfile({ user_id: id }, (profile) => ({
      ...profile,
      avatar: face,
    }));
    avatar.mutate({ avatar: face }, { optimistic });
  };
  return (
    <div className="faces">
      {FACES.map((face) => (
        <button
          type="button"
          key={face}
          aria-label={`Use ${face}`}
          aria-pressed={face === current}
          onClick={() => change(face)}
        >
          {face}
        </button>
      ))}
      {avatar.error && <span className="error">{avatar.error.message}</span>}
    </div>
  );
}

/** The answer holds the new profile, so that nothing is read again for it. */
function Rename({ id, name }: { id: number; name: string }) {
  const rename = useRenameUser();
  const [text, setText] = useState(name);
  return (
    <form
      className="inline"
      onSubmit={(event) => {
        event.preventDefault();
        rename.mutate({ user_id: id, name: text });
      }}
    >
      <input value={text} aria-label="New name" onChange={(event) => setText(event.target.value)} />
      <button type="submit" disabled={rename.pending}>
        Rename
      </button>
      {rename.error && <span className="error">{rename.error.message}</span>}
    </form>
  );
}
