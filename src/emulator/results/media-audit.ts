import { seededChoice } from './seeded-choice.ts';

/** Results of automated review, in the format of GetAIMediaAuditJob's document: scores are texts, counts are numbers. */

const subjects = {
  Porn: ['porn', 'sexy', 'normal'],
  Terrorism: ['normal', 'bloody', 'weapon', 'crowd', 'flag'],
  Ad: ['normal', 'ad', 'qrcode', 'contraband'],
  Live: ['normal', 'meaningless', 'PIP', 'smoking'],
  Logo: ['normal', 'TV', 'trademark'],
} as const;

type Subject = keyof typeof subjects;
const subjectNames = Object.keys(subjects) as readonly Subject[];

/** A frame in which something was found. */
interface Frame {
  readonly Subject: Subject;
  readonly Label: string;
  readonly Score: string;
  readonly Timestamp: string;
  readonly Url: string;
}

/** The frames of a medium with violations and suspicions, in the order of time. */
function framesOf(mediaId: string): readonly Frame[] {
  const choice = seededChoice(`audit|${mediaId}`);
  return Array.from({ length: choice.integer(0, 45) }, (_, index) => {
    const Subject = choice.pick(subjectNames);
    const Timestamp = String(index * 2_000);
    return {
      Subject,
      Label: choice.pick(subjects[Subject].filter((label) => label !== 'normal')),
      Score: (choice.integer(500_000, 999_999) / 10_000).toFixed(10),
      Timestamp,
      Url: `http://vod-emulator.example.com/${encodeURIComponent(mediaId)}/audit/${Timestamp}.jpg`,
    };
  });
}

function suggestionOf(scores: readonly { readonly Score: string }[]): 'pass' | 'review' | 'block' {
  const highest = Math.max(0, ...scores.map(({ Score }) => Number(Score)));
  return highest >= 90 ? 'block' : highest > 0 ? 'review' : 'pass';
}

function wireLabel(subject: Subject): string {
  return subject.toLowerCase();
}

/** `Data` of a review job, and `MediaAuditResult` of its medium. */
export function mediaAuditData(mediaId: string, isImage = false) {
  return isImage ? imageData(mediaId) : videoData(mediaId);
}

function videoData(mediaId: string) {
  const frames = framesOf(mediaId);
  const found = subjectNames.filter((subject) => frames.some(({ Subject }) => Subject === subject));
  const Suggestion = suggestionOf(frames);
  const results = subjectNames.map((subject) => {
    const own = frames.filter(({ Subject }) => Subject === subject);
    const scores = own.map(({ Score }) => Number(Score));
    const [top] = own;
    const labels = [...new Set(own.map(({ Label }) => Label))];
    const result = {
      Suggestion: suggestionOf(own),
      Label: top?.Label ?? 'normal',
      MaxScore: Math.max(0, ...scores).toFixed(10),
      AverageScore: (scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length)).toFixed(10),
      CounterList: labels.map((label) => ({
        Label: label,
        Count: own.filter(({ Label }) => Label === label).length,
      })),
      TopList: own
        .map(({ Subject: _, ...frame }) => frame)
        .sort((a, b) => Number(b.Score) - Number(a.Score))
        .slice(0, 10),
    };
    return [`${subject}Result`, result] as const;
  });
  return {
    Suggestion,
    Label: found.map(wireLabel).join(',') || 'normal',
    AbnormalModules: found.length > 0 ? 'video' : undefined,
    VideoResult: {
      Suggestion,
      Label: found[0] ? wireLabel(found[0]) : 'normal',
      ...Object.fromEntries(results),
    },
    ImageResult: imageResult(mediaId, 'cover'),
    TextResult: [
      {
        Type: 'title',
        Content: `Title of ${mediaId}`,
        Scene: 'antispam',
        Label: 'normal',
        Score: '99.9100000000',
        Suggestion: 'pass',
      },
    ],
    AudioResult: [{ Scene: 'antispam', Label: 'normal', Score: '99.9100000000', Suggestion: 'pass' }],
  };
}

function imageData(mediaId: string) {
  const ImageResult = imageResult(mediaId, 'cover');
  return { Suggestion: 'pass', Label: 'normal', ImageResult };
}

/** A sample divides the result of one image into two elements. A fixed half of the media has this format. */
function imageResult(mediaId: string, Type: string) {
  const choice = seededChoice(`audit image|${mediaId}`);
  const image = {
    Type,
    Url: `http://vod-emulator.example.com/${encodeURIComponent(mediaId)}/cover.jpg`,
    Suggestion: 'pass',
    Label: 'normal',
  };
  const Result = subjectNames.map((subject) => ({
    Scene: wireLabel(subject),
    Label: 'normal',
    Score: (choice.integer(950_000, 1_000_000) / 10_000).toFixed(2),
    Suggestion: 'pass',
  }));
  return choice.chance(0.5) ? [{ ...image, Result }] : [image, { Result }];
}

/** `MediaAuditResultTimeline` of a video. */
export function mediaAuditTimeline(mediaId: string) {
  const frames = framesOf(mediaId);
  const entriesOf = (subject: Subject) =>
    frames
      .filter(({ Subject }) => Subject === subject)
      .map(({ Label, Score, Timestamp }) => ({ Label, Score, Timestamp }));
  return Object.fromEntries(subjectNames.map((subject) => [subject, entriesOf(subject)]));
}

const framesPerPage = 20;

/** One page of `MediaAuditResultDetail` of a video. The first page is 1. */
export function mediaAuditDetail(mediaId: string, page: number) {
  const frames = framesOf(mediaId);
  const List = frames
    .slice((page - 1) * framesPerPage, page * framesPerPage)
    .map(({ Subject, Label, Score, Timestamp, Url }) => ({
      [`${Subject}Label`]: Label,
      [`${Subject}Score`]: Score,
      Timestamp,
      Url,
    }));
  return { Total: frames.length, List };
}

const sentencesPerPage = 20;

/** `MediaAuditAudioResultDetail` of a video: one page, or everything without a page. Times are seconds. */
export function mediaAuditAudioDetail(mediaId: string, page: number | undefined) {
  const choice = seededChoice(`audit audio|${mediaId}`);
  const sentences = Array.from({ length: choice.integer(1, 45) }, (_, index) => ({
    StartTime: index * 3,
    EndTime: index * 3 + choice.integer(1, 3),
    Label: choice.pick(['normal', 'normal', 'spam', 'abuse']),
    Text: `Sentence ${index + 1}`,
  }));
  return {
    Total: Math.ceil(sentences.length / sentencesPerPage),
    PageTotal: page ?? 1,
    List: page ? sentences.slice((page - 1) * sentencesPerPage, page * sentencesPerPage) : sentences,
  };
}
