import type { AIUserErrorCode } from '../generated/graphql.ts';
import type { Refusal } from '../jobs/submit.ts';
import { Copyable } from './copyable.tsx';

const titles: Readonly<Record<AIUserErrorCode, string>> = {
  INVALID_INPUT: 'This value is not valid',
  UNSUPPORTED_IN_REGION: 'VOD does not offer this in the region',
  REJECTED_BY_VOD: 'VOD rejected it',
  IDEMPOTENCY_KEY_REUSED: 'The key was used for something else',
  SUBMISSION_IN_PROGRESS: 'It is still being submitted; try again in a moment',
  NOT_SENT: 'It was not sent; submit it again',
  SUBMISSION_OUTCOME_UNKNOWN: 'It is not known yet whether VOD created jobs; submit it again to find out',
};

/** The videos that were not accepted, with the reasons. */
export function RefusalList({ refusals }: { readonly refusals: readonly Refusal[] }) {
  return (
    <div role="alert">
      {refusals.map(({ videoId, errors }) => (
        <div className="notice problem" key={videoId ?? ''}>
          <h3 dir="auto">{videoId ?? 'The list of videos'}</h3>
          {errors.map(({ code, field, message, upstream }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes, and errors can be equal
            <div key={index}>
              <p>
                {titles[code]}
                {field !== null && ` (${field.join(' › ')})`}.
              </p>
              <p className="detail">{upstream?.message ?? message}</p>
              {upstream?.code && <Copyable label="VOD's code" value={upstream.code} />}
              {upstream?.requestId && <Copyable label="RequestId" value={upstream.requestId} />}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
