import type { Position } from '../../ledger/ledger.ts';
import { badUserInput } from '../errors.ts';
import { builder } from './builder.ts';

/** Connections of the Relay specification over rows that are ordered by time and id, newest first. */

/** The rows of one page of a connection. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  totalCount(): Promise<number>;
}

/** What a page asks for. */
export interface PageRequest {
  /** One more than the page has, to see whether there is another. */
  readonly limit: number;
  readonly size: number;
  readonly order: 'newest' | 'oldest';
  /** Exclusive. */
  readonly from: Position | undefined;
}

export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

const DEFAULT_SIZE = 20;
const MAX_SIZE = 100;

export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | undefined;
  readonly endCursor: string | undefined;
}

export const PageInfoType = builder.objectRef<PageInfo>('PageInfo').implement({
  description: 'Where a page lies in its list.',
  // Every subgraph with connections has this type.
  shareable: true,
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', {
      nullable: false,
      description: 'Whether there is more after it.',
    }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
      nullable: false,
      description: 'Whether there is more before it.',
    }),
    startCursor: t.exposeString('startCursor', { description: 'The cursor of its first edge.' }),
    endCursor: t.exposeString('endCursor', { description: 'The cursor of its last edge.' }),
  }),
});

/** Checks the arguments of a page; throws `BAD_USER_INPUT`. */
export function pageRequest({ first, after, last, before }: PageArguments): PageRequest {
  const backwards = (last ?? undefined) !== undefined || ((before ?? undefined) !== undefined && !first);
  const size = (backwards ? last : first) ?? DEFAULT_SIZE;
  const problems = [
    ...sizeProblems('first', first),
    ...sizeProblems('last', last),
    ...(backwards && (first ?? after ?? undefined) !== undefined
      ? [{ field: 'last', message: 'expected either `first` and `after` or `last` and `before`; got both' }]
      : []),
  ];
  const from = cursorPosition(backwards ? 'before' : 'after', backwards ? before : after, problems);
  if (problems.length > 0) throw badUserInput(problems);
  return { size, limit: size + 1, order: backwards ? 'oldest' : 'newest', from };
}

/** The page of the rows that the request found, newest first again. */
export function page<Row>(
  request: PageRequest,
  found: readonly Row[],
  totalCount: () => Promise<number>,
): Page<Row> {
  const more = found.length > request.size;
  const rows = found.slice(0, request.size);
  return request.order === 'newest'
    ? { rows, hasNextPage: more, hasPreviousPage: request.from !== undefined, totalCount }
    : { rows: rows.toReversed(), hasNextPage: request.from !== undefined, hasPreviousPage: more, totalCount };
}

/** Opaque to clients. */
export function cursorOf({ at, id }: Position): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url');
}

export function pageInfo<Row>(of: Page<Row>, position: (row: Row) => Position): PageInfo {
  const [start, end] = [of.rows[0], of.rows.at(-1)];
  return {
    hasNextPage: of.hasNextPage,
    hasPreviousPage: of.hasPreviousPage,
    startCursor: start && cursorOf(position(start)),
    endCursor: end && cursorOf(position(end)),
  };
}

interface Problem {
  readonly field: string;
  readonly message: string;
}

function sizeProblems(field: string, size: number | null | undefined): readonly Problem[] {
  if (size === undefined || size === null || (size >= 1 && size <= MAX_SIZE)) return [];
  return [{ field, message: `expected a number from 1 to ${MAX_SIZE}; got ${size}` }];
}

function cursorPosition(
  field: string,
  cursor: string | null | undefined,
  problems: Problem[],
): Position | undefined {
  if (cursor === undefined || cursor === null) return undefined;
  try {
    const [at, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (Number.isSafeInteger(at) && typeof id === 'string') return { at: at as number, id };
  } catch {
    // Told below.
  }
  problems.push({ field, message: 'expected a cursor of this list; got another text' });
  return undefined;
}

/** The connection type of such rows, by the type of its edges. */
export function connectionType<Row>(
  name: string,
  description: string,
  edge: ReturnType<ReturnType<typeof builder.objectRef<Row>>['implement']>,
  position: (row: Row) => Position,
) {
  return builder.objectRef<Page<Row>>(name).implement({
    description,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        nullable: false,
        description: 'What is on this page.',
        resolve: ({ rows }) => rows,
      }),
      pageInfo: t.field({
        type: PageInfoType,
        nullable: false,
        description: 'Where this page lies in the list.',
        resolve: (of) => pageInfo(of, position),
      }),
      totalCount: t.int({
        description: 'How many there are in the whole list.',
        resolve: (of) => of.totalCount(),
      }),
    }),
  });
}
