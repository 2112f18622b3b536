import type { Emulator } from '../../../src/emulator/server.ts';
import { GatewayProcess, upstreamSettings } from '../../support/gateway-process.ts';

/** The gateway's limit for one call to VOD with all its retries. */
export const TIMEOUT_MS = 2_000;

/** The memory of the process, in bytes. */
export interface Memory {
  readonly rss: number;
  readonly heap: number;
}

/** A gateway process in front of an emulator, with a ledger of its own. */
export interface LoadedGateway {
  readonly process: GatewayProcess;
  readonly origin: string;
  /** Its log lines of the level `error` and above. */
  errorLines(): readonly string[];
  memory(): Promise<Memory>;
}

/**
 * Starts a gateway with a small cache: the cache is full long before memory is measured, and the gateway still calls VOD.
 */
export async function startLoadedGateway(emulator: Emulator): Promise<LoadedGateway> {
  const gateway = new GatewayProcess({
    ...upstreamSettings(emulator),
    LOG_LEVEL: 'error',
    JOB_CACHE_ENTRIES: '100',
    VOD_TIMEOUT_MS: String(TIMEOUT_MS),
  });
  const origin = await gateway.origin();
  return {
    process: gateway,
    origin,
    errorLines: () => [
      ...gateway.stdout.split('\n').filter((line) => line.startsWith('{')),
      ...gateway.stderr.split('\n').filter((line) => line !== ''),
    ],
    async memory() {
      const text = await (await fetch(`${origin}/metrics`)).text();
      const read = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
      return { rss: read('process_resident_memory_bytes'), heap: read('nodejs_heap_size_used_bytes') };
    },
  };
}
