/** Pointer and keys over the panes: what is pointed at lights all its places, without anything being drawn anew. */
import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
} from 'react';
import type { Field } from './fields.ts';
import { focusOf, type Linkage, light } from './linkage.ts';

/** What is lit, and who walks. */
export type Lighting = {
  readonly linkage: Linkage;
  readonly fields: readonly Field[];
  readonly causes: readonly string[];
  /** Show the node so many steps on. */
  readonly onWalk?: (step: -1 | 1) => void;
};

/** The handlers of the element that holds all places. */
export function useLighting({ linkage, fields, causes, onWalk }: Lighting) {
  const root = useRef<HTMLElement>(null);
  const origin = useRef<Element>(null);
  useLayoutEffect(() => {
    const draw = () => {
      if (root.current === null) return;
      const covers = (key: string) => fields.find((one) => one.key === key)?.covers ?? [key];
      light(root.current, linkage.shown(), covers, causes, origin.current);
    };
    origin.current = null;
    draw();
    // Faces that come late move what was brought into sight.
    void document.fonts.ready.then(draw);
    return linkage.subscribe(draw);
  }, [linkage, fields, causes]);
  const point = (target: EventTarget) => {
    origin.current = target instanceof Element ? target : null;
    linkage.point(focusOf(target));
  };
  const keys = useKeys(root, linkage, fields, onWalk);
  return {
    root,
    handlers: {
      onPointerOver: ({ target, pointerType }: PointerEvent) => {
        if (pointerType !== 'touch') point(target);
      },
      onPointerLeave: () => linkage.point(undefined),
      onFocus: ({ target }: FocusEvent) => {
        if (!target.matches(':focus-visible')) return;
        rove(root.current, target);
        point(target);
      },
      onBlur: () => linkage.point(undefined),
      onClick: ({ target }: MouseEvent) => {
        const focus = focusOf(target);
        origin.current = target instanceof Element ? target : null;
        if (focus !== undefined) linkage.pin(focus);
      },
      onKeyDown: keys,
    },
  };
}

/** Keys count wherever the focus is on the page, but not where somebody types. */
function useKeys(
  root: RefObject<HTMLElement | null>,
  linkage: Linkage,
  fields: readonly Field[],
  onWalk: Lighting['onWalk'],
): (event: KeyboardEvent) => void {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === '[') onWalk?.(-1);
      else if (event.key === ']') onWalk?.(1);
      else if (event.key === 'Escape') free(linkage);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [linkage, onWalk]);
  return (event) => {
    const walk = WALKS[event.key];
    const pane = event.target instanceof Element ? event.target.closest(WALKED) : null;
    if (
      event.key === 'Enter' &&
      event.target instanceof Element &&
      event.target.matches('.field-row')
    ) {
      linkage.pin(focusOf(event.target));
      return;
    }
    if (walk === undefined || pane === null || event.ctrlKey || event.metaKey || event.altKey)
      return;
    event.preventDefault();
    const at = fields.findIndex(({ key }) => key === focusOf(event.target)?.field);
    const isEnd = event.key === 'Home' || event.key === 'End';
    const wanted = isEnd ? (event.key === 'Home' ? 0 : fields.length - 1) : at + walk;
    const next = fields[wanted];
    if (next === undefined) return;
    const selector = `[data-field="${CSS.escape(next.key)}"]:is(button,[role=treeitem])`;
    // A field without bytes of its own is passed over in the grid.
    const found =
      pane.querySelector<HTMLElement>(selector) ?? root.current?.querySelector(selector);
    (found as HTMLElement | null | undefined)?.focus();
  };
}

const WALKED = '.tree,.bytes-pane .scroller';
const WALKS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowRight: 1,
  ArrowUp: -1,
  ArrowLeft: -1,
  Home: 0,
  End: 0,
};

function free(linkage: Linkage): void {
  linkage.point(undefined);
  linkage.pin(undefined);
}

/** One stop for Tab in a pane: where the focus was last. */
function rove(root: HTMLElement | null, target: Element): void {
  const pane = target.closest(WALKED);
  if (root === null || pane === null || !target.matches('[data-field]')) return;
  for (const stop of pane.querySelectorAll<HTMLElement>('[data-field][tabindex="0"]')) {
    stop.tabIndex = -1;
  }
  if (target instanceof HTMLElement) target.tabIndex = 0;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input,textarea,select,[contenteditable]');
}
