/**
 * The direction of imports in src/, as one table: what each room may import, beside itself. `npm run check` holds it with
 * dependency-cruiser, type imports included. A room that is not in the table may not exist.
 *
 * `gateway → app → graphql, http → events, templates, videos → jobs → ledger, vod → rpc → domain`; config, observability and
 * auth serve the rooms above them.
 */
const rooms = {
  'main.ts': 'gateway.ts',
  'gateway.ts': 'app.ts clock.ts config emulator http ledger observability rpc',
  'app.ts':
    'clock.ts config observability auth domain rpc vod ledger jobs events templates videos http graphql graphql/schema graphql/plugins graphql/transports',
  account: 'clock.ts config domain rpc vod',
  graphql:
    'clock.ts config observability auth domain rpc vod ledger jobs templates videos http graphql/schema graphql/plugins graphql/transports',
  'graphql/transports': 'clock.ts observability auth domain http graphql graphql/plugins',
  'graphql/plugins': 'clock.ts observability auth domain vod jobs http graphql graphql/schema',
  'graphql/schema': 'auth domain rpc vod ledger jobs templates videos graphql',
  http: 'clock.ts linked-list.ts observability auth domain events',
  events: 'clock.ts observability domain rpc vod ledger jobs',
  templates: 'clock.ts observability domain rpc vod jobs',
  videos: 'clock.ts observability domain rpc vod jobs',
  jobs: 'clock.ts linked-list.ts observability domain rpc vod ledger',
  ledger: 'clock.ts observability domain config',
  vod: 'clock.ts observability domain rpc',
  rpc: 'clock.ts linked-list.ts observability domain',
  auth: 'clock.ts observability domain config',
  observability: 'clock.ts domain config',
  config: 'domain',
  domain: '',
  'clock.ts': '',
  'linked-list.ts': '',
  // A VOD API of its own: a mistake in signing, made once for both sides, would cancel itself out.
  emulator: '',
};

/** Packages of the GraphQL server, and the only rooms that may know them. */
const graphqlPackages = '(graphql|graphql-[^/]+|@pothos|@graphql-yoga|@apollo|@escape\\.tech)';
const graphqlRooms = '(app\\.ts|graphql/)';

const roomsBySize = Object.keys(rooms).sort((a, b) => b.length - a.length);
/** Matches the files of a room, without those of the rooms inside it. */
function filesOf(room) {
  if (room.endsWith('.ts')) return `^src/${room}$`;
  const inner = roomsBySize
    .filter((other) => other.startsWith(`${room}/`))
    .map((other) => other.slice(room.length + 1));
  return `^src/${room}/${inner.length > 0 ? `(?!(${inner.join('|')})/)` : ''}`;
}

export default {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `imports-of-${room.replaceAll('/', '-')}`,
      severity: 'error',
      from: { path: filesOf(room) },
      to: { path: '^src/', pathNot: [room, ...allowed.split(' ').filter(Boolean)].map(filesOf) },
    })),
    {
      name: 'room-not-in-the-table',
      severity: 'error',
      from: { path: '^src/', pathNot: Object.keys(rooms).map(filesOf) },
      to: {},
    },
    {
      name: 'domain-imports-nothing',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'graphql-stays-in-its-room',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/${graphqlRooms}` },
      to: { path: `(^|node_modules/)${graphqlPackages}(/|$)` },
    },
  ],
  options: {
    // dependency-cruiser reads TypeScript with the compiler up to version 6 only; swc reads it in any version.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['node', 'import'],
    },
  },
};
