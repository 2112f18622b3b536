import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  specifiedRules,
  type ValidationRule,
  validate,
  visit,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { badUserInput } from './errors.ts';
import { OperationPlan, plannedDocument } from './plan.ts';
import { documentLimits, parseWithinLimits } from './plugins/limits.ts';

/** The limit of all cached documents together. One document at the limits of tokens and text takes about 1 MB. */
const MAX_BYTES = 32 * 1024 * 1024;
/**
 * The memory of a node of a document with its location, 255 to 310 bytes in documents of 1,300 to 3,700 nodes, and of its share
 * of the plans.
 */
const BYTES_PER_NODE = 640;

/** A valid document, and one of its operations. */
export interface PreparedDocument {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly plan: OperationPlan;
}

/** A document in the cache. */
interface CachedDocument extends ReturnType<typeof plannedDocument> {
  readonly document: DocumentNode;
  readonly nodes: number;
  readonly plans: Map<OperationDefinitionNode, OperationPlan>;
  /** The fields of all its plans. */
  fields: number;
}

export interface DocumentChecks {
  readonly schema: GraphQLSchema;
  /** Rules of validation in addition to GraphQL's own. */
  readonly rules: readonly ValidationRule[];
  /** Throws if the document is not accepted. It is also called for cached documents, because a manifest can change. */
  readonly check?: ((document: DocumentNode) => void) | undefined;
}

/**
 * Parses, checks and validates each document once, and caches it by its text. A cache that counted entries could not bound
 * the memory. An invalid document is not kept.
 */
export class PreparedDocuments {
  readonly #checks: DocumentChecks;
  readonly #documents: LRUCache<string, CachedDocument>;

  constructor(checks: DocumentChecks, maxBytes = MAX_BYTES) {
    this.#checks = checks;
    this.#documents = new LRUCache({ maxSize: maxBytes, sizeCalculation: documentBytes });
  }

  /**
   * Returns the operation with this name, or the only one if there is no name. Throws an error if the request is
   * invalid, or an `AggregateError` if the document has several.
   */
  prepare(text: string, name: string | null | undefined): PreparedDocument {
    const known = this.#documents.get(text);
    const { schema, check } = this.#checks;
    const document = known?.document ?? parseWithinLimits(schema, text);
    check?.(document);
    const definition = getOperationAST(document, name);
    if (!definition) throw operationNameError();
    const cached = known ?? this.#add(text, document);
    return { document, definition, plan: planOf(cached, schema, definition) };
  }

  #add(text: string, document: DocumentNode): CachedDocument {
    this.#validate(document);
    const nodes = countNodes(document);
    const cached = { ...plannedDocument(document), document, nodes, plans: new Map(), fields: 0 };
    this.#documents.set(text, cached);
    return cached;
  }

  #validate(document: DocumentNode): void {
    const { schema, rules } = this.#checks;
    const errors = validate(schema, document, [...specifiedRules, ...rules], {
      maxErrors: documentLimits.validationErrors,
    });
    if (errors.length > 0) throw new AggregateError(errors);
  }
}

function operationNameError(): GraphQLError {
  const message = 'expected the name of one of the operations in the document; got another or none';
  const error = badUserInput([{ field: 'operationName', message }]);
  error.extensions.http = { status: 400 };
  return error;
}

/**
 * Returns the plan of an operation. The cache counts the nodes of a document and not the fields of its plans. So when all plans
 * together have more fields than the document has nodes, the one that grows is dropped. This happens if many operations use the same
 * fragment, or if fields are merged in many ways.
 */
function planOf(
  cached: CachedDocument,
  schema: GraphQLSchema,
  definition: OperationDefinitionNode,
): OperationPlan {
  const { plans } = cached;
  const kept = plans.get(definition);
  if (kept) return kept;
  const plan = new OperationPlan({ ...cached, schema, definition }, () => {
    if (plans.get(definition) !== plan) return;
    cached.fields++;
    if (cached.fields <= cached.nodes) return;
    plans.delete(definition);
    cached.fields -= plan.fields;
  });
  plans.set(definition, plan);
  return plan;
}

function countNodes(document: DocumentNode): number {
  let nodes = 0;
  visit(document, {
    enter() {
      nodes++;
    },
  });
  return nodes;
}

/** Estimates the memory of a cached document: its text in UTF-16, its nodes and its plans. */
function documentBytes({ nodes }: CachedDocument, text: string): number {
  return 1_000 + 2 * text.length + BYTES_PER_NODE * nodes;
}
