import type { SeededChoice } from './seeded-choice.ts';

/** One sentence of the original speech data. */
export interface ASRText {
  /** ms. */
  readonly StartTime: number;
  /** ms. */
  readonly EndTime: number;
  readonly Text: string;
  readonly ChannelId: number;
  /** Characters per minute. */
  readonly SpeechRate: number;
}

/** `OrigASRData` of a smart tag job. */
export interface OrigASRData {
  readonly AsrTextList: readonly ASRText[];
  /** ms, as text. */
  readonly Duration: string;
}

/** The sentences of a speech and those of their words that become keywords. */
interface Speech {
  readonly sentences: readonly string[];
  readonly keywords: readonly string[];
}

const speeches: readonly Speech[] = [
  {
    sentences: [
      '大家好,欢迎收看今天的节目。',
      '今天我们来聊一聊视频内容的智能分析。',
      '嗯。',
      '首先,请看这张图。',
      '它把声音、画面和文字放在一起理解。',
      '这样一来,搜索就变得非常方便。',
      'hello,中午好。',
      '感谢您的观看,我们下期再见!',
    ],
    keywords: ['智能分析', '搜索', '节目'],
  },
  {
    sentences: [
      'Good evening, and welcome back to the show.',
      "Let's take a look at tonight's headlines.",
      'The harbour was closed for most of the morning.',
      'Engineers say that the new bridge will open in spring.',
      '"It took us four years," one of them told me.',
      'And now, over to the weather.',
      'Thanks for watching; see you tomorrow.',
    ],
    keywords: ['headlines', 'harbour', 'bridge', 'weather'],
  },
  {
    sentences: [
      'みなさん、こんにちは。',
      '今日は京都の小さな喫茶店を紹介します。',
      'ここのコーヒーは、本当においしいです。',
      '窓からは、桜がよく見えますね。',
      'ぜひ一度、訪れてみてください。',
      'ご視聴ありがとうございました。',
    ],
    keywords: ['京都', '喫茶店', 'コーヒー', '桜'],
  },
  {
    sentences: [
      '¡Hola a todos! Bienvenidos a la cocina.',
      'Hoy vamos a preparar una tortilla de patatas.',
      'Primero, pelamos y cortamos las patatas.',
      '¿Con cebolla o sin cebolla? Eso lo decides tú.',
      'La dejamos a fuego lento unos diez minutos.',
      '¡Buen provecho!',
    ],
    keywords: ['cocina', 'tortilla', 'patatas', 'cebolla'],
  },
  {
    sentences: [
      'مرحباً بكم في نشرة الأخبار.',
      'افتُتح اليوم معرض الكتاب في القاهرة.',
      'يشارك فيه أكثر من ألف ناشر.',
      'ويستمر المعرض حتى نهاية الشهر.',
      'شكراً لمتابعتكم.',
    ],
    keywords: ['الأخبار', 'معرض الكتاب', 'القاهرة'],
  },
  {
    sentences: [
      '여러분, 안녕하세요.',
      '오늘 경기는 정말 치열했습니다.',
      '후반 30분에 첫 골이 나왔죠.',
      '팬들의 응원 소리가 경기장을 가득 채웠습니다.',
      '다음 경기에서 뵙겠습니다.',
    ],
    keywords: ['경기', '골', '응원'],
  },
  {
    sentences: [
      'Bonjour à toutes et à tous.',
      "Aujourd'hui, nous visitons le vieux port de Marseille.",
      'Ici, les pêcheurs arrivent dès cinq heures du matin.',
      "C'est un spectacle à ne pas manquer !",
      'À bientôt pour une nouvelle étape.',
    ],
    keywords: ['Marseille', 'vieux port', 'pêcheurs'],
  },
];

/** The speech of a video: consecutive sentences with pauses between them, and the keywords with their times (ms as text). */
export function speechOf(choice: SeededChoice): {
  asr: OrigASRData;
  keywords: { Tag: string; Times: string[] }[];
} {
  const speech = choice.pick(speeches);
  const isTwoChannel = choice.chance(0.25);
  let time = choice.integer(0, 2000);
  const AsrTextList = speech.sentences.map((Text): ASRText => {
    const SpeechRate = choice.integer(150, 420);
    const StartTime = time;
    const EndTime = StartTime + Math.round((Text.length / SpeechRate) * 60_000);
    time = EndTime + choice.integer(200, 2500);
    return { EndTime, StartTime, Text, ChannelId: isTwoChannel ? choice.integer(0, 1) : 0, SpeechRate };
  });
  const keywords = speech.keywords.map((Tag) => ({
    Tag,
    Times: AsrTextList.filter(({ Text }) => Text.includes(Tag)).map(({ StartTime }) => String(StartTime)),
  }));
  return { asr: { AsrTextList, Duration: String(time) }, keywords };
}
