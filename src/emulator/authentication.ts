import { createHash, timingSafeEqual } from 'node:crypto';
import { missingParameter, RefusedCall } from './errors.ts';
import { UsedNonces } from './nonces.ts';
import type { ReceivedRequest } from './request.ts';
import { signatureV1, stringToSignV1 } from './signature/v1.ts';
import {
  bodyHash,
  canonicalRequest,
  parseAuthorizationV3,
  signatureV3,
  stringToSignV3,
} from './signature/v3.ts';

/** A key pair, with the security token where it is a temporary one. */
export interface EmulatorCredentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

const validityMs = 15 * 60 * 1000;

/** Whether a request is signed as V3 signs; if not, it is taken for V1. */
export function isSignedV3(request: ReceivedRequest): boolean {
  return request.headers.authorization !== undefined;
}

/** Decides who may call: both signatures, with the clock, the nonces and the security token that go with them. */
export class Authenticator {
  readonly #credentials: EmulatorCredentials;
  readonly #now: () => number;
  readonly #nonces = new UsedNonces();

  /** @param now Unix ms */
  constructor(credentials: EmulatorCredentials, now: () => number) {
    this.#credentials = credentials;
    this.#now = now;
  }

  /** Throws {@link RefusedCall} unless the request is signed by the configured key, is fresh and was not seen before. */
  verify(request: ReceivedRequest, parameters: ReadonlyMap<string, string>): void {
    if (isSignedV3(request)) this.#verifyV3(request);
    else this.#verifyV1(request, parameters);
  }

  #verifyV3(request: ReceivedRequest): void {
    const { headers } = request;
    const authorization = parseAuthorizationV3(headers.authorization ?? '');
    if (authorization === undefined) throw incompleteSignature();

    const date = requiredHeader(headers, 'x-acs-date');
    const nonce = requiredHeader(headers, 'x-acs-signature-nonce');
    const claimedHash = requiredHeader(headers, 'x-acs-content-sha256');
    const signed = new Set(authorization.signedHeaders);
    for (const name of Object.keys(headers)) {
      if ((name === 'host' || name.startsWith('x-acs-')) && !signed.has(name)) {
        throw incompleteSignature(`The header ${name} was sent and is not among the signed headers.`);
      }
    }
    for (const name of signed) {
      if (headers[name] === undefined) {
        throw incompleteSignature(`The header ${name} is among the signed headers and was not sent.`);
      }
    }

    this.#checkKey(authorization.accessKeyId);
    this.#checkToken(headers['x-acs-security-token'], 'SecurityToken');
    const timestamp = this.#checkDate(date, 'x-acs-date');

    const actualHash = bodyHash(request.body);
    if (claimedHash !== actualHash) {
      throw signatureDoesNotMatch(
        `x-acs-content-sha256 is ${claimedHash}, the body's SHA-256 is ${actualHash}`,
      );
    }
    const canonical = canonicalRequest({
      ...request,
      // The names are sorted here rather than taken as sent: a client that signs them in another order is wrong.
      signedHeaders: authorization.signedHeaders.toSorted(),
      bodyHash: actualHash,
    });
    const stringToSign = stringToSignV3(canonical);
    const expected = signatureV3(stringToSign, this.#credentials.accessKeySecret);
    if (!sameText(authorization.signature, expected)) {
      throw signatureDoesNotMatch(
        `server string to sign is:${stringToSign} server canonical request is:${canonical}`,
      );
    }
    this.#takeNonce(nonce, timestamp);
  }

  #verifyV1(request: ReceivedRequest, parameters: ReadonlyMap<string, string>): void {
    const required = (name: string) => {
      const value = parameters.get(name);
      if (!value) throw missingParameter(name);
      return value;
    };
    const accessKeyId = required('AccessKeyId');
    const signature = parameters.get('Signature');
    if (!signature) throw incompleteSignature();
    // An unsigned header names the action as well; only the signed parameter may decide.
    required('Action');
    required('Version');
    const nonce = required('SignatureNonce');
    const timestampText = required('Timestamp');
    if (required('SignatureMethod') !== 'HMAC-SHA1' || required('SignatureVersion') !== '1.0') {
      throw incompleteSignature('SignatureMethod must be HMAC-SHA1 and SignatureVersion 1.0.');
    }

    this.#checkKey(accessKeyId);
    this.#checkToken(parameters.get('SecurityToken'), 'SecurityToken');
    const timestamp = this.#checkDate(timestampText, 'Timestamp');

    const stringToSign = stringToSignV1(request.method, request.allParameters);
    if (!sameText(signature, signatureV1(stringToSign, this.#credentials.accessKeySecret))) {
      throw signatureDoesNotMatch(`server string to sign is:${stringToSign}`);
    }
    this.#takeNonce(nonce, timestamp);
  }

  #checkKey(accessKeyId: string): void {
    if (sameText(accessKeyId, this.#credentials.accessKeyId)) return;
    throw new RefusedCall(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
  }

  #checkToken(token: string | undefined, name: string): void {
    const expected = this.#credentials.securityToken;
    if (expected === undefined) return;
    if (!token) throw missingParameter(name);
    if (sameText(token, expected)) return;
    throw new RefusedCall(
      400,
      'InvalidSecurityToken.MismatchWithAccessKey',
      'Specified SecurityToken mismatch with the AccessKey.',
    );
  }

  #checkDate(text: string, name: string): number {
    const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(timestamp)) {
      throw new RefusedCall(
        400,
        'InvalidTimeStamp.Format',
        `Specified time stamp or date value is not well formatted: ${name} must look like 2017-03-20T07:49:17Z.`,
      );
    }
    if (Math.abs(this.#now() - timestamp) > validityMs) {
      throw new RefusedCall(
        400,
        'InvalidTimeStamp.Expired',
        'Specified time stamp or date value is expired.',
      );
    }
    return timestamp;
  }

  #takeNonce(nonce: string, timestamp: number): void {
    if (this.#nonces.take(nonce, this.#now(), timestamp + validityMs)) return;
    throw new RefusedCall(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
  }
}

function requiredHeader(headers: ReceivedRequest['headers'], name: string): string {
  const value = headers[name];
  if (!value) throw incompleteSignature(`The header ${name} is missing.`);
  return value;
}

// Hashing first gives equal lengths, so that the time taken tells nothing about the expected text.
function sameText(a: string, b: string): boolean {
  return timingSafeEqual(sha256(a), sha256(b));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function incompleteSignature(detail = ''): RefusedCall {
  const message = `The request signature does not conform to Aliyun standards. ${detail}`;
  return new RefusedCall(400, 'IncompleteSignature', message.trim());
}

// The real API too answers with what it would have signed; a client's developer needs nothing else.
function signatureDoesNotMatch(detail: string): RefusedCall {
  return new RefusedCall(
    400,
    'SignatureDoesNotMatch',
    `Specified signature does not match our calculation. ${detail}`,
  );
}
