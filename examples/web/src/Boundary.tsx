import { Component, type ReactNode } from 'react';

interface State {
  error: Error | undefined;
}

/** Keeps one part that failed from taking the page with it. */
export class Boundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <article className="card" role="alert">
        <p className="error">{error.message}</p>
        <button type="button" onClick={() => this.setState({ error: undefined })}>
          Try again
        </button>
      </article>
    );
  }
}
