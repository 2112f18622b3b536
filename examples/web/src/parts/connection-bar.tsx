import { connection } from '../gateway/connection.ts';
import { useStore } from '../gateway/store.ts';

/** Says that the connection is lost, until it is restored. */
export function ConnectionBar() {
  const { isLost, restored } = useStore(connection);
  return (
    <div role="status" className="connection">
      {isLost && (
        <p className="connection-lost">
          <span className="pulse" aria-hidden="true" />
          Connection lost. Trying again…
        </p>
      )}
      {!isLost && restored > 0 && (
        <p className="connection-restored" key={restored}>
          Connected again
        </p>
      )}
    </div>
  );
}
