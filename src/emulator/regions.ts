/** A feature that the API has in some regions only. */
export type Feature = 'AIMediaDNA' | 'AIVideoTag' | 'AIImage' | 'AIMediaAudit';

const supported: Readonly<Record<Feature, readonly string[]>> = {
  AIMediaDNA: ['cn-beijing', 'cn-shanghai', 'ap-southeast-1'],
  AIVideoTag: ['cn-beijing', 'cn-shanghai'],
  AIImage: ['cn-beijing', 'cn-shanghai'],
  AIMediaAudit: ['cn-beijing', 'cn-shanghai', 'ap-southeast-1'],
};

/** Whether a region has a feature, as the SubmitAIJob, SubmitAIImageJob and AddAITemplate documentation lists them. */
export function isSupported(feature: Feature, region: string): boolean {
  return supported[feature].includes(region);
}
