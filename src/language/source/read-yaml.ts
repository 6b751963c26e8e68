import { isScalar, LineCounter, parseAllDocuments, type Document } from 'yaml';

import type { Fault } from '../../core/errors.ts';
import { locate, type Located, type Path } from './located.ts';
import { NodeReader, type YamlFault } from './read-node.ts';
import { limits, tooDeepAt, utf8Length } from './yaml-limits.ts';

/** A text with the name by which its faults are reported. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** Whether a fault points at a key or at the value behind it. */
export type Spot = 'key' | 'value';

/** One YAML document that is well formed; what it means is not known yet. */
export class SourceDocument {
  readonly file: string;
  readonly root: Located;
  /** This document's own part of the file, enough to parse it again. */
  readonly text: string;
  readonly #lines: LineCounter;

  constructor(file: string, root: Located, text: string, lines: LineCounter) {
    this.file = file;
    this.root = root;
    this.text = text;
    this.#lines = lines;
  }

  /** A fault at `path`, or at the nearest thing above it that is written. */
  fault(path: Path, message: string, spot: Spot = 'value'): Fault {
    const found = locate(this.root, path);
    return faultAt(this.file, this.#lines, {
      at: spot === 'key' ? found.keyAt : found.at,
      message,
    });
  }
}

/** Splits a file into its documents. Every YAML fault is reported; a document that has one is left out. */
export function readYaml(source: SourceFile): { documents: SourceDocument[]; faults: Fault[] } {
  const lines = new LineCounter();
  const refused = refuseBySize(source.text);
  if (refused !== null) {
    for (let at = source.text.indexOf('\n'); at >= 0; at = source.text.indexOf('\n', at + 1)) {
      lines.addNewLine(at + 1);
    }
    return { documents: [], faults: [faultAt(source.name, withFirstLine(lines), refused)] };
  }
  const composed = compose(source.text, lines);
  if (composed === null) {
    const message = `nested deeper than ${limits.depth} levels`;
    return { documents: [], faults: [{ file: source.name, line: 1, column: 1, message }] };
  }
  const documents: SourceDocument[] = [];
  const faults: Fault[] = [];
  for (const document of composed) {
    const read = readOne(document);
    faults.push(...read.faults.map((fault) => faultAt(source.name, lines, fault)));
    if (read.root === null) continue;
    const text = source.text.slice(document.range[0], document.range[2]);
    documents.push(new SourceDocument(source.name, read.root, text, lines));
  }
  if (documents.length === 0 && faults.length === 0) {
    faults.push({ file: source.name, line: 1, column: 1, message: 'this file holds no document' });
  }
  return { documents, faults };
}

/** Null when the composer ran out of stack: indentation alone can still nest a few thousand levels. */
function compose(text: string, lineCounter: LineCounter): Document.Parsed[] | null {
  try {
    const composed = parseAllDocuments(text, {
      version: '1.2',
      uniqueKeys: false,
      prettyErrors: false,
      lineCounter,
      logLevel: 'silent',
    });
    return Array.isArray(composed) ? composed : [];
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function withFirstLine(lines: LineCounter): LineCounter {
  lines.lineStarts.unshift(0);
  return lines;
}

function refuseBySize(text: string): YamlFault | null {
  if (utf8Length(text) > limits.bytes) {
    return {
      at: 0,
      message: `larger than ${limits.bytes / 1024} KiB; split it into several files`,
    };
  }
  const deep = tooDeepAt(text);
  return deep === null ? null : { at: deep, message: `nested deeper than ${limits.depth} levels` };
}

function readOne(document: Document.Parsed): { root: Located | null; faults: YamlFault[] } {
  const syntax = syntaxFaults(document);
  if (syntax.length > 0) return { root: null, faults: syntax };
  if (document.contents === null || document.contents.range === undefined) {
    return { root: null, faults: [] };
  }
  if (isEmpty(document)) return { root: null, faults: [] };
  const reader = new NodeReader();
  const root = reader.read(document.contents, document.contents.range[0]);
  return { root: reader.faults.length > 0 ? null : root, faults: reader.faults };
}

/** A document between two `---` that says nothing. */
function isEmpty(document: Document.Parsed): boolean {
  const { contents } = document;
  return isScalar(contents) && contents.value === null && contents.source === '';
}

function syntaxFaults(document: Document.Parsed): YamlFault[] {
  const { explicit, version } = document.directives.yaml;
  if (explicit === true && version !== '1.2') {
    const message = `\`%YAML ${version}\` is not allowed; policies are YAML 1.2`;
    return [{ at: document.range[0], message }];
  }
  const [first] = document.errors;
  // What follows the first syntax error of a document is mostly its echo.
  return first === undefined
    ? []
    : [{ at: first.pos[0], message: `not valid YAML: ${lowerFirst(first.message)}` }];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function faultAt(file: string, lines: LineCounter, fault: YamlFault): Fault {
  const { line, col } = lines.linePos(fault.at);
  return { file, line: Math.max(1, line), column: Math.max(1, col), message: fault.message };
}
