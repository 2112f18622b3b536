import type { SubmissionOutcome, UserError } from '../../domain/submission.ts';
import { builder, type SchemaTypes } from './builder.ts';

const AIUserErrorCode = builder.enumType('AIUserErrorCode', {
  description: 'The kind of problem that a user error reports.',
  values: {
    INVALID_INPUT: { description: 'A value of the input is invalid. `field` gives its path.' },
    UNSUPPORTED_IN_REGION: { description: "VOD does not offer the feature in the gateway's region." },
    REJECTED_BY_VOD: { description: 'VOD rejected the request. `upstream` gives the reason.' },
    IDEMPOTENCY_KEY_REUSED: {
      description:
        'The idempotency key belongs to an earlier one of your submissions, with a different input.',
    },
    SUBMISSION_IN_PROGRESS: {
      description: 'The first submission with this idempotency key is still in progress. Try again later.',
    },
    NOT_SENT: {
      description:
        'No job was created: the submission was not sent, or VOD did not process it. You can send it again under the same ' +
        'idempotency key.',
    },
    SUBMISSION_OUTCOME_UNKNOWN: {
      description:
        'Only in the results of `submitAIJobs`. The gateway does not know whether VOD created jobs. `submission` tells when ' +
        'it is known. Do not send it again without its idempotency key.',
    },
  } satisfies Record<UserError['code'], object>,
});

const UpstreamError = builder.objectRef<NonNullable<UserError['upstream']>>('AIUpstreamError').implement({
  description: 'The reason why VOD rejected a request.',
  fields: (t) => ({
    code: t.exposeString('code', {
      description: "VOD's error code, such as `InvalidVideo.NotFound`. Null if VOD gives none.",
    }),
    message: t.exposeString('message', { description: "VOD's error message. Null if VOD gives none." }),
    requestId: t.exposeID('requestId', {
      description: "The `RequestId` of VOD's response. VOD's support asks for it. Null if VOD gives none.",
    }),
  }),
});

export const UserErrorType = builder.objectRef<UserError>('AIUserError').implement({
  description: 'A problem that the caller can correct.',
  fields: (t) => ({
    code: t.expose('code', { type: AIUserErrorCode, nullable: false, description: 'The kind of problem.' }),
    message: t.exposeString('message', {
      nullable: false,
      description: 'A description of the problem: the expected value and the received value.',
    }),
    field: t.exposeStringList('field', {
      description:
        'The path of the invalid value inside `input`, such as `["userData", "extend"]`. Null if the problem is not tied ' +
        'to one value.',
    }),
    upstream: t.expose('upstream', {
      type: UpstreamError,
      description: "VOD's reason. Null unless VOD rejected the request.",
    }),
  }),
});

/** The fields of a payload that do not depend on the mutation. */
export function payloadFields<Made>(
  t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, SubmissionOutcome<Made>>,
) {
  return {
    userErrors: t.field({
      type: [UserErrorType],
      nullable: false,
      description: 'The problems that the caller can correct. Empty if the mutation succeeded.',
      resolve: (outcome) => ('userErrors' in outcome ? outcome.userErrors : []),
    }),
    requestId: t.id({
      description: "The `RequestId` of VOD's response. VOD's support asks for it. Null without a response.",
      resolve: ({ requestId }) => requestId,
    }),
  };
}

/** What a mutation created or changed; null if it has user errors instead. */
export function madeBy<Made>(outcome: SubmissionOutcome<Made>): Made | null {
  return 'made' in outcome ? outcome.made : null;
}
