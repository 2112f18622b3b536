import { invalidParameter } from '../errors.ts';
import { isCallbackUrl } from '../events/event.ts';
import type { NotificationSettings } from '../events/notification.ts';
import { type ActionContext, type ActionParameters, requireBytes, requiredParameter } from './action.ts';

const appId = 'app-1000000';
const maxUrlBytes = 256;
const maxKeyLength = 32;

/**
 * GetMessageCallback: `{MessageCallback: {AppId, CallbackType, …, EventTypeList}}`. The response includes the key. No
 * document describes the response for a region whose notification was never set; it is `{MessageCallback: {}}` here.
 */
export function getMessageCallback(_parameters: ActionParameters, { notification }: ActionContext) {
  const { settings } = notification;
  return { MessageCallback: settings === undefined ? {} : { AppId: appId, ...settings } };
}

/** SetMessageCallback: replaces the region's settings. Without `EventTypeList`, notification is off. */
export function setMessageCallback(parameters: ActionParameters, { notification }: ActionContext) {
  const { EventTypeList = '' } = parameters;
  notification.settings = { ...receiverOf(parameters), EventTypeList };
  return {};
}

function receiverOf(parameters: ActionParameters): Omit<NotificationSettings, 'EventTypeList'> {
  const { CallbackType = 'HTTP' } = parameters;
  if (CallbackType === 'MNS') {
    return {
      CallbackType,
      MnsEndpoint: requiredParameter(parameters, 'MnsEndpoint'),
      MnsQueueName: requiredParameter(parameters, 'MnsQueueName'),
    };
  }
  if (CallbackType !== 'HTTP') {
    throw invalidParameter(`The parameter CallbackType accepts HTTP and MNS; got "${CallbackType}".`);
  }
  const CallbackURL = requiredParameter(parameters, 'CallbackURL');
  requireBytes('CallbackURL', CallbackURL, maxUrlBytes);
  if (!isCallbackUrl(CallbackURL)) {
    throw invalidParameter(`The parameter CallbackURL accepts an http or https URL; got "${CallbackURL}".`);
  }
  return { CallbackType, CallbackURL, ...signingOf(parameters) };
}

function signingOf(parameters: ActionParameters): Pick<NotificationSettings, 'AuthSwitch' | 'AuthKey'> {
  const { AuthSwitch = 'off' } = parameters;
  if (AuthSwitch === 'off') return { AuthSwitch };
  if (AuthSwitch !== 'on') {
    throw invalidParameter(`The parameter AuthSwitch accepts on and off; got "${AuthSwitch}".`);
  }
  const AuthKey = requiredParameter(parameters, 'AuthKey');
  const hasAllKinds = [/[A-Z]/, /[a-z]/, /\d/].every((kind) => kind.test(AuthKey));
  if (AuthKey.length > maxKeyLength || !hasAllKinds) {
    throw invalidParameter(
      `The parameter AuthKey accepts at most ${maxKeyLength} characters, with upper case, lower case and digits.`,
    );
  }
  return { AuthSwitch, AuthKey };
}
