import type { Abstract, FactoryProvider } from '@nestjs/common';

/** Names a port or a class, as both type and injection token, or a value that has a symbol. */
type Token<Part> = Abstract<Part> | symbol;

/**
 * Provides a plain class, built from the given parts. They are named in the order of its
 * constructor; the compiler refuses any other.
 */
export function built<Parts extends readonly unknown[], Built>(
  type: new (...parts: Parts) => Built,
  ...inject: { readonly [Index in keyof Parts]: Token<Parts[Index]> }
): FactoryProvider<Built> {
  return {
    provide: type,
    useFactory: (...parts: unknown[]) => new type(...(parts as unknown as Parts)),
    inject: [...inject],
  };
}
