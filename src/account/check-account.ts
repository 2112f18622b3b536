import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { type Feature, type Region, supports } from '../domain/region.ts';
import { RpcClient } from '../rpc/client.ts';
import type { CredentialsProvider } from '../rpc/credentials.ts';
import { isAccountError, RejectedError, RpcError } from '../rpc/errors.ts';
import { VOD_VERSION } from '../vod/api.ts';
import { type EventNotification, eventNotification } from '../vod/message-callback.ts';

/** The result of one check. */
export interface Finding {
  readonly subject: string;
  /** `note`: nothing is wrong, but a feature is not used. */
  readonly verdict: 'ok' | 'wrong' | 'note';
  /** What works, or what to set. */
  readonly text: string;
}

export interface AccountCheckOptions {
  /** The origin of the VOD API. */
  readonly origin: string;
  readonly credentials: CredentialsProvider;
  readonly region: Region;
  readonly events: Pick<Config['events'], 'callbackUrl' | 'callbackKeys'>;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Calls that read nothing private and change nothing, one for each right that every gateway needs. */
const READS: readonly { readonly action: string; readonly parameters: Record<string, string> }[] = [
  { action: 'ListAIJob', parameters: { JobIds: '00000000000000000000000000000000' } },
  { action: 'GetAIImageJobs', parameters: { JobIds: '00000000000000000000000000000000' } },
  { action: 'ListAITemplate', parameters: { TemplateType: 'AIImage' } },
];

const FEATURES: Readonly<Record<Feature, string>> = {
  VIDEO_TAG: 'smart tags',
  MEDIA_DNA: 'video DNA',
  IMAGE_AI: 'image AI',
  MEDIA_AUDIT: 'automated review',
};

/** VOD signs its callbacks with its own time. The gateway rejects those that are more than five minutes off. */
const MAX_SKEW_MS = 5 * 60_000;

/**
 * Checks the credentials, the region, the clock, the rights and the event notification of a VOD account. It only reads.
 * Never rejects because of the account.
 */
export async function checkAccount(options: AccountCheckOptions): Promise<readonly Finding[]> {
  const { credentials, region } = options;
  try {
    await credentials();
  } catch {
    // Without the cause, which may quote a credentials file.
    const text =
      'none can be loaded. Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or a role';
    return [{ subject: 'credentials', verdict: 'wrong', text }];
  }
  const rpc = new RpcClient({
    ...options,
    version: VOD_VERSION,
    random: Math.random,
    callsPerSecond: 5,
    observer: { attempted() {}, retried() {} },
  });
  try {
    return [
      regionFinding(region),
      await clockFinding(options),
      ...(await Promise.all(READS.map(({ action, parameters }) => readFinding(rpc, action, parameters)))),
      ...(await notificationFindings(rpc, options)),
    ];
  } finally {
    await rpc.close();
  }
}

function regionFinding(region: Region): Finding {
  const offered = (Object.keys(FEATURES) as Feature[]).filter((feature) => supports(region, feature));
  const names = offered.map((feature) => FEATURES[feature]).join(', ');
  return offered.length > 0
    ? { subject: 'region', verdict: 'ok', text: `${region} offers ${names}` }
    : {
        subject: 'region',
        verdict: 'wrong',
        text: `${region} offers no AI jobs. Set VOD_REGION to another region`,
      };
}

/** Compares the clocks by the `Date` of a response. An unsigned request is enough, because errors have one, too. */
async function clockFinding({ origin, clock, timeoutMs }: AccountCheckOptions): Promise<Finding> {
  const subject = 'clock';
  let date: string | null;
  const sentAt = clock.now();
  try {
    const response = await fetch(origin, { signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    date = response.headers.get('date');
  } catch {
    return {
      subject,
      verdict: 'wrong',
      text: `${origin} cannot be reached. Check the network and VOD_ENDPOINT`,
    };
  }
  const skewMs = Date.parse(date ?? '') - (sentAt + clock.now()) / 2;
  if (Number.isNaN(skewMs)) return { subject, verdict: 'note', text: 'unknown: the response has no Date' };
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  return Math.abs(skewMs) <= MAX_SKEW_MS
    ? { subject, verdict: 'ok', text: `within ${Math.max(1, seconds)} s of VOD's` }
    : {
        subject,
        verdict: 'wrong',
        text: `${seconds} s ${skewMs > 0 ? 'behind' : 'ahead of'} VOD's. Synchronize it: callbacks that are more than ${MAX_SKEW_MS / 1000} s off are rejected`,
      };
}

async function readFinding(
  rpc: RpcClient,
  action: string,
  parameters: Record<string, string>,
): Promise<Finding> {
  try {
    await rpc.call(action, parameters, { kind: 'read' });
    return { subject: action, verdict: 'ok', text: 'allowed' };
  } catch (error) {
    return failedCall(action, error);
  }
}

/** The finding for a failed call. A rejection of the parameters shows that the call itself is allowed. */
function failedCall(action: string, error: unknown): Finding {
  if (!(error instanceof RpcError)) throw error;
  if (error instanceof RejectedError && !isAccountError(error)) {
    return { subject: action, verdict: 'note', text: `${error.message} (RequestId ${error.requestId})` };
  }
  const isForbidden = /^(Forbidden|NoPermission)/.test(error.code ?? '');
  const advice = isForbidden ? `. Allow vod:${action} in the RAM policy` : '';
  return { subject: action, verdict: 'wrong', text: `${error.message}${advice}` };
}

async function notificationFindings(
  rpc: RpcClient,
  { events }: AccountCheckOptions,
): Promise<readonly Finding[]> {
  const subject = 'event notification';
  if (events.callbackUrl === undefined) {
    const text = 'VOD_CALLBACK_URL is not set, so the gateway learns of finished jobs by polling only';
    return [{ subject, verdict: 'note', text }];
  }
  let notification: EventNotification | undefined;
  try {
    notification = await eventNotification(rpc);
  } catch (error) {
    return [failedCall('GetMessageCallback', error)];
  }
  const problems = problemsOf(notification, events.callbackKeys);
  if (problems.length > 0) return problems.map((text) => ({ subject, verdict: 'wrong', text }));
  return [{ subject, verdict: 'ok', text: 'on, by HTTP, with the events of AI jobs and a matching key' }];
}

/** What to set so that the events of jobs reach the gateway. Keys are never part of it. */
function problemsOf(notification: EventNotification | undefined, keys: readonly string[]): readonly string[] {
  if (notification === undefined) {
    return [
      'off, so jobs have no events, not even with a callback URL of their own. Switch HTTP callbacks on for the region ' +
        'and select the event "Video AI processing completed" (AIComplete)',
    ];
  }
  const { isHttp, hasAIEvents, key } = notification;
  const problems: string[] = [];
  if (!hasAIEvents)
    problems.push('the event "Video AI processing completed" (AIComplete) is not selected. Select it');
  if (!isHttp) problems.push('events go to a message queue. Change the callback method to HTTP');
  else if (key === undefined && keys.length > 0) {
    problems.push(
      'callbacks are not signed, but VOD_CALLBACK_KEYS is set. Switch callback authentication on',
    );
  } else if (key !== undefined && keys.length === 0) {
    problems.push('callbacks are signed, but VOD_CALLBACK_KEYS is not set. Set it to the key of the region');
  } else if (key !== undefined && !keys.includes(key)) {
    problems.push("the region's key is none of VOD_CALLBACK_KEYS. Set the same key in both places");
  }
  return problems;
}
