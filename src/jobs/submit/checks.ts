import { checkId, checkRegion, invalid } from '../../domain/check-input.ts';
import { describeText } from '../../domain/id.ts';
import type { AIJobType } from '../../domain/job.ts';
import { type Region, supports } from '../../domain/region.ts';
import type {
  AIImageAuditJobSubmission,
  AIImageJobSubmission,
  AIJobSubmission,
  AIMediaAuditJobSubmission,
  Optional,
  UserData,
  UserError,
} from '../../domain/submission.ts';
import { encodeUserData, MAX_USER_DATA_BYTES } from '../../vod/user-data.ts';

/**
 * Checks submissions before anything is sent. Each function returns all mistakes, with the path of the field. Sources:
 * the documents of the submit actions. None limits the length of `ResourceType`; 64 is the limit of ids.
 */

export function checkAIJobSubmission(
  { videoId, types, config, userData }: AIJobSubmission,
  region: Region,
): readonly UserError[] {
  return [
    ...checkId(['videoId'], videoId),
    ...checkTypes(types, region),
    ...checkConfig(config, types ?? []),
    ...checkUserData(userData),
  ];
}

export function checkAIImageJobSubmission(
  { videoId, templateId, pipelineId, userData }: AIImageJobSubmission,
  region: Region,
): readonly UserError[] {
  return [
    ...checkRegion(['templateId'], 'IMAGE_AI', region),
    ...checkId(['videoId'], videoId),
    ...checkId(['templateId'], templateId),
    ...checkId(['pipelineId'], pipelineId),
    ...checkUserData(userData),
  ];
}

export function checkAIMediaAuditJobSubmission(
  { videoId, templateId, resourceType, userData }: AIMediaAuditJobSubmission,
  region: Region,
): readonly UserError[] {
  return [
    ...checkRegion(['videoId'], 'MEDIA_AUDIT', region),
    ...checkId(['videoId'], videoId),
    ...checkId(['templateId'], templateId),
    ...checkResourceType(resourceType),
    ...checkUserData(userData),
  ];
}

export function checkAIImageAuditJobSubmission(
  { imageId, templateId, resourceType }: AIImageAuditJobSubmission,
  region: Region,
): readonly UserError[] {
  return [
    ...checkRegion(['imageId'], 'MEDIA_AUDIT', region),
    ...checkId(['imageId'], imageId),
    ...checkId(['templateId'], templateId),
    ...checkResourceType(resourceType),
  ];
}

function checkResourceType(type: Optional<string>): readonly UserError[] {
  if (type === undefined || type === null || /^[A-Za-z0-9_]{1,64}$/.test(type)) return [];
  const message = `expected 1 to 64 letters, digits and underscores; got ${describeText(type)}`;
  return [invalid(['resourceType'], message)];
}

export function checkIdempotencyKey(key: Optional<string>): readonly UserError[] {
  if (key === undefined || key === null || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]{1,255}$/u.test(key)) return [];
  return [invalid(['idempotencyKey'], `expected 1 to 255 visible characters; got ${describeText(key)}`)];
}

const aiJobTypes = ['VIDEO_TAG', 'MEDIA_DNA'] as const satisfies readonly AIJobType[];

function checkTypes(types: Optional<readonly AIJobType[]>, region: Region): readonly UserError[] {
  if (!types) {
    // VOD chooses from the types that the region offers.
    if (aiJobTypes.some((type) => supports(region, type))) return [];
    return aiJobTypes.flatMap((type) => checkRegion(['types'], type, region));
  }
  if (types.length === 0) {
    return [invalid(['types'], 'expected at least one type, or no `types`; got an empty list')];
  }
  return types.flatMap((type, index) => checkRegion(['types', String(index)], type, region));
}

function checkConfig(config: AIJobSubmission['config'], types: readonly AIJobType[]): readonly UserError[] {
  const { videoTag, mediaDNA } = config ?? {};
  const errors: UserError[] = [];
  // VOD ignores the configuration of a type that is not submitted.
  const checkType = (field: readonly string[], type: AIJobType) => {
    const got = types.join(', ') || 'no type';
    if (!types.includes(type)) errors.push(invalid(field, `expected ${type} in \`types\`; got ${got}`));
  };
  if (videoTag) checkType(['config', 'videoTag'], 'VIDEO_TAG');
  if (videoTag?.analyseTypes?.length === 0) {
    const field = ['config', 'videoTag', 'analyseTypes'];
    errors.push(invalid(field, 'expected at least one type, or no `analyseTypes`; got an empty list'));
  }
  if (mediaDNA) checkType(['config', 'mediaDNA'], 'MEDIA_DNA');
  return [...errors, ...checkId(['config', 'mediaDNA', 'dnaDBId'], mediaDNA?.dnaDBId)];
}

function checkUserData(userData: Optional<UserData>): readonly UserError[] {
  if (!userData) return [];
  const { extend, messageCallback } = userData;
  const hasExtend = extend !== undefined && extend !== null;
  const errors: UserError[] = [];
  const expected = (path: readonly string[], value: string, got: string) =>
    errors.push(invalid(['userData', ...path], `expected ${value}; got ${got}`));
  if (!hasExtend && !messageCallback) expected([], '`extend`, `messageCallback` or both', 'neither');
  if (hasExtend && (typeof extend !== 'object' || Array.isArray(extend))) {
    expected(['extend'], 'a JSON object', Array.isArray(extend) ? 'a list' : `a ${typeof extend}`);
  }
  if (messageCallback && !isHttpUrl(messageCallback.callbackUrl)) {
    const got = describeText(messageCallback.callbackUrl);
    expected(['messageCallback', 'callbackUrl'], 'an absolute http or https URL', got);
  }
  if (messageCallback?.callbackType?.trim() === '') {
    expected(['messageCallback', 'callbackType'], 'a type such as `http`, or none', 'blanks');
  }
  const bytes = encodedBytes(userData);
  if (bytes === undefined || bytes > MAX_USER_DATA_BYTES) {
    const got = bytes === undefined ? 'data that is nested too deeply' : String(bytes);
    expected([], `at most ${MAX_USER_DATA_BYTES} bytes of JSON`, got);
  }
  return errors;
}

/** `undefined` if the data is nested too deeply for `JSON.stringify`. */
function encodedBytes(userData: UserData): number | undefined {
  try {
    return Buffer.byteLength(encodeUserData(userData));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function isHttpUrl(text: string): boolean {
  // `URL` accepts a missing host or missing slashes, and trims blanks.
  return /^https?:\/\/[^\s/]/i.test(text) && !/\s/.test(text) && URL.canParse(text);
}
