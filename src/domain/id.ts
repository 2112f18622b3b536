/** The maximum number of ids per GraphQL field. */
export const MAX_IDS = 100;

/** The format of an id, for error messages. Commas are excluded because ids are sent in comma-separated lists. */
export const ID_RULE = '1 to 64 characters without commas, blanks or control characters';

/** Whether a text follows {@link ID_RULE}. Applies to jobs, videos, templates and pipelines. */
export function isId(text: string): boolean {
  return /^[^\s,\p{Cc}\p{Cs}]{1,64}$/u.test(text);
}

/** Describes a received text in an error message. Quotes up to 64 characters. */
export function describeText(text: string): string {
  if (text === '') return 'an empty text';
  const characters = [...text].length;
  return characters > 64 ? `${characters} characters` : JSON.stringify(text);
}
