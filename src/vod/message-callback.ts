import { z } from 'zod';
import type { RpcClient } from '../rpc/client.ts';
import { isNotFound } from '../rpc/errors.ts';
import { decodeBody } from './responses.ts';

/** The event notification of the account's region, as its console page or SetMessageCallback set it. */
export interface EventNotification {
  /** Whether events go to HTTP callbacks. Otherwise they go to a message queue. */
  readonly isHttp: boolean;
  /** Whether the events of AI jobs are selected. Without them, a job's own callback URL gets no events either. */
  readonly hasAIEvents: boolean;
  /** The key that signs HTTP callbacks. `undefined` if they are not signed. */
  readonly key: string | undefined;
}

/** The value of `EventTypeList` that stands for all events of AI jobs. */
const AI_EVENTS = 'AIComplete';

/** GetMessageCallback. `undefined` if notification is off. Rejects with an `RpcError`. */
export async function eventNotification(rpc: RpcClient): Promise<EventNotification | undefined> {
  try {
    const response = await rpc.call('GetMessageCallback', {}, { kind: 'read' });
    const { MessageCallback } = decodeBody(response, callbackResponse);
    const types = (MessageCallback?.EventTypeList ?? '').split(',').map((type) => type.trim());
    if (!MessageCallback || types.join('') === '') return undefined;
    const { CallbackType, AuthSwitch, AuthKey } = MessageCallback;
    return {
      isHttp: (CallbackType ?? 'HTTP').toUpperCase() === 'HTTP',
      hasAIEvents: types.includes('ALL') || types.includes(AI_EVENTS),
      key: AuthSwitch === 'on' ? (AuthKey ?? '') : undefined,
    };
  } catch (error) {
    // No document says how VOD responds where notification was never set. This is one form, an empty object another.
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

const callbackResponse = z.object({
  MessageCallback: z
    .object({
      CallbackType: z.string().nullish(),
      EventTypeList: z.string().nullish(),
      AuthSwitch: z.string().nullish(),
      AuthKey: z.string().nullish(),
    })
    .nullish(),
});
