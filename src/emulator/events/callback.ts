import { isObject } from '../actions/parameters.ts';

/** What the events of a job take from its `UserData`. */
export interface EventUserData {
  /** `MessageCallback.CallbackURL`, where it can be called. */
  readonly callbackUrl?: string;
  /** `Extend`, whatever it is. */
  readonly extend?: unknown;
}

/** Reads `UserData`, of which nothing is sure: jobs that are put in without a call carry any text. */
export function eventUserData(text: string | undefined): EventUserData {
  const userData = parsed(text);
  if (!isObject(userData)) return {};
  const { MessageCallback, Extend } = userData;
  const url = isObject(MessageCallback) ? MessageCallback.CallbackURL : undefined;
  return {
    ...(typeof url === 'string' && isCallbackUrl(url) ? { callbackUrl: url } : {}),
    ...(Extend === undefined ? {} : { extend: Extend }),
  };
}

/** Whether events can be sent there: an absolute http or https URL. */
export function isCallbackUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
