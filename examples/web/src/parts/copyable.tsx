import { useState } from 'react';

/** A value that a person pastes elsewhere, such as a `RequestId` for VOD's support. */
export function Copyable({ label, value }: { readonly label: string; readonly value: string }) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setIsCopied(true);
  };
  return (
    <span className="copyable">
      <span className="label">{label}</span> <code>{value}</code>
      <button type="button" className="quiet" onClick={() => void copy()} aria-label={`Copy ${label}`}>
        {isCopied ? 'Copied' : 'Copy'}
      </button>
    </span>
  );
}
