import { createHmac } from 'node:crypto';
import { canonicalQuery, type ParameterPairs, percentEncode } from './encoding.ts';

/**
 * Signature V1 (HMAC-SHA1, the signature among the parameters) as the "Request syntax and signature method V2"
 * and older ApsaraVideo VOD documents describe it.
 *
 * @param parameters every parameter of the request, from query and form alike; `Signature` itself is left out.
 */
export function stringToSignV1(method: string, parameters: ParameterPairs): string {
  const signed = parameters.filter(([name]) => name !== 'Signature');
  return `${method}&${percentEncode('/')}&${percentEncode(canonicalQuery(signed))}`;
}

/** The base64 signature of a string to sign. The key is the secret with a `&` behind it. */
export function signatureV1(stringToSign: string, accessKeySecret: string): string {
  return createHmac('sha1', `${accessKeySecret}&`).update(stringToSign).digest('base64');
}
