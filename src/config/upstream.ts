import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Region } from '../domain/region.ts';
import { ConfigError, type Environment } from './values.ts';

/** The API that runs the jobs: VOD at an origin, or the emulator inside this process. */
export type UpstreamConfig =
  | {
      readonly kind: 'api';
      /** `VOD_ENDPOINT`: scheme, host and port. The default is the region's public endpoint. */
      readonly origin: string;
    }
  | { readonly kind: 'emulator' };

/**
 * Chooses VOD if any credentials are configured, and the emulator otherwise. Checks which credentials are set, but does
 * not use their values: the vendor's credential chain reads them whenever it needs them.
 */
export function upstreamConfig(env: Environment, region: Region): UpstreamConfig {
  checkKeyPair(env);
  checkOIDC(env);
  const file = env.ALIBABA_CLOUD_CREDENTIALS_FILE;
  if (file && !existsSync(file)) {
    throw new ConfigError('ALIBABA_CLOUD_CREDENTIALS_FILE', 'an existing file', 'a path without a file');
  }
  const origin = env.VOD_ENDPOINT ? originOf(env.VOD_ENDPOINT) : undefined;
  if (hasCredentialsSource(env)) {
    return { kind: 'api', origin: origin ?? `https://vod.${region}.aliyuncs.com` };
  }
  if (origin === undefined) return { kind: 'emulator' };
  throw new ConfigError(
    'ALIBABA_CLOUD_ACCESS_KEY_ID',
    'credentials for the endpoint in VOD_ENDPOINT: this variable and ALIBABA_CLOUD_ACCESS_KEY_SECRET, ' +
      "or another source of the vendor's credential chain",
    'none',
  );
}

function checkKeyPair(env: Environment): void {
  const [id, secret, token] = [
    'ALIBABA_CLOUD_ACCESS_KEY_ID',
    'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
    'ALIBABA_CLOUD_SECURITY_TOKEN',
  ] as const;
  // With an incomplete pair, the vendor's chain would silently use its next source: another account.
  if (env[id] && !env[secret]) throw new ConfigError(secret, `the secret that belongs to ${id}`, 'nothing');
  if (env[secret] && !env[id]) throw new ConfigError(id, `the id that belongs to ${secret}`, 'nothing');
  if (env[token] && !env[id]) throw new ConfigError(id, `the id that belongs to ${token}`, 'nothing');
}

function checkOIDC(env: Environment): void {
  const missing = (
    ['ALIBABA_CLOUD_ROLE_ARN', 'ALIBABA_CLOUD_OIDC_PROVIDER_ARN', 'ALIBABA_CLOUD_OIDC_TOKEN_FILE'] as const
  ).find((name) => !env[name]);
  if (env.ALIBABA_CLOUD_OIDC_TOKEN_FILE && missing) {
    throw new ConfigError(missing, 'a value to go with ALIBABA_CLOUD_OIDC_TOKEN_FILE', 'nothing');
  }
}

/**
 * Whether the vendor's chain has a source of credentials. The role of an ECS instance counts only if
 * `ALIBABA_CLOUD_ECS_METADATA` names it: on other machines a request to the metadata service takes seconds to fail.
 */
function hasCredentialsSource(env: Environment): boolean {
  const isNamed = [
    'ALIBABA_CLOUD_ACCESS_KEY_ID',
    'ALIBABA_CLOUD_OIDC_TOKEN_FILE',
    'ALIBABA_CLOUD_CREDENTIALS_FILE',
    'ALIBABA_CLOUD_CREDENTIALS_URI',
    'ALIBABA_CLOUD_ECS_METADATA',
  ].some((name) => env[name]);
  const home = env.HOME || homedir();
  const isCliDisabled = env.ALIBABA_CLOUD_CLI_PROFILE_DISABLED?.toLowerCase() === 'true';
  return (
    isNamed ||
    existsSync(join(home, '.alibabacloud', 'credentials')) ||
    (!isCliDisabled && existsSync(join(home, '.aliyun', 'config.json')))
  );
}

function originOf(endpoint: string): string {
  const expected = 'an http(s) origin such as https://vod.cn-shanghai.aliyuncs.com';
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new ConfigError('VOD_ENDPOINT', expected, 'no such URL');
  if (url.username || url.password || url.pathname !== '/' || url.search || url.hash) {
    throw new ConfigError(
      'VOD_ENDPOINT',
      `${expected}, without credentials, path or query`,
      'more than an origin',
    );
  }
  return url.origin;
}
