/** A tree of SVG elements, which a writer makes text of and React makes elements of. */

/** The elements that drawings here are made of. */
export type SvgName =
  | 'svg'
  | 'g'
  | 'defs'
  | 'rect'
  | 'circle'
  | 'ellipse'
  | 'path'
  | 'linearGradient'
  | 'radialGradient'
  | 'stop'
  | 'mask'
  | 'clipPath';

/** Attributes by the names that React has for them, such as `strokeWidth`. Never `style`. */
export type SvgAttributes = Readonly<Record<string, string | number>>;

/** One element and what it holds. There is no text in a drawing. */
export type SvgNode = {
  readonly name: SvgName;
  readonly attributes: SvgAttributes;
  readonly children: readonly SvgNode[];
};

/** Make an element. */
export function element(
  name: SvgName,
  attributes: SvgAttributes,
  children: readonly SvgNode[] = [],
): SvgNode {
  return { name, attributes, children };
}

/** The drawing as an XML string, for an image of its own. */
export function writeSvg(node: SvgNode): string {
  const attributes = Object.entries(node.attributes)
    .map(([name, value]) => ` ${xmlName(name)}="${escaped(String(value))}"`)
    .join('');
  const inner = node.children.map(writeSvg).join('');
  return inner === ''
    ? `<${node.name}${attributes}/>`
    : `<${node.name}${attributes}>${inner}</${node.name}>`;
}

/** A coordinate with at most one decimal: finer than a screen shows, and short. */
export function point(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Points a step apart on the way from a first to a last, both counted in. */
export function steps(first: number, last: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor((last - first) / step + 1e-6) + 1 }, (_, index) => {
    return first + index * step;
  });
}

/** The SVG attributes that keep their capitals; in all others they stand for a hyphen. */
const capitals = new Set([
  'viewBox',
  'gradientUnits',
  'gradientTransform',
  'maskUnits',
  'clipPathUnits',
  'pathLength',
  'preserveAspectRatio',
]);

function xmlName(name: string): string {
  return capitals.has(name) ? name : name.replace(/[A-Z]/g, (big) => `-${big.toLowerCase()}`);
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
