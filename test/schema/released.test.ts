import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { problems } from '../../schema/released.ts';

const released = readFileSync(new URL('../../schema/released.graphql', import.meta.url), 'utf8');

/** The problems of the released schema after a change. */
function after(text: string | RegExp, replacement: string): Promise<readonly string[]> {
  const present = released.replace(text, replacement);
  expect(present).not.toBe(released);
  return problems(released, present);
}

describe('the comparison with the released schema', () => {
  it('accepts the schema itself, and additions', async () => {
    expect(await problems(released, released)).toEqual([]);
    expect(await after('type AIImage {', 'type AIImage {\n  added: Int\n')).toEqual([]);
    expect(await after('enum AIJobStatus {', 'enum AIJobStatus {\n  ADDED\n')).toEqual([]);
    expect(await after('input DeleteAIImagesInput {', 'input DeleteAIImagesInput {\n  added: Int\n')).toEqual(
      [],
    );
  });

  it.each([
    ['a removed field', /"""[^"]*"""\s+completedAt: DateTime\n/, '', 'AIJob.completedAt'],
    ['a changed type', '  score: Float\n', '  score: String\n', 'AIImage.score'],
    ['a nullable field', '  url: String!\n', '  url: String\n', 'AIImage.url'],
    ['a removed enum value', /"""[^"]*"""\s+GIF\n/, '', 'AIImageFormat.GIF'],
    ['a required input', '  pipelineId: ID\n', '  pipelineId: ID!\n', 'SubmitAIImageJobInput.pipelineId'],
    ['a removed member of a union', 'MediaDNAResult | VideoTagResult', 'VideoTagResult', 'AIJobResult'],
    ['a field that can be null without an error', /\): Video @semanticNonNull/, '): Video', 'Query.aiVideo'],
  ])('rejects %s', async (_, text, replacement, path) => {
    const [problem] = await after(text, replacement);
    expect(problem).toContain(path);
  });

  it('requires a deprecation to name its replacement', async () => {
    const deprecated = (reason: string) => `  data: String @deprecated(reason: "${reason}")\n`;
    expect(await after('  data: String\n', deprecated('Use `result`.'))).toEqual([]);
    expect(await after('  data: String\n', deprecated('Outdated.'))).toEqual([
      'AIJob.data: expected a reason that names the replacement; got "Outdated."',
    ]);
  });
});
