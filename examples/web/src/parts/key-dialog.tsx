import { type FormEvent, useEffect, useRef } from 'react';
import { apiKey, changeApiKey } from '../gateway/api-key.ts';
import { createStore, useStore } from '../gateway/store.ts';

const isOpen = createStore(false);

export function openKeyDialog(): void {
  isOpen.set(true);
}

/** Asks for the API key. */
export function KeyDialog() {
  const open = useStore(isOpen);
  const key = useStore(apiKey);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);

  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    changeApiKey(String(new FormData(event.currentTarget).get('key') ?? '').trim());
    isOpen.set(false);
  };
  return (
    <dialog ref={dialog} aria-labelledby="key-title" onClose={() => isOpen.set(false)}>
      <form onSubmit={save} key={`${open} ${key}`}>
        <h2 id="key-title">API key</h2>
        <p className="muted">Kept in this tab only, and forgotten when you close it.</p>
        <label className="field">
          Key
          <input name="key" type="password" autoComplete="off" spellCheck={false} defaultValue={key} />
        </label>
        <div className="actions">
          <button type="button" className="secondary" onClick={() => isOpen.set(false)}>
            Cancel
          </button>
          <button type="submit">Use this key</button>
        </div>
      </form>
    </dialog>
  );
}
