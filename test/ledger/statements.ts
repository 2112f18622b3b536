import type { KyselyPlugin } from 'kysely';

/** Notes the kinds of all statements that are run. */
export class NotedStatements implements KyselyPlugin {
  readonly kinds: string[] = [];

  transformQuery: KyselyPlugin['transformQuery'] = ({ node }) => {
    this.kinds.push(node.kind);
    return node;
  };

  transformResult: KyselyPlugin['transformResult'] = async ({ result }) => result;
}
