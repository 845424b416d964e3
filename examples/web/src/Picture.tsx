import { useAvatarForm } from './api/react.js';
import { Field } from './Field.js';

export function Picture() {
  const picture = useAvatarForm();
  const { progress } = picture;
  return (
    <form className="card" data-testid="picture" {...picture.form}>
      <h3>{picture.schema.title}</h3>
      {picture.list.map((field) => (
        <Field key={field.name} field={field} />
      ))}
      {progress && <progress aria-label="Upload" value={progress.sent} max={progress.total} />}
      {picture.error && (
        <p className="error" role="alert">
          {picture.error.message}
        </p>
      )}
      {picture.succeeded && (
        <p className="done" role="status">
          That is you.
        </p>
      )}
      <div className="session">
        <button type="submit" className="primary" aria-disabled={picture.submitting}>
          {picture.schema.submit_label}
        </button>
        {picture.submitting && (
          <button type="button" onClick={picture.cancel}>
            Cancel
          </button>
        )}
      </div>
    </form>
  );
}
