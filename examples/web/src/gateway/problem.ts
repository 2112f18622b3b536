import type { CombinedError } from 'urql';

/** An error as a person needs it. */
export interface Problem {
  readonly title: string;
  /** What to do. */
  readonly advice: string;
  /** `extensions.code` of the gateway, or `UNREACHABLE`. */
  readonly code: string;
  /** The gateway's own words. */
  readonly detail?: string;
  /** VOD's error code and `RequestId`, which VOD's support asks for. */
  readonly upstream?: { readonly code?: string; readonly requestId?: string };
  /** When trying again can succeed. */
  readonly retryAfterMs?: number;
}

/** What each code of the gateway means for a person. */
const explanations: Readonly<Record<string, readonly [title: string, advice: string]>> = {
  UNREACHABLE: [
    'The gateway cannot be reached',
    'The app tries again by itself. Nothing that was submitted is lost.',
  ],
  UNAUTHENTICATED: ['Your API key is needed', 'Enter the key that you got from the operator of the gateway.'],
  FORBIDDEN: [
    'Your key does not allow this',
    'Ask the operator of the gateway for the scope that the message names.',
  ],
  RATE_LIMITED: ['Too many requests', 'You have reached your limit for this minute.'],
  OVERLOADED: ['The gateway is busy', 'Try again in a moment.'],
  UPSTREAM_THROTTLED: ['VOD is busy', 'The quota of the VOD account is used up for the moment.'],
  UPSTREAM_TIMEOUT: ['VOD did not respond in time', 'Try again.'],
  UPSTREAM_UNAVAILABLE: ['VOD cannot be reached', 'Try again in a while.'],
  UPSTREAM_REJECTED: ["VOD rejected the gateway's access", 'Tell the operator of the gateway.'],
  UPSTREAM_INVALID_RESPONSE: ['VOD sent a response that is not valid', 'Part of the result cannot be shown.'],
  SUBMISSION_OUTCOME_UNKNOWN: [
    'It is not known whether VOD created the jobs',
    'Submit again: the same keys are sent, so that nothing is charged twice.',
  ],
  LEDGER_UNAVAILABLE: [
    "The gateway's database cannot be used",
    'Nothing was submitted. Try again in a while.',
  ],
  BAD_USER_INPUT: ['The request is not valid', 'Correct the value that the message names.'],
};
const unexpected = [
  'Something went wrong',
  'Try again. If it stays, tell the operator of the gateway.',
] as const;

/** The problem behind a failed operation. */
export function problemOf(error: CombinedError): Problem {
  const [graphQLError] = error.graphQLErrors;
  // The error of a refused stream, or of a lost connection.
  const source: { message: string; extensions?: unknown } = graphQLError ??
    error.networkError ?? { message: error.message };
  const extensions = isRecord(source.extensions) ? source.extensions : {};
  const hasCode = typeof extensions.code === 'string';
  return problem(hasCode ? String(extensions.code) : graphQLError ? 'UNEXPECTED' : 'UNREACHABLE', {
    detail: source.message,
    extensions,
  });
}

function problem(
  code: string,
  { detail, extensions }: { detail: string; extensions: Record<string, unknown> },
): Problem {
  const [title, advice] = explanations[code] ?? unexpected;
  const { retryAfterMs } = extensions;
  const upstream = isRecord(extensions.upstream) ? extensions.upstream : undefined;
  return {
    title,
    advice,
    code,
    ...(code !== 'UNREACHABLE' && { detail }),
    ...(typeof retryAfterMs === 'number' && { retryAfterMs }),
    ...(upstream && {
      upstream: {
        ...(typeof upstream.code === 'string' && { code: upstream.code }),
        ...(typeof upstream.requestId === 'string' && { requestId: upstream.requestId }),
      },
    }),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
