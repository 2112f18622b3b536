import { operationDenied } from './errors.ts';

/** A feature that only some regions support. */
export type Feature = 'AIMediaDNA' | 'AIVideoTag' | 'AIImage' | 'AIMediaAudit';

const supported: Readonly<Record<Feature, readonly string[]>> = {
  AIMediaDNA: ['cn-beijing', 'cn-shanghai', 'ap-southeast-1'],
  AIVideoTag: ['cn-beijing', 'cn-shanghai'],
  AIImage: ['cn-beijing', 'cn-shanghai'],
  AIMediaAudit: ['cn-beijing', 'cn-shanghai', 'ap-southeast-1'],
};

/** Whether a region supports a feature. Source: the documents of SubmitAIJob, SubmitAIImageJob and AddAITemplate. */
export function isSupported(feature: Feature, region: string): boolean {
  return supported[feature].includes(region);
}

/**
 * Throws `ApiError` (`OperationDenied`) if the region does not support the feature.
 *
 * @param subject the subject of the error message and its verb, e.g. `Image AI is`
 */
export function requireSupport(feature: Feature, region: string, subject = `${feature} is`): void {
  if (isSupported(feature, region)) return;
  throw operationDenied(`${subject} not supported in the region ${region}.`);
}
