import { Socket } from 'node:net';
import { type InsertQueryBuilder, type InsertResult, sql } from 'kysely';
import pg from 'pg';
import { type Clock, sleep } from '../clock.ts';
import { type JobKind, jobKinds } from '../domain/job.ts';
import type { Changes } from './changes.ts';
import type { ChangeListener } from './ledger.ts';
import type { Database, Schema } from './schema.ts';

/** Needs no quotes in SQL. A channel belongs to one database, so two ledgers never share it. */
const CHANNEL = 'vod_ai_gateway_jobs';
/** Postgres limits a payload to 7,999 bytes. This many ids of {@link MAX_ID_BYTES} with commas and the kind fit. */
const IDS_PER_PAYLOAD = 25;
/** The length of 64 four-byte characters as JSON. Longer strings are not job ids; they are stored but not reported. */
const MAX_ID_BYTES = 258;

/** A connection that fails silently is detected after at most the sum of these two. */
const HEARTBEAT_MS = 10_000;
const RESPONSE_MS = 5_000;

const MIN_RETRY_MS = 500;
const MAX_RETRY_MS = 10_000;

/**
 * Notifications through Postgres's LISTEN and NOTIFY. They carry ids only, and gateways that are not connected never
 * receive them.
 *
 * While there are listeners, one connection of its own listens. It needs a session, so a connection pooler must not share
 * it between transactions. A failed connection is retried until there are no listeners; listeners learn of it only through
 * `mayHaveMissed` after the next connect.
 */
export class PostgresChanges implements Changes {
  readonly #url: string;
  readonly #clock: Clock;
  /** Each registration is an object of its own, so that one listener can register twice. */
  readonly #registrations = new Set<{ readonly listener: ChangeListener }>();
  #listening: AbortController | undefined;
  #closed = Promise.resolve();
  #isClosing = false;

  /** @param url a valid Postgres URL */
  constructor(url: string, clock: Clock) {
    this.#url = url;
    this.#clock = clock;
  }

  /** Writes and notifies in one statement, so that the notification names exactly the rows that the write returns. */
  async write(db: Database, statement: InsertQueryBuilder<Schema, 'jobs', InsertResult>): Promise<void> {
    await db
      .with('changed', () => statement.returning(['kind', 'id']))
      .selectFrom((eb) =>
        eb
          .selectFrom('changed')
          .select(['kind', 'id'])
          .select(
            sql`(row_number() over (partition by kind order by id) - 1) / ${sql.lit(IDS_PER_PAYLOAD)}`.as(
              'payload',
            ),
          )
          .where(sql<boolean>`octet_length(to_json(id)::text) <= ${sql.lit(MAX_ID_BYTES)}`)
          .as('numbered'),
      )
      .select(
        sql`pg_notify(${sql.lit(CHANNEL)}, json_build_object('kind', kind, 'ids', json_agg(id))::text)`.as(
          'notified',
        ),
      )
      .groupBy(['kind', 'payload'])
      .execute();
  }

  listen(listener: ChangeListener): () => void {
    if (this.#isClosing) return () => {};
    const registration = { listener };
    this.#registrations.add(registration);
    if (!this.#listening) this.#start();
    return () => {
      this.#registrations.delete(registration);
      if (this.#registrations.size === 0) this.#stop();
    };
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#registrations.clear();
    this.#stop();
    await this.#closed;
  }

  #start(): void {
    this.#listening = new AbortController();
    const closed = this.#keepListening(this.#listening.signal);
    // The connection before this one may still be closing.
    this.#closed = Promise.all([this.#closed, closed]).then(() => {});
  }

  #stop(): void {
    this.#listening?.abort();
    this.#listening = undefined;
  }

  async #keepListening(closing: AbortSignal): Promise<void> {
    let failures = 0;
    while (!closing.aborted) {
      const connection = new ListeningConnection(this.#url, this.#clock, closing, (payload) => {
        const changed = parsed(payload);
        if (changed) this.#notify((listener) => listener.changed(changed.kind, changed.ids));
      });
      if (await connection.open()) {
        failures = 0;
        this.#notify((listener) => listener.mayHaveMissed());
        await connection.closed();
      }
      await sleep(this.#clock, retryMs(failures++), closing).catch(() => {});
    }
  }

  /** A listener can remove itself or others while it is notified. */
  #notify(call: (listener: ChangeListener) => void): void {
    for (const registration of [...this.#registrations]) {
      if (this.#registrations.has(registration)) call(registration.listener);
    }
  }
}

/** One connection. It is closed by destroying the socket, because pg's `end` waits for a server that may be down. */
class ListeningConnection {
  readonly #socket = new Socket();
  readonly #closed = new AbortController();
  readonly #client: pg.Client;
  readonly #clock: Clock;

  constructor(
    url: string,
    clock: Clock,
    closing: AbortSignal,
    onNotification: (payload: string | undefined) => void,
  ) {
    this.#clock = clock;
    this.#client = new pg.Client({
      connectionString: url,
      application_name: 'vod-ai-gateway changes',
      keepAlive: true,
      stream: () => this.#socket,
    });
    // Without an `error` listener, a broken connection ends the process.
    this.#client.on('error', () => this.#close());
    this.#client.on('end', () => this.#close());
    this.#client.on('notification', ({ payload }) => {
      if (!this.#closed.signal.aborted) onNotification(payload);
    });
    closing.addEventListener('abort', () => this.#close(), { once: true, signal: this.#closed.signal });
  }

  /** Connects and listens. Resolves with whether that succeeded. */
  open(): Promise<boolean> {
    return this.#responds(async () => {
      await this.#client.connect();
      await this.#client.query(`listen ${CHANNEL}`);
    });
  }

  /** Resolves when the connection is closed: at once if it breaks, at the next heartbeat if it fails silently. */
  async closed(): Promise<void> {
    let isAlive = true;
    while (isAlive) {
      isAlive = await sleep(this.#clock, HEARTBEAT_MS, this.#closed.signal).then(
        () => this.#responds(() => this.#client.query('select 1')),
        () => false,
      );
    }
  }

  /** Whether the server responds in time. Closes the connection if it does not. */
  async #responds(request: () => Promise<unknown>): Promise<boolean> {
    const cancelTimeout = this.#clock.after(RESPONSE_MS, () => this.#close());
    try {
      await request();
      return !this.#closed.signal.aborted;
    } catch {
      this.#close();
      return false;
    } finally {
      cancelTimeout();
    }
  }

  #close(): void {
    this.#socket.destroy();
    this.#closed.abort();
  }
}

/** Exponential backoff with jitter, because all gateways lose a server at the same time. */
function retryMs(failures: number): number {
  return Math.min(MIN_RETRY_MS * 2 ** failures, MAX_RETRY_MS) * (0.5 + Math.random() / 2);
}

/** Returns `undefined` for a payload that is not from a gateway. Every database user can notify. */
function parsed(payload = ''): { readonly kind: JobKind; readonly ids: readonly string[] } | undefined {
  let change: unknown;
  try {
    change = JSON.parse(payload);
  } catch {
    return undefined;
  }
  if (typeof change !== 'object' || change === null || !('kind' in change) || !('ids' in change)) {
    return undefined;
  }
  const { ids } = change;
  const named = change.kind;
  // A newer gateway may have further kinds.
  const kind = jobKinds.find((known) => known === named);
  if (kind === undefined) return undefined;
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string')) return undefined;
  return { kind, ids };
}
