import { type SeededChoice, seededChoice } from './seeded-choice.ts';
import { type OrigASRData, speechOf } from './speech.ts';

/** The analyses of a smart tag job. */
export const analyseTypes = ['Face', 'ASR', 'OCR', 'Category', 'Annotation'] as const;

export type AnalyseType = (typeof analyseTypes)[number];

/** The configuration of a smart tag job. */
export interface VideoTagConfig {
  /** Default: all analyses. */
  readonly analyseTypes?: readonly AnalyseType[];
  /** Whether the result includes the original speech data. Requires `ASR`. Default: false. */
  readonly origASRData?: boolean;
}

/** A tag of a video. */
export interface Tag {
  readonly Tag: string;
  /** When the tag is seen or heard: ms from the start, as text. */
  readonly Times?: readonly string[];
  readonly FaceUrl?: string;
}

/** `Data` of a smart tag job. It has only the keys of the requested analyses. */
export interface VideoTagData {
  Person?: Tag[];
  Time?: Tag[];
  Location?: Tag[];
  Keyword?: Tag[];
  Category?: Tag[];
  /** An object for some videos and an array for others, because the API's samples and parameter tables disagree. */
  OrigASRData?: OrigASRData | OrigASRData[];
}

const people = [
  '王小明',
  'Ana Martínez',
  'Grace Okafor',
  '山田 花子',
  'ليلى حداد',
  'Lukas Schmidt',
  '김서연',
];
const shownWords = [
  '直播',
  'BREAKING NEWS',
  '第三集',
  'Kapitel 2',
  '限时优惠',
  'SUBSCRIBE',
  'ニュース速報',
  '¡Gratis!',
];
const categories = ['新闻', '体育', '美食', 'Travel', 'Education', '音乐', 'Technology', '动漫'];
const locations = ['上海', '北京', 'Valencia', 'Marseille', '京都', '室内', 'Stadium', 'القاهرة'];
const times = ['白天', '夜晚', 'spring', '2024年', 'winter', '中秋节'];

/**
 * The results of the requested analyses.
 *
 * @param mediaOrigin serves the faces, such as `http://127.0.0.1:4010`
 */
export function videoTagData(mediaId: string, config: VideoTagConfig, mediaOrigin: string): VideoTagData {
  const wanted = new Set(config.analyseTypes ?? analyseTypes);
  const choice = seededChoice(`tag|${mediaId}`);
  // Every result is generated, so that the result of one analysis does not depend on the other requested ones.
  const { asr, keywords: spoken } = speechOf(choice);
  const durationMs = Number(asr.Duration);
  const isArray = choice.chance(0.5);
  const person = choice.sample(people, choice.integer(1, 3)).map((Tag) => ({
    Tag,
    Times: moments(choice, durationMs),
    FaceUrl: `${mediaOrigin}/face/${choice.hex(32)}.png`,
  }));
  const shown = timed(choice, shownWords, durationMs);
  const category = choice.sample(categories, choice.integer(1, 2)).map((Tag) => ({ Tag }));
  const location = timed(choice, locations, durationMs);
  const time = timed(choice, times, durationMs);

  const data: VideoTagData = {};
  if (wanted.has('Face')) data.Person = person;
  if (wanted.has('Annotation')) {
    data.Time = time;
    data.Location = location;
  }
  if (wanted.has('ASR') || wanted.has('OCR')) {
    data.Keyword = [...(wanted.has('ASR') ? spoken : []), ...(wanted.has('OCR') ? shown : [])];
  }
  if (wanted.has('Category')) data.Category = category;
  if (wanted.has('ASR') && config.origASRData === true) data.OrigASRData = isArray ? [asr] : asr;
  return data;
}

function timed(choice: SeededChoice, tags: readonly string[], durationMs: number): Tag[] {
  return choice
    .sample(tags, choice.integer(1, 3))
    .map((Tag) => ({ Tag, Times: moments(choice, durationMs) }));
}

function moments(choice: SeededChoice, durationMs: number): string[] {
  return Array.from({ length: choice.integer(1, 4) }, () => choice.integer(0, durationMs))
    .sort((a, b) => a - b)
    .map(String);
}
