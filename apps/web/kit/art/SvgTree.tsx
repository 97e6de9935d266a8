/** A tree of SVG elements as React elements. */
import { createElement, type ReactElement } from 'react';
import type { SvgNode } from './svg.ts';

/** Show a drawing. It is seen, not read: what it means stands in the text beside it. */
export function SvgTree(props: { readonly node: SvgNode; readonly className?: string }) {
  const { node, className } = props;
  const { name, attributes, children } = node;
  return createElement(
    name,
    { ...attributes, className, 'aria-hidden': true, focusable: false },
    ...children.map(elementOf),
  );
}

function elementOf({ name, attributes, children }: SvgNode): ReactElement {
  return createElement(name, attributes, ...children.map(elementOf));
}
