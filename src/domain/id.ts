/** The most ids that one query field may ask for. */
export const MAX_IDS = 100;

/** What an id has to look like: it travels in a comma-joined list. */
export const ID_RULE = '1 to 64 characters without commas, blanks or control characters';

/** Whether the text can be the id of a job, a video, a template or a pipeline: see {@link ID_RULE}. */
export function isId(text: string): boolean {
  return /^[^\s,\p{Cc}\p{Cs}]{1,64}$/u.test(text);
}

/** Tells what came in an id's place, short and printable. */
export function describeText(text: string): string {
  if (text === '') return 'an empty text';
  const characters = [...text].length;
  return characters > 64 ? `${characters} characters` : JSON.stringify(text);
}
