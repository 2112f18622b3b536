import { type DocumentNode, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';

/** The limit of all cached documents together. One document at the limits of tokens and text takes about 1 MB. */
const MAX_BYTES = 32 * 1024 * 1024;
/** The memory of a node of a document with its location: 255 to 310 bytes in documents of 1,300 to 3,700 nodes. */
const BYTES_PER_NODE = 320;

/**
 * Caches parsed and validated documents by their text. Yoga's own cache counts entries, so a thousand long documents
 * exhaust the memory, and it keeps the errors of invalid documents. Here an invalid document is not kept.
 */
export function useDocumentCache(maxBytes = MAX_BYTES): Plugin {
  const documents = new LRUCache<string, DocumentNode>({ maxSize: maxBytes, sizeCalculation: documentBytes });
  /** The texts of documents that are being validated, and those of the cache. */
  const texts = new WeakMap<DocumentNode, string>();
  const valid = new WeakSet<DocumentNode>();
  return {
    onParse({ params: { source }, setParsedDocument }) {
      const text = String(source);
      const cached = documents.get(text);
      if (cached) {
        setParsedDocument(cached);
        return undefined;
      }
      return ({ result }) => {
        if (result && !(result instanceof Error)) texts.set(result, text);
      };
    },
    onValidate({ params: { documentAST }, setResult }) {
      if (valid.has(documentAST)) {
        setResult([]);
        return undefined;
      }
      return ({ valid: isValid }) => {
        const text = texts.get(documentAST);
        if (!isValid || text === undefined) return;
        documents.set(text, documentAST);
        valid.add(documentAST);
      };
    },
  };
}

/** Estimates the memory of a cached document: its text in UTF-16 and its nodes. */
function documentBytes(document: DocumentNode, text: string): number {
  let nodes = 0;
  visit(document, {
    enter() {
      nodes++;
    },
  });
  return 1_000 + 2 * text.length + BYTES_PER_NODE * nodes;
}
