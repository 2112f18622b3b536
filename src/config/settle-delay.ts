import { ConfigError, type Environment, integer } from './values.ts';

/** Below it, VOD may still run a call after it was found not to have run: 30 minutes of signatures, and 15 more. */
const MIN_SAFE_MS = 45 * 60_000;
const DEFAULT_MS = 60 * 60_000;
const MAX_MS = 7 * 24 * 60 * 60_000;

/** `VOD_SETTLE_DELAY_MS`. A short delay is accepted only where no job costs money: at an endpoint of this machine. */
export function settleDelay(env: Environment): number {
  const delayMs = integer(env, 'VOD_SETTLE_DELAY_MS', DEFAULT_MS, 0, MAX_MS);
  if (delayMs === 0 || delayMs >= MIN_SAFE_MS || isOnLoopback(env.VOD_ENDPOINT)) return delayMs;
  throw new ConfigError('VOD_SETTLE_DELAY_MS', `0 or at least ${MIN_SAFE_MS}`, String(delayMs));
}

function isOnLoopback(endpoint: string | undefined): boolean {
  return (
    endpoint !== undefined &&
    ['127.0.0.1', '[::1]', 'localhost'].includes(URL.parse(endpoint)?.hostname ?? '')
  );
}
