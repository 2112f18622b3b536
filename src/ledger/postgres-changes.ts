import { Socket } from 'node:net';
import { type InsertQueryBuilder, type InsertResult, sql } from 'kysely';
import pg from 'pg';
import { type Clock, sleep } from '../clock.ts';
import type { JobKind } from '../domain/job.ts';
import type { Changes } from './changes.ts';
import type { ChangeListener } from './ledger.ts';
import type { Database, Schema } from './schema.ts';

/** A name that Postgres takes without quotes. Channels belong to a database, so that no two ledgers share one. */
const CHANNEL = 'vod_ai_gateway_jobs';
/** A payload may have 7,999 bytes: so many ids of at most {@link MAX_ID_BYTES}, with commas and the kind, have less. */
const IDS_PER_PAYLOAD = 25;
/** As JSON: 64 characters of four bytes in quotes. Anything longer is no id, and no write may fail for telling it. */
const MAX_ID_BYTES = 258;

/** A connection that died silently is found after these two at most. */
const HEARTBEAT_MS = 10_000;
const ANSWER_MS = 5_000;

const MIN_RETRY_MS = 500;
const MAX_RETRY_MS = 10_000;

/**
 * Postgres's NOTIFY. It is but a hint: only ids are told, and whoever was not listening is never told later.
 *
 * Listening takes a connection of its own, there as long as anybody listens; it needs a session, so that a pooler in
 * between must not share it between transactions. One that cannot be had is tried again and again, and nobody is told of
 * that but by `mayHaveMissed` once it is there.
 */
export class PostgresChanges implements Changes {
  readonly #url: string;
  readonly #clock: Clock;
  /** Wrapped, so that a listener that comes twice is two. */
  readonly #listeners = new Set<{ readonly listener: ChangeListener }>();
  #listening: AbortController | undefined;
  #ended = Promise.resolve();
  #isClosed = false;

  /** @param url of Postgres, known to be one */
  constructor(url: string, clock: Clock) {
    this.#url = url;
    this.#clock = clock;
  }

  /** In one statement: what is told is what was written, within the same transaction. */
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
          'told',
        ),
      )
      .groupBy(['kind', 'payload'])
      .execute();
  }

  listen(listener: ChangeListener): () => void {
    if (this.#isClosed) return () => {};
    const entry = { listener };
    this.#listeners.add(entry);
    if (!this.#listening) this.#start();
    return () => {
      this.#listeners.delete(entry);
      if (this.#listeners.size === 0) this.#stop();
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#listeners.clear();
    this.#stop();
    await this.#ended;
  }

  #start(): void {
    this.#listening = new AbortController();
    const ended = this.#keepListening(this.#listening.signal);
    // One that was stopped just now may still be ending.
    this.#ended = Promise.all([this.#ended, ended]).then(() => {});
  }

  #stop(): void {
    this.#listening?.abort();
    this.#listening = undefined;
  }

  async #keepListening(closing: AbortSignal): Promise<void> {
    let failures = 0;
    while (!closing.aborted) {
      const connection = await this.#connected(closing);
      if (connection) {
        failures = 0;
        this.#tell((listener) => listener.mayHaveMissed());
        await connection.lost();
      }
      await sleep(this.#clock, retryMs(failures++), closing).catch(() => {});
    }
  }

  /** A connection that listens; `undefined` where none can be had now. */
  async #connected(closing: AbortSignal): Promise<ListeningConnection | undefined> {
    const connection = new ListeningConnection(this.#url, this.#clock, closing, (payload) => {
      const changed = parsed(payload);
      if (changed) this.#tell((listener) => listener.changed(changed.kind, changed.ids));
    });
    return (await connection.begin()) ? connection : undefined;
  }

  #tell(what: (listener: ChangeListener) => void): void {
    for (const entry of [...this.#listeners]) if (this.#listeners.has(entry)) what(entry.listener);
  }
}

/** One connection. However it ends, it ends by its socket: pg would wait for a server that is not there any more. */
class ListeningConnection {
  readonly #socket = new Socket();
  readonly #over = new AbortController();
  readonly #client: pg.Client;
  readonly #clock: Clock;

  constructor(url: string, clock: Clock, closing: AbortSignal, told: (payload: string | undefined) => void) {
    this.#clock = clock;
    this.#client = new pg.Client({
      connectionString: url,
      application_name: 'vod-ai-gateway changes',
      keepAlive: true,
      stream: () => this.#socket,
    });
    // Without these, a connection that breaks would end the process.
    this.#client.on('error', () => this.#end());
    this.#client.on('end', () => this.#end());
    this.#client.on('notification', ({ payload }) => {
      if (!this.#over.signal.aborted) told(payload);
    });
    closing.addEventListener('abort', () => this.#end(), { once: true, signal: this.#over.signal });
  }

  /** Whether it listens now. */
  begin(): Promise<boolean> {
    return this.#answered(async () => {
      await this.#client.connect();
      await this.#client.query(`listen ${CHANNEL}`);
    });
  }

  /** Resolves when it listens no more: at once where it breaks, and by the next heartbeat where it falls silent. */
  async lost(): Promise<void> {
    let isAlive = true;
    while (isAlive) {
      isAlive = await sleep(this.#clock, HEARTBEAT_MS, this.#over.signal).then(
        () => this.#answered(() => this.#client.query('select 1')),
        () => false,
      );
    }
  }

  /** Whether the server answers in time; ends the connection where it does not. */
  async #answered(ask: () => Promise<unknown>): Promise<boolean> {
    const cancel = this.#clock.after(ANSWER_MS, () => this.#end());
    try {
      await ask();
      return !this.#over.signal.aborted;
    } catch {
      this.#end();
      return false;
    } finally {
      cancel();
    }
  }

  #end(): void {
    this.#socket.destroy();
    this.#over.abort();
  }
}

/** Spread, since all gateways lose a server at once. */
function retryMs(failures: number): number {
  return Math.min(MIN_RETRY_MS * 2 ** failures, MAX_RETRY_MS) * (0.5 + Math.random() / 2);
}

/** `undefined` for what no gateway sends: anybody may notify. */
function parsed(payload = ''): { readonly kind: JobKind; readonly ids: readonly string[] } | undefined {
  let told: unknown;
  try {
    told = JSON.parse(payload);
  } catch {
    return undefined;
  }
  if (typeof told !== 'object' || told === null || !('kind' in told) || !('ids' in told)) return undefined;
  const { kind, ids } = told;
  if (kind !== 'AI' && kind !== 'IMAGE') return undefined;
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string')) return undefined;
  return { kind, ids };
}
