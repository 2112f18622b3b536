import { checkId, checkRegion, invalid } from '../../domain/check-input.ts';
import { describeText } from '../../domain/id.ts';
import type { AIJobType } from '../../domain/job.ts';
import { type Region, supports } from '../../domain/region.ts';
import type {
  AIImageJobSubmission,
  AIJobSubmission,
  Optional,
  UserData,
  UserError,
} from '../../domain/submission.ts';
import { encodeUserData, MAX_USER_DATA_BYTES } from '../../vod/user-data.ts';

/**
 * Finds all mistakes of a submission before anything is sent, each with the path of its field. The rules are those of
 * the SubmitAIJob and SubmitAIImageJob documents.
 */

/** All mistakes of an AI job's submission; none where it can be sent. */
export function checkAIJobSubmission(submission: AIJobSubmission, region: Region): readonly UserError[] {
  const { mediaId, types, config, userData } = submission;
  return [
    ...checkId(['mediaId'], mediaId),
    ...checkTypes(types, region),
    ...checkConfig(config, types ?? []),
    ...checkUserData(userData),
  ];
}

/** All mistakes of an image job's submission; none where it can be sent. */
export function checkAIImageJobSubmission(
  submission: AIImageJobSubmission,
  region: Region,
): readonly UserError[] {
  const { videoId, templateId, pipelineId, userData } = submission;
  return [
    ...checkRegion(['templateId'], 'IMAGE_AI', region),
    ...checkId(['videoId'], videoId),
    ...checkId(['templateId'], templateId),
    ...checkId(['pipelineId'], pipelineId),
    ...checkUserData(userData),
  ];
}

const aiJobTypes = ['VIDEO_TAG', 'MEDIA_DNA'] as const satisfies readonly AIJobType[];

function checkTypes(types: Optional<readonly AIJobType[]>, region: Region): readonly UserError[] {
  if (!types) {
    const possible = aiJobTypes.some((type) => supports(region, type));
    return possible ? [] : aiJobTypes.flatMap((type) => checkRegion(['types'], type, region));
  }
  if (types.length === 0)
    return [invalid(['types'], 'expected at least one type, or no `types`; got an empty list')];
  return types.flatMap((type, index) => checkRegion(['types', String(index)], type, region));
}

function checkConfig(config: AIJobSubmission['config'], types: readonly AIJobType[]): readonly UserError[] {
  const { videoTag, mediaDNA } = config ?? {};
  const errors: UserError[] = [];
  if (videoTag) {
    errors.push(...checkConfigured(['config', 'videoTag'], 'VIDEO_TAG', types));
    if (videoTag.analyseTypes?.length === 0) {
      const field = ['config', 'videoTag', 'analyseTypes'];
      errors.push(invalid(field, 'expected at least one type, or no `analyseTypes`; got an empty list'));
    }
  }
  if (mediaDNA) {
    errors.push(...checkConfigured(['config', 'mediaDNA'], 'MEDIA_DNA', types));
    errors.push(...checkId(['config', 'mediaDNA', 'dnaDBId'], mediaDNA.dnaDBId));
  }
  return errors;
}

/** Configuration of a type that is not asked for would be paid for and never take effect. */
function checkConfigured(
  field: readonly string[],
  type: AIJobType,
  types: readonly AIJobType[],
): readonly UserError[] {
  if (types.includes(type)) return [];
  const got = types.length > 0 ? types.join(', ') : 'no type';
  return [invalid(field, `expected only where \`types\` asks for ${type}; got ${got} in \`types\``)];
}

function checkUserData(userData: Optional<UserData>): readonly UserError[] {
  if (!userData) return [];
  const { extend, messageCallback } = userData;
  const errors: UserError[] = [];
  if ((extend === undefined || extend === null) && !messageCallback) {
    errors.push(invalid(['userData'], 'expected `extend`, `messageCallback` or both; got neither'));
  }
  if (extend !== undefined && extend !== null && (typeof extend !== 'object' || Array.isArray(extend))) {
    const got = Array.isArray(extend) ? 'a list' : `a ${typeof extend}`;
    errors.push(invalid(['userData', 'extend'], `expected a JSON object; got ${got}`));
  }
  if (messageCallback && !isHttpUrl(messageCallback.callbackUrl)) {
    const field = ['userData', 'messageCallback', 'callbackUrl'];
    const got = describeText(messageCallback.callbackUrl);
    errors.push(invalid(field, `expected an absolute http or https URL; got ${got}`));
  }
  if (messageCallback && messageCallback.callbackType?.trim() === '') {
    const field = ['userData', 'messageCallback', 'callbackType'];
    errors.push(invalid(field, 'expected a type such as `http`, or none; got blanks'));
  }
  const bytes = encodedBytes(userData);
  if (bytes === undefined || bytes > MAX_USER_DATA_BYTES) {
    const got = bytes ?? 'more than can be encoded';
    errors.push(invalid(['userData'], `expected at most ${MAX_USER_DATA_BYTES} bytes of JSON; got ${got}`));
  }
  return errors;
}

/** `undefined` where it is nested too deeply to be encoded at all. */
function encodedBytes(userData: UserData): number | undefined {
  try {
    return Buffer.byteLength(encodeUserData(userData));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function isHttpUrl(text: string): boolean {
  // The parser would forgive a missing host or slashes, and trim blanks.
  return /^https?:\/\/[^\s/]/i.test(text) && !/\s/.test(text) && URL.canParse(text);
}

/** The mistake of an idempotency key; none where it can be used, or is not given. */
export function checkIdempotencyKey(key: Optional<string>): readonly UserError[] {
  if (key === undefined || key === null || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]{1,255}$/u.test(key)) return [];
  return [invalid(['idempotencyKey'], `expected 1 to 255 visible characters; got ${describeText(key)}`)];
}
