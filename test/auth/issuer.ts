import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';
import type { JwtConfig } from '../../src/config/auth.ts';
import { keepSecret } from '../support/collected-logs.ts';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

/** A token issuer that serves its key set. */
export interface Issuer extends JwtConfig {
  /** The number of requests for the key set. */
  readonly asked: number;
  /** The response to requests for the key set; the key set if undefined. */
  answer: { readonly status: number; readonly body: string } | undefined;
  /** Lets requests for the key set wait until the returned function is called. */
  hold(): () => void;
  /** Replaces the key pair. */
  rotate(): Promise<void>;
  /** A valid token. `claims` replaces its claims; `undefined` removes a claim. */
  token(
    claims?: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
  ): Promise<string>;
  close(): Promise<void>;
}

/** Starts an issuer on loopback until the test ends. `now` returns the tokens' time in milliseconds. */
export async function startIssuer(now: () => number, alg = 'ES256'): Promise<Issuer> {
  let asked = 0;
  let keyId = 0;
  let held: Promise<void> | undefined;
  let pair: KeyPair = await generateKeyPair(alg, { extractable: true });
  const server = createServer((_request, response) => {
    asked++;
    void (async () => {
      await held;
      const jwk = { ...(await exportJWK(pair.publicKey)), kid: `key-${keyId}`, alg, use: 'sig' };
      const { status, body } = issuer.answer ?? { status: 200, body: JSON.stringify({ keys: [jwk] }) };
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  const issuer: Issuer = {
    jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    issuer: 'https://issuer.example.com',
    audience: 'vod-ai-gateway',
    answer: undefined,
    get asked() {
      return asked;
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return () => {
        held = undefined;
        resolve();
      };
    },
    async rotate() {
      pair = await generateKeyPair(alg, { extractable: true });
      keyId++;
    },
    async token(claims = {}, header = {}) {
      const valid = {
        iss: issuer.issuer,
        aud: issuer.audience,
        sub: 'alice',
        scope: 'jobs:read jobs:submit',
        exp: Math.floor(now() / 1_000) + 3_600,
      };
      // The serialization omits undefined claims.
      const token = await new SignJWT({ ...valid, ...claims })
        .setProtectedHeader({ alg, kid: `key-${keyId}`, ...header })
        .sign(pair.privateKey);
      keepSecret(token);
      return token;
    },
    close,
  };
  return issuer;
}
