/**
 * The jobs that the upstream tells of. What a job is follows from its id: one that starts with {@link FINISHED} has
 * finished, every other is being processed, and all of them exist.
 */

/** How the id of a finished job starts. */
export const FINISHED = 'f';
/** How the id of a job starts that is still being processed. */
export const UNFINISHED = 'e';

/** The id of the job with a number, in the length of a real one. `wrk.lua` makes the same. */
export function jobId(prefix: string, number: number): string {
  return prefix + number.toString(16).padStart(31, '0');
}

const sentences = [
  '嗯。',
  '听不厌。',
  'hello，中午好。',
  'The goods arrive at the harbour in the morning.',
  '留言。',
];
const tags = ['海滩', 'harbour', '山田 花子', 'container ship', '2020年6月', 'Shanghai', '新闻'];

function tagged(count: number, offset: number) {
  return Array.from({ length: count }, (_, i) => ({
    Tag: tags[(i + offset) % tags.length],
    Times: Array.from({ length: 4 }, (_, j) => String(1_000 * (i + offset) + 700 * j)),
  }));
}

/**
 * `Data` of a finished smart-tag job on a video of three minutes: about four kilobytes, tags of all kinds and the
 * speech, in the structure of ListAIJob's own sample.
 */
export const DATA = JSON.stringify({
  Person: tagged(2, 2).map((person) => ({ ...person, FaceUrl: 'http://127.0.0.1/faces/1.jpg' })),
  Time: tagged(2, 4),
  Location: tagged(3, 5),
  Keyword: tagged(12, 0),
  Category: tagged(2, 6),
  OrigASRData: {
    AsrTextList: Array.from({ length: 24 }, (_, i) => ({
      EndTime: 7_500 * i + 6_000,
      StartTime: 7_500 * i,
      Text: sentences[i % sentences.length],
      ChannelId: 0,
      SpeechRate: 85,
    })),
    Duration: '180016',
  },
});

const MEDIA_ID = 'a718a3a1e86bb42ee3bc88921e9b4d3a';
const common = `"Type":"AIVideoTag","MediaId":"${MEDIA_ID}","CreationTime":"2020-06-28T02:04:32Z"`;
// Made once: what the upstream spends, the servers under test cannot have.
const finished =
  `{"Status":"success",${common},"CompleteTime":"2020-06-28T02:04:47Z","Code":"0","Message":"OK",` +
  `"Data":${JSON.stringify(DATA)},"JobId":"`;
const unfinished = `{"Status":"processing",${common},"JobId":"`;

/** A job as an element of ListAIJob's answer, as JSON. */
export function wireJob(id: string): string {
  return `${id.startsWith(FINISHED) ? finished : unfinished}${id}"}`;
}

/** What the benchmark's query has to give for a job. */
export function expectedJob(id: string) {
  const isFinished = id.startsWith(FINISHED);
  return {
    id,
    type: 'VIDEO_TAG',
    status: isFinished ? 'SUCCESS' : 'PROCESSING',
    video: { id: MEDIA_ID },
    data: isFinished ? DATA : null,
  };
}
