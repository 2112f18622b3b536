import type { PageQuery, Position } from '../../ledger/ledger.ts';
import type { OperationBudget } from '../budget.ts';
import { badUserInput } from '../errors.ts';
import { builder } from './builder.ts';
import { nullOnlyOnError } from './directives.ts';

/** Connections of the Relay specification over rows of the ledger, newest first. */

/** A row of the ledger. Time and id together give its position in a list. */
interface Row {
  readonly id: string;
  /** In milliseconds since 1970. */
  readonly submittedAt: number;
}

/** The rows of a page, newest first. */
export interface PageRows<R extends Row = Row> {
  readonly rows: readonly R[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** One page of a connection. What an operation does not select is not read. */
export interface Page<R extends Row = Row> {
  /** Reads the rows once. */
  rows(): Promise<PageRows<R>>;
  totalCount(): Promise<number>;
}

/** The rows to read for a page. */
export interface PageRequest {
  /** The number of rows on the page. */
  readonly size: number;
  /** The page of the ledger. Its limit is `size` plus one row, which shows whether another page follows. */
  readonly page: PageQuery;
}

export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

const DEFAULT_SIZE = 20;
const MAX_SIZE = 100;

/** The arguments of a connection. */
export const pageArguments = builder.args((t) => ({
  first: t.int({
    description: `The number of items to return, newest first: 1 to ${MAX_SIZE}. Defaults to ${DEFAULT_SIZE}.`,
  }),
  after: t.string({ description: 'A cursor. Only items older than the item at this cursor are returned.' }),
  last: t.int({
    description: `The number of items to return from the oldest end of the list: 1 to ${MAX_SIZE}.`,
  }),
  before: t.string({ description: 'A cursor. Only items newer than the item at this cursor are returned.' }),
}));

/** For connections: the size of a page, for routers that compute the cost of an operation. */
export function isPagedBy(...slicingArguments: readonly ('first' | 'last')[]) {
  const assumedSize = DEFAULT_SIZE;
  return {
    listSize: { assumedSize, slicingArguments, sizedFields: ['edges'], requireOneSlicingArgument: false },
  };
}

const PageInfoType = builder.objectRef<PageRows>('PageInfo').implement({
  description: 'The position of a page in its list.',
  // Every subgraph with connections defines this type.
  shareable: true,
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', {
      nullable: false,
      description: 'Whether the list has items after this page.',
    }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
      nullable: false,
      description: 'Whether the list has items before this page.',
    }),
    startCursor: t.string({
      description: 'The cursor of the first item on the page. Null if the page is empty.',
      resolve: ({ rows: [first] }) => first && cursorOf(first),
    }),
    endCursor: t.string({
      description: 'The cursor of the last item on the page. Null if the page is empty.',
      resolve: ({ rows }) => {
        const last = rows.at(-1);
        return last && cursorOf(last);
      },
    }),
  }),
});

/**
 * Creates the types `<name>Connection` and `<name>Edge`. The caller adds the field `node` to the edge.
 *
 * @param items What the list holds, for the descriptions: `AI jobs`.
 */
export function connectionType<R extends Row>(name: string, items: string) {
  const edge = builder.objectRef<R>(`${name}Edge`).implement({
    description: `An entry in a list of ${items}.`,
    fields: (t) => ({
      cursor: t.string({
        nullable: false,
        description: 'The cursor of the entry, for pagination arguments such as `after`.',
        resolve: cursorOf,
      }),
    }),
  });
  const connection = builder.objectRef<Page<R>>(`${name}Connection`).implement({
    description: `A page of a list of ${items}, newest first.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        nullable: false,
        description: 'The entries on this page.',
        resolve: async (page) => (await page.rows()).rows,
      }),
      pageInfo: t.field({
        type: PageInfoType,
        nullable: false,
        description: 'The position of this page in the list.',
        resolve: (page) => page.rows(),
      }),
      totalCount: t.int({
        directives: nullOnlyOnError,
        description: 'The number of items in the whole list, with all filters applied.',
        resolve: (page) => page.totalCount(),
      }),
    }),
  });
  return { connection, edge };
}

/** Checks the arguments of a connection; throws one `BAD_USER_INPUT` that names each invalid argument. */
export function pageRequest({ first, after, last, before }: PageArguments): PageRequest {
  const isBackward = isGiven(last) || (isGiven(before) && !first);
  const problems = [...sizeProblems('first', first), ...sizeProblems('last', last)];
  if (isBackward && (isGiven(first) || isGiven(after))) {
    problems.push({
      field: 'last',
      message: 'expected either `first` and `after` or `last` and `before`; got both',
    });
  }
  const from = isBackward ? positionAt('before', before, problems) : positionAt('after', after, problems);
  if (problems.length > 0) throw badUserInput(problems);
  const size = (isBackward ? last : first) ?? DEFAULT_SIZE;
  return { size, page: { limit: size + 1, order: isBackward ? 'oldest' : 'newest', from } };
}

/** The reads of a page. */
export interface PageReads<R extends Row> {
  find(page: PageQuery): Promise<readonly R[]>;
  count(): Promise<number>;
}

/**
 * A page of a connection, whose reads count in the budget. The first one counts now, so that an operation beyond its budget
 * fails before it creates thousands of pages.
 */
export function pageOf<R extends Row>(
  request: PageRequest,
  { find, count }: PageReads<R>,
  budget: OperationBudget,
): Page<R> {
  let isPaid = true;
  budget.addLedgerRead();
  const pay = () => {
    if (!isPaid) budget.addLedgerRead();
    isPaid = false;
  };
  let rows: Promise<PageRows<R>> | undefined;
  return {
    async rows() {
      if (!rows) {
        pay();
        rows = find(request.page).then((found) => pageRows(request, found));
      }
      return rows;
    },
    async totalCount() {
      pay();
      return count();
    },
  };
}

function pageRows<R extends Row>(
  { size, page: { order, from } }: PageRequest,
  found: readonly R[],
): PageRows<R> {
  const hasMore = found.length > size;
  const hasEarlier = from !== undefined;
  const rows = found.slice(0, size);
  return order === 'newest'
    ? { rows, hasNextPage: hasMore, hasPreviousPage: hasEarlier }
    : { rows: rows.toReversed(), hasNextPage: hasEarlier, hasPreviousPage: hasMore };
}

/** Cursors are opaque to clients. */
function cursorOf({ submittedAt, id }: Row): string {
  return Buffer.from(JSON.stringify([submittedAt, id])).toString('base64url');
}

interface Problem {
  readonly field: string;
  readonly message: string;
}

function positionAt(
  field: string,
  cursor: string | null | undefined,
  problems: Problem[],
): Position | undefined {
  if (!isGiven(cursor)) return undefined;
  try {
    const [at, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (Number.isSafeInteger(at) && typeof id === 'string') return { at: at as number, id };
  } catch {
    // The problem below covers this case too.
  }
  problems.push({ field, message: 'expected a cursor of this list; got another string' });
  return undefined;
}

function sizeProblems(field: string, size: number | null | undefined): Problem[] {
  if (!isGiven(size) || (size >= 1 && size <= MAX_SIZE)) return [];
  return [{ field, message: `expected a number from 1 to ${MAX_SIZE}; got ${size}` }];
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
