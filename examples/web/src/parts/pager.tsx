import { href } from '../routing.ts';

interface PageInfo {
  readonly startCursor: string | null;
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** Links to the newer and the older page. They keep the filters of the address. */
export function Pager({
  path,
  filters,
  pageInfo,
  shown,
  total,
}: {
  path: readonly string[];
  filters: Readonly<Record<string, string | undefined>>;
  pageInfo: PageInfo;
  shown: number;
  total: number | null;
}) {
  const { startCursor, endCursor, hasNextPage, hasPreviousPage } = pageInfo;
  return (
    <nav className="pager" aria-label="Pages">
      <PageLink
        label="← Newer"
        address={hasPreviousPage && startCursor !== null && href(path, { ...filters, before: startCursor })}
      />
      <span className="muted">
        {shown} of {total ?? 'many'}
      </span>
      <PageLink
        label="Older →"
        address={hasNextPage && endCursor !== null && href(path, { ...filters, after: endCursor })}
      />
    </nav>
  );
}

function PageLink({ label, address }: { label: string; address: string | false }) {
  if (address === false) return <span className="button secondary disabled">{label}</span>;
  return (
    <a className="button secondary" href={address}>
      {label}
    </a>
  );
}
