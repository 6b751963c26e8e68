import { isAlias, isMap, isScalar, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';

import type { Located } from './located.ts';
import { limits } from './yaml-limits.ts';

/** Something in the YAML itself that is not allowed here. */
export interface YamlFault {
  readonly at: number;
  readonly message: string;
}

const nothing: ReadonlyMap<string | number, Located> = new Map();

/**
 * Turns composed YAML nodes into located plain values, and refuses what makes a policy hard to
 * read or a small file large: aliases, anchors, tags, keys that are not text, keys given twice.
 */
export class NodeReader {
  readonly faults: YamlFault[] = [];

  read(node: unknown, keyAt: number, depth = 1): Located {
    const at = offsetOf(node) ?? keyAt;
    if (depth > limits.depth && (isMap(node) || isSeq(node))) {
      this.refuse(at, `nested deeper than ${limits.depth} levels`);
      return { value: null, at, keyAt, children: nothing };
    }
    this.refuseExtras(node, at);
    if (isMap(node)) return this.readMap(node, at, keyAt, depth);
    if (isSeq(node)) return this.readList(node, at, keyAt, depth);
    const value: unknown = isScalar(node) ? node.value : null;
    return { value, at, keyAt, children: nothing };
  }

  private readMap(map: YAMLMap, at: number, keyAt: number, depth: number): Located {
    const children = new Map<string, Located>();
    for (const { key, value } of map.items) {
      const start = offsetOf(key) ?? at;
      this.refuseExtras(key, start);
      if (!isScalar(key) || typeof key.value !== 'string') {
        this.refuse(start, 'a key must be text; put it in quotes');
      } else if (children.has(key.value)) {
        this.refuse(start, `\`${key.value}\` is given twice; keep one`);
      } else {
        children.set(key.value, this.read(value, start, depth + 1));
      }
    }
    const entries = [...children].map(([key, child]) => [key, child.value] as const);
    return { value: Object.fromEntries(entries), at, keyAt, children };
  }

  private readList(list: YAMLSeq, at: number, keyAt: number, depth: number): Located {
    const items = list.items.map((item) => this.read(item, offsetOf(item) ?? at, depth + 1));
    const children = new Map(items.map((item, index) => [index, item] as const));
    return { value: items.map((item) => item.value), at, keyAt, children };
  }

  private refuseExtras(node: unknown, at: number): void {
    if (isAlias(node)) {
      this.refuse(at, `aliases such as \`*${node.source}\` are not allowed; write the value out`);
      return;
    }
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) return;
    if (node.anchor !== undefined) {
      this.refuse(at, `anchors such as \`&${node.anchor}\` are not allowed; write the value out`);
    }
    if (node.tag !== undefined) {
      this.refuse(at, `tags such as \`${node.tag}\` are not allowed; leave it out`);
    }
  }

  private refuse(at: number, message: string): void {
    this.faults.push({ at, message });
  }
}

function offsetOf(node: unknown): number | undefined {
  if (!isMap(node) && !isSeq(node) && !isScalar(node) && !isAlias(node)) return undefined;
  return node.range?.[0];
}
