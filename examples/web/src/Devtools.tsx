import { useInspection } from './inspection.js';

/** What the client holds, how it is, and what made it wrong. */
export function Devtools() {
  const { subject, epoch, instances } = useInspection();
  return (
    <details className="panel">
      <summary>
        What this page holds: {instances.length} instances, {subject ?? 'nobody'} logged in, epoch{' '}
        {epoch}
      </summary>
      <div className="scroll">
        <table data-testid="devtools">
          <thead>
            <tr>
              <th>instance</th>
              <th>state</th>
              <th>mounted</th>
              <th>layers</th>
              <th>reads</th>
              <th>hit by</th>
            </tr>
          </thead>
          <tbody>
            {instances.map((each) => (
              <tr key={each.key}>
                <td>{each.instance ?? each.key}</td>
                <td>{each.state}</td>
                <td>{each.mounted}</td>
                <td>{each.layers}</td>
                <td>{each.reads}</td>
                <td>{each.hits.map((hit) => hit.by).join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
