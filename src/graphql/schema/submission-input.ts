import { builder, type SchemaTypes } from './builder.ts';

/** The input fields that all submissions share. Source: the parameters of SubmitAIJob and SubmitAIImageJob. */

const AIMessageCallbackInput = builder.inputType('AIMessageCallbackInput', {
  description: 'A callback that VOD calls when a job is final.',
  fields: (t) => ({
    callbackUrl: t.string({
      required: true,
      description: 'An absolute http or https URL, such as `https://example.com/vod-events`.',
    }),
    callbackType: t.string({ description: 'The type of the callback. Defaults to `http`.' }),
  }),
});

const AIUserDataInput = builder.inputType('AIUserDataInput', {
  description:
    'Data to attach to a job: `extend`, `messageCallback` or both. Encoded as JSON, it has at most 512 bytes.',
  fields: (t) => ({
    extend: t.field({
      type: 'JSON',
      description: 'Any JSON object, such as `{ "localId": "42" }`. VOD returns it in its events.',
    }),
    messageCallback: t.field({
      type: AIMessageCallbackInput,
      description: "The callback for this job. Replaces the account's callback.",
    }),
  }),
});

type InputFields = PothosSchemaTypes.InputFieldBuilder<SchemaTypes, 'InputObject'>;

/** The input field that every submission has. */
export function idempotencyKeyField(t: InputFields) {
  return {
    idempotencyKey: t.string({
      description:
        'A key that makes retries safe: 1 to 255 visible characters, unique for each of your inputs. Other callers have ' +
        'keys of their own. The gateway submits at most once under a key. If you send the same input again, it returns ' +
        'the result of the first submission. Keys are kept for at least 24 hours.',
    }),
  };
}

/** The input fields of submissions whose jobs carry data of the submitter. */
export function submissionInputFields(t: InputFields) {
  return {
    userData: t.field({ type: AIUserDataInput, description: 'The data to attach to each created job.' }),
    ...idempotencyKeyField(t),
  };
}
