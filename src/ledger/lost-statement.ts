/** No response to a statement arrived that says whether it has run. */
export class LostStatementError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error && cause.message ? cause.message : String(cause), { cause });
    this.name = 'LostStatementError';
  }
}
