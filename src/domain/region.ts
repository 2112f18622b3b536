/** The AI features of VOD. Their availability differs by region. */
export type Feature = AIJobFeature | 'IMAGE_AI' | 'MEDIA_AUDIT';
type AIJobFeature = 'MEDIA_DNA' | 'VIDEO_TAG';

/**
 * The regions of VOD and the AI features in each. Source: the SubmitAIJob, SubmitAIImageJob and AddAITemplate
 * documents.
 *
 * An older SubmitAIJob document limits smart tags in `cn-beijing` to faces. The current one does not, so the API
 * decides.
 */
const features = {
  'cn-shanghai': ['MEDIA_DNA', 'VIDEO_TAG', 'IMAGE_AI', 'MEDIA_AUDIT'],
  'cn-beijing': ['MEDIA_DNA', 'VIDEO_TAG', 'IMAGE_AI', 'MEDIA_AUDIT'],
  'cn-shenzhen': [],
  'cn-hongkong': [],
  'cn-north-2-gov-1': [],
  'ap-southeast-1': ['MEDIA_DNA', 'MEDIA_AUDIT'],
  'ap-southeast-5': [],
  'ap-northeast-1': [],
  'eu-central-1': [],
  'us-west-1': [],
  'me-central-1': [],
} as const satisfies Record<string, readonly Feature[]>;

/** The id of a VOD region. */
export type Region = keyof typeof features;

/** The ids of all regions. */
export const regions = Object.keys(features) as readonly Region[];

/** Whether a text is the id of a region. */
export function isRegion(value: string): value is Region {
  return Object.hasOwn(features, value);
}

/** Whether the region offers the feature. */
export function supports(region: Region, feature: Feature): boolean {
  const offered: readonly Feature[] = features[region];
  return offered.includes(feature);
}

/** The regions that offer the feature. */
export function regionsWith(feature: Feature): readonly Region[] {
  return regions.filter((region) => supports(region, feature));
}
