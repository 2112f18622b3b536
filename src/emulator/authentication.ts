import { createHash, timingSafeEqual } from 'node:crypto';
import { isSignedV3, type ReceivedRequest } from './calls.ts';
import { ApiError, missingParameter } from './errors.ts';
import {
  bodyHash,
  canonicalRequest,
  parseAuthorizationV3,
  signatureV1,
  signatureV3,
  stringToSignV1,
  stringToSignV3,
} from './signature.ts';

/** A key pair. Temporary credentials also have a security token. */
export interface EmulatorCredentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

const validityMs = 15 * 60 * 1000;

/** Authenticates requests: their signature (V1 or V3), date, nonce and security token. */
export class Authenticator {
  readonly #credentials: EmulatorCredentials;
  readonly #now: () => number;
  readonly #nonces = new UsedNonces();

  /** @param now Unix ms */
  constructor(credentials: EmulatorCredentials, now: () => number) {
    this.#credentials = credentials;
    this.#now = now;
  }

  /** Throws {@link ApiError} if the signature is wrong, the date is too far off or the nonce was used before. */
  verify(request: ReceivedRequest): void {
    if (isSignedV3(request)) this.#verifyV3(request);
    else this.#verifyV1(request);
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
        throw incompleteSignature(`The header ${name} was sent but is not among the signed headers.`);
      }
    }
    for (const name of signed) {
      if (headers[name] === undefined) {
        throw incompleteSignature(`The header ${name} is among the signed headers but was not sent.`);
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
      // The document requires sorted names, so a signature over another order must not match.
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

  #verifyV1(request: ReceivedRequest): void {
    const parameters = new Map(request.allParameters);
    const required = (name: string) => {
      const value = parameters.get(name);
      if (!value) throw missingParameter(name);
      return value;
    };
    const accessKeyId = required('AccessKeyId');
    const signature = parameters.get('Signature');
    if (!signature) throw incompleteSignature();
    // The action and version headers are not covered by signature V1, so the signed parameters are required.
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
    throw new ApiError(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
  }

  #checkToken(token: string | undefined, name: string): void {
    const expected = this.#credentials.securityToken;
    if (expected === undefined) return;
    if (!token) throw missingParameter(name);
    if (sameText(token, expected)) return;
    throw new ApiError(
      400,
      'InvalidSecurityToken.MismatchWithAccessKey',
      'Specified SecurityToken mismatch with the AccessKey.',
    );
  }

  #checkDate(text: string, name: string): number {
    const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(timestamp)) {
      throw new ApiError(
        400,
        'InvalidTimeStamp.Format',
        `Specified time stamp or date value is not well formatted: ${name} must look like 2017-03-20T07:49:17Z.`,
      );
    }
    if (Math.abs(this.#now() - timestamp) > validityMs) {
      throw new ApiError(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.');
    }
    return timestamp;
  }

  #takeNonce(nonce: string, timestamp: number): void {
    if (this.#nonces.take(nonce, this.#now(), timestamp + validityMs)) return;
    throw new ApiError(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
  }
}

function requiredHeader(headers: ReceivedRequest['headers'], name: string): string {
  const value = headers[name];
  if (!value) throw incompleteSignature(`The header ${name} is missing.`);
  return value;
}

// `timingSafeEqual` requires equal lengths, which the hashes have.
function sameText(a: string, b: string): boolean {
  return timingSafeEqual(sha256(a), sha256(b));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function incompleteSignature(detail = ''): ApiError {
  const message = `The request signature does not conform to Aliyun standards. ${detail}`;
  return new ApiError(400, 'IncompleteSignature', message.trim());
}

// The real API also returns its own string to sign, which shows a client's developer the difference.
function signatureDoesNotMatch(detail: string): ApiError {
  return new ApiError(
    400,
    'SignatureDoesNotMatch',
    `Specified signature does not match our calculation. ${detail}`,
  );
}

const maxNonces = 100_000;

/** The used nonces, each remembered until a request with it would be rejected as expired. */
export class UsedNonces {
  readonly #expiries = new Map<string, number>();

  /**
   * Marks a nonce as used.
   *
   * @param now Unix ms
   * @param expiresAt the last moment, in Unix ms, at which the request is accepted
   * @returns false if the nonce was used before
   */
  take(nonce: string, now: number, expiresAt: number): boolean {
    const known = this.#expiries.get(nonce);
    if (known !== undefined && known >= now) return false;
    this.#expiries.delete(nonce);
    this.#expiries.set(nonce, expiresAt);
    this.#removeExpired(now);
    return true;
  }

  // Insertion order is nearly the order of expiry, so checking the oldest nonces is enough.
  #removeExpired(now: number): void {
    for (const [nonce, expiresAt] of this.#expiries) {
      if (expiresAt >= now && this.#expiries.size <= maxNonces) return;
      this.#expiries.delete(nonce);
    }
  }
}
