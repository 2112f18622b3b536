import type { Clock } from '../clock.ts';
import type { AuthConfig } from '../config/auth.ts';
import type { Log } from '../observability/log.ts';
import { watchApiKeys } from './api-keys.ts';
import { createAuthenticate } from './authenticate.ts';
import type { Authenticate } from './caller.ts';
import { tokenVerifier } from './tokens.ts';

export interface Authentication {
  readonly authenticate: Authenticate;
  /** Reads the file of keys no more. */
  close(): void;
}

/** All that finds out who calls, as it is configured. Throws a `ConfigError` where the file of keys cannot be used. */
export function openAuthentication(config: AuthConfig, deps: { clock: Clock; log: Log }): Authentication {
  if (config.kind === 'open') {
    return {
      authenticate: createAuthenticate(config, { keys: undefined, verifyToken: undefined }),
      close: () => {},
    };
  }
  const { apiKeysFile: file, jwt } = config;
  const keys = file === undefined ? undefined : watchApiKeys({ file, log: deps.log });
  const verifyToken = jwt && tokenVerifier({ ...jwt, clock: deps.clock });
  return {
    authenticate: createAuthenticate(config, { keys, verifyToken }),
    close: () => keys?.close(),
  };
}
