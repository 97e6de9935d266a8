/** Dragging a card within its stack: a mouse drags at once, a finger after it has rested on the card for a moment. */
import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';

const REST_MS = 350;
/** A finger that has gone this far before it rested wants to scroll. */
const SLACK_PX = 8;
/** The width that a strip's height belongs to. */
const SHEET_WIDTH = 350;

type Drag = { readonly from: number; readonly to: number; readonly byPx: number };
type Press = { readonly index: number; readonly y: number; readonly timer: number };

/** Follow pointers over a list. `strip` is a strip's height where the list is 350 wide. */
export function useDrag(props: {
  readonly list: RefObject<HTMLElement | null>;
  readonly count: number;
  readonly strip: number;
  readonly onDrop: (from: number, to: number) => void;
}) {
  const { list, count, strip, onDrop } = props;
  const [drag, setDrag] = useState<Drag>();
  /** Where it is now: a finger that is lifted at once may be quicker than what is drawn. */
  const latest = useRef<Drag>(undefined);
  const dragTo = (next: Drag | undefined) => {
    latest.current = next;
    setDrag(next);
  };
  const press = useRef<Press>(undefined);
  const isDragging = useRef(false);
  const wasDragged = useRef(false);
  const stripPx = () => (strip * (list.current?.clientWidth ?? SHEET_WIDTH)) / SHEET_WIDTH;

  useEffect(() => {
    const element = list.current;
    // Only while a card is dragged: otherwise a finger scrolls the page as ever.
    const hold = (event: TouchEvent) => {
      if (isDragging.current) event.preventDefault();
    };
    element?.addEventListener('touchmove', hold, { passive: false });
    return () => element?.removeEventListener('touchmove', hold);
  }, [list]);

  const begin = (index: number) => {
    isDragging.current = true;
    wasDragged.current = true;
    navigator.vibrate?.(12);
    dragTo({ from: index, to: index, byPx: 0 });
  };
  const end = () => {
    clearTimeout(press.current?.timer);
    press.current = undefined;
    isDragging.current = false;
    dragTo(undefined);
  };

  return {
    isDragged: (index: number) => drag?.from === index,
    /** True for the click that ends a drag. */
    wasDragged: () => wasDragged.current,
    offsetOf: (index: number): number => {
      if (drag === undefined) return 0;
      const { from, to, byPx } = drag;
      if (index === from) return byPx;
      if (from < index && index <= to) return -stripPx();
      return to <= index && index < from ? stripPx() : 0;
    },
    handlers: (index: number) => ({
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        wasDragged.current = false;
        if (count < 2 || event.button !== 0) return;
        const { currentTarget, pointerId } = event;
        const timer = window.setTimeout(() => {
          currentTarget.setPointerCapture(pointerId);
          begin(index);
        }, REST_MS);
        press.current = { index, y: event.clientY, timer };
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        const pressed = press.current;
        if (pressed === undefined) return;
        const byPx = event.clientY - pressed.y;
        if (!isDragging.current) {
          if (Math.abs(byPx) < SLACK_PX) return;
          clearTimeout(pressed.timer);
          if (event.pointerType !== 'mouse') return end();
          event.currentTarget.setPointerCapture(event.pointerId);
          begin(index);
        }
        const to = Math.min(count - 1, Math.max(0, index + Math.round(byPx / stripPx())));
        dragTo({ from: index, to, byPx });
      },
      onPointerUp: () => {
        const dropped = latest.current;
        end();
        if (dropped !== undefined && dropped.from !== dropped.to) {
          onDrop(dropped.from, dropped.to);
        }
      },
      onPointerCancel: end,
      onContextMenu: (event: { preventDefault(): void }) => event.preventDefault(),
    }),
  };
}
