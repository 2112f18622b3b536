import { seededChoice } from './seeded-choice.ts';

/** A segment of a video. Both values are seconds as text. */
interface Span {
  readonly Start: string;
  readonly Duration: string;
}

/** `Data` of a video DNA job. */
export interface MediaDnaData {
  readonly VideoDNA: readonly {
    /** The media id of the similar video. */
    readonly PrimaryKey: string;
    /** 0…1, as text. */
    readonly Similarity: string;
    readonly Detail: readonly { readonly Input: Span; readonly Duplication: Span }[];
  }[];
}

/**
 * The videos that can be similar to others. Any id of a video exists in the emulator; the embedded emulator has jobs on
 * these from the start.
 */
const exampleVideos = Array.from({ length: 7 }, (_, index) => `example-video-${index}`);
/** The length of the emulator's video, `media/video.webm`. */
const videoSeconds = 120;
const maxDuration = 25;

/** The videos that are similar to a video: zero to three, most similar first. */
export function mediaDnaData(mediaId: string): MediaDnaData {
  const choice = seededChoice(`dna|${mediaId}`);
  const similarities = Array.from({ length: choice.integer(0, 3) }, () => choice.integer(55, 100))
    .sort((a, b) => b - a)
    .map((percent) => (percent / 100).toFixed(2));
  const similar = choice.sample(
    exampleVideos.filter((video) => video !== mediaId),
    similarities.length,
  );
  return {
    VideoDNA: similarities.map((Similarity, match) => ({
      PrimaryKey: similar[match] ?? mediaId,
      Similarity,
      Detail: Array.from({ length: choice.integer(1, 3) }, (_, index) => {
        const Duration = (choice.integer(20, maxDuration * 10) / 10).toFixed(1);
        return {
          Input: { Start: (index * 30 + choice.integer(0, 40) / 10).toFixed(1), Duration },
          Duplication: {
            Start: (choice.integer(0, (videoSeconds - maxDuration) * 10) / 10).toFixed(1),
            Duration,
          },
        };
      }),
    })),
  };
}
