import { invalidParameter, missingParameter, RefusedCall } from '../errors.ts';
import type { ActionParameters } from './action.ts';

const maxIds = 10;
const maxUserDataBytes = 512;

/** A parameter that the action declares as required. */
export function requiredParameter(parameters: ActionParameters, name: string): string {
  const value = parameters[name];
  if (!value) throw missingParameter(name);
  return value;
}

/** `JobIds`, `AIImageInfoIds`: comma-joined, ten at most; each id comes out once. */
export function idsParameter(parameters: ActionParameters, name: string): string[] {
  const ids = requiredParameter(parameters, name)
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  if (ids.length === 0) throw missingParameter(name);
  if (ids.length > maxIds) {
    throw invalidParameter(`The parameter ${name} takes ${maxIds} ids at most, got ${ids.length}.`);
  }
  return [...new Set(ids)];
}

/**
 * `UserData`: a JSON object of 512 bytes at most that holds `MessageCallback` or `Extend`, as the SubmitAIImageJob
 * documentation says. Comes out as it was given; `undefined` where there is none.
 */
export function userDataParameter(parameters: ActionParameters): string | undefined {
  const userData = parameters.UserData;
  if (!userData) return undefined;
  const bytes = Buffer.byteLength(userData);
  if (bytes > maxUserDataBytes) {
    throw invalidParameter(`The parameter UserData takes ${maxUserDataBytes} bytes at most, got ${bytes}.`);
  }
  const parsed = jsonObject('UserData', userData);
  if (parsed.MessageCallback === undefined && parsed.Extend === undefined) {
    throw invalidParameter('The parameter UserData must hold MessageCallback or Extend.');
  }
  return userData;
}

/** Reads a parameter that must hold a JSON object. */
export function jsonObject(name: string, text: string): Record<string, unknown> {
  const notAnObject = () => invalidParameter(`The parameter ${name} must be a JSON object.`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw notAnObject();
  }
  if (!isObject(parsed)) throw notAnObject();
  return parsed;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Refuses a video whose id holds `missing`: no video is ever uploaded here, so the id has to say it. */
export function refuseMissingVideo(videoId: string): void {
  if (videoId.includes('missing')) {
    throw new RefusedCall(404, 'InvalidVideo.NotFound', 'The video does not exist.');
  }
}
