import { ApiError, invalidParameter, missingParameter } from '../errors.ts';
import type { EventNotification } from '../events/notification.ts';
import type { JobStore } from '../jobs/store.ts';
import { isObject, parseJson } from '../json.ts';
import type { TemplateStore } from '../templates.ts';

/** An action's own parameters, without those of the signature and the routing. */
export type ActionParameters = Readonly<Record<string, string>>;

/** The state that actions read and change. */
export interface ActionContext {
  readonly jobs: JobStore;
  readonly templates: TemplateStore;
  readonly notification: EventNotification;
  /** Whether SubmitAIImageJob rejects the id of a template that does not exist. */
  readonly strictTemplates: boolean;
  readonly region: string;
  /** Unix ms. */
  readonly now: () => number;
}

/** Runs one action. Returns the fields of the response beside `RequestId`. Throws `ApiError` to reject the call. */
export type ActionHandler = (
  parameters: ActionParameters,
  context: ActionContext,
) => Readonly<Record<string, unknown>>;

const maxIds = 10;
const maxUserDataBytes = 512;

/** A parameter that the action declares as required. */
export function requiredParameter(parameters: ActionParameters, name: string): string {
  const value = parameters[name];
  if (!value) throw missingParameter(name);
  return value;
}

/** `JobIds` or `AIImageInfoIds`: up to ten comma-separated ids. Returns each id once. */
export function idsParameter(parameters: ActionParameters, name: string): string[] {
  const ids = requiredParameter(parameters, name)
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  if (ids.length === 0) throw missingParameter(name);
  if (ids.length > maxIds) {
    throw invalidParameter(`The parameter ${name} accepts at most ${maxIds} ids; got ${ids.length}.`);
  }
  return [...new Set(ids)];
}

/**
 * `UserData`: a JSON object of up to 512 bytes that has `MessageCallback` or `Extend`, as the SubmitAIImageJob
 * documentation describes it. Returns the unchanged text.
 */
export function userDataParameter(parameters: ActionParameters): string | undefined {
  const userData = parameters.UserData;
  if (!userData) return undefined;
  requireBytes('UserData', userData, maxUserDataBytes);
  const parsed = jsonObject('UserData', userData);
  if (parsed.MessageCallback === undefined && parsed.Extend === undefined) {
    throw invalidParameter('The parameter UserData requires MessageCallback or Extend.');
  }
  return userData;
}

/** Throws `ApiError` (`InvalidParameter`) if a parameter exceeds `maxBytes` in UTF-8. */
export function requireBytes(name: string, text: string, maxBytes: number): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return;
  throw invalidParameter(`The parameter ${name} accepts at most ${maxBytes} bytes; got ${bytes}.`);
}

/** Parses a parameter that must be a JSON object. */
export function jsonObject(name: string, text: string): Record<string, unknown> {
  const parsed = parseJson(text);
  if (!isObject(parsed)) throw invalidParameter(`The parameter ${name} must be a JSON object.`);
  return parsed;
}

/** Throws `ApiError` for an id that contains `missing`. The emulator has no videos, so any other id stands for one. */
export function requireVideo(videoId: string): void {
  if (videoId.includes('missing')) {
    throw new ApiError(404, 'InvalidVideo.NotFound', 'The video does not exist.');
  }
}
