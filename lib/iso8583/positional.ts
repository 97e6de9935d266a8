/** A text cut at fixed places: what several data elements are inside. */
import { Iso8583Error } from './field.ts';

/** A text cut at fixed places, both ways. Both throw `Iso8583Error`. */
export type Positional<T> = {
  build(values: T): string;
  parse(text: string): T;
};

/**
 * Make both ways from parts in order with their lengths. Those from the `required`th on may be missing from the right;
 * `rest` takes what is left.
 */
export function positional<T extends { readonly [K in keyof T]?: string }>(
  path: string,
  required: number,
  parts: readonly (readonly [keyof T & string, number | 'rest'])[],
): Positional<T> {
  const refuse = (index: number, offset: number): Iso8583Error =>
    new Iso8583Error(`${parts[index]?.[0] ?? 'the end'} does not fit`, {
      offset,
      path: `${path}.${index + 1}`,
    });
  return {
    build(values) {
      let text = '';
      let missing = false;
      for (const [index, [name, length]] of parts.entries()) {
        const value: string | undefined = values[name];
        const fits = length === 'rest' ? value !== '' : value?.length === length;
        if (value === undefined ? index < required : missing || !fits) {
          throw refuse(index, text.length);
        }
        missing ||= value === undefined;
        text += value ?? '';
      }
      return text;
    },
    parse(text) {
      const values: Record<string, string> = {};
      let offset = 0;
      for (const [index, [name, length]] of parts.entries()) {
        if (offset === text.length && index >= required) break;
        const end = length === 'rest' ? text.length : offset + length;
        if (end > text.length) throw refuse(index, offset);
        values[name] = text.slice(offset, end);
        offset = end;
      }
      if (offset < text.length) throw refuse(parts.length, offset);
      return values as T;
    },
  };
}
