import { builder } from './builder.ts';

const MessageCallbackInput = builder.inputType('MessageCallbackInput', {
  description: 'Where VOD reports the end of the job.',
  fields: (t) => ({
    callbackUrl: t.string({ required: true, description: 'An absolute http or https URL.' }),
    callbackType: t.string({ description: 'How VOD reports it; `http` unless given.' }),
  }),
});

/** What a submitter attaches to a job. */
export const UserDataInput = builder.inputType('UserDataInput', {
  description:
    'What is attached to a job: `extend`, `messageCallback` or both, together at most 512 bytes of JSON.',
  fields: (t) => ({
    extend: t.field({ type: 'JSON', description: "Any JSON object; it comes back in VOD's events." }),
    messageCallback: t.field({
      type: MessageCallbackInput,
      description: 'Where VOD reports the end of this job, instead of where the account is set to report it.',
    }),
  }),
});

/** Of `idempotencyKey` in both submissions' inputs. */
export const idempotencyKeyDescription =
  'Makes it safe to send this again: under one key at most one submission is ever made, and every later one gets the ' +
  'outcome of the first. 1 to 255 visible characters, new for each input; kept for at least 24 hours.';
