import type { UserError } from '../../domain/submission.ts';
import { builder } from './builder.ts';

const UserErrorCode = builder.enumType('UserErrorCode', {
  description: 'Why something was not done.',
  values: {
    INVALID_INPUT: { description: 'A value of the input breaks a rule; `field` tells which.' },
    UNSUPPORTED_IN_REGION: { description: 'VOD does not offer this in the region that the gateway serves.' },
    REJECTED_BY_VOD: { description: 'VOD refused it; `upstream` tells why.' },
    IDEMPOTENCY_KEY_REUSED: {
      description: 'The idempotency key belongs to a submission with another input.',
    },
    SUBMISSION_IN_PROGRESS: {
      description: 'The first submission under this idempotency key is still under way.',
    },
  },
});

const UpstreamError = builder.objectRef<NonNullable<UserError['upstream']>>('UpstreamError').implement({
  description: "VOD's own words about a refusal.",
  fields: (t) => ({
    code: t.exposeString('code', { description: "VOD's error code, such as `InvalidVideo.NotFound`." }),
    message: t.exposeString('message', { description: "VOD's own explanation." }),
    requestId: t.exposeID('requestId', { description: "The id of the call: what VOD's support asks for." }),
  }),
});

/** Something that the caller can mend. */
export const UserErrorType = builder.objectRef<UserError>('UserError').implement({
  description: 'A reason why something was not done that the caller can mend.',
  fields: (t) => ({
    code: t.field({
      type: UserErrorCode,
      nullable: false,
      description: 'The kind of the reason.',
      resolve: ({ code }) => code,
    }),
    message: t.exposeString('message', { nullable: false, description: 'What was expected and what came.' }),
    field: t.stringList({
      description:
        'The path of the value inside `input`, such as `["userData", "extend"]`; where there is no `input`, of the argument.',
      resolve: ({ field }) => field,
    }),
    upstream: t.field({
      type: UpstreamError,
      description: "VOD's own words, where VOD refused it.",
      resolve: ({ upstream }) => upstream,
    }),
  }),
});
