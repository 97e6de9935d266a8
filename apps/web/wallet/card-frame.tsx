/** The token service's card-entry form in the wallet's page: a frame of another origin, and the port to it. */
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import type { Binding, CardConnect, CardTask, FromCard, ToCard } from '../card/messages.ts';
import { siteOrigin } from '../kit/here.ts';
import { currentTheme, onTheme } from '../kit/theme.ts';
import { chosenLanguage } from '../kit/words.ts';

/** What the page may tell the form. */
export type CardForm = { tell(message: ToCard): void };

/** The form for a task. It is drawn anew for another task or binding: give it a key. */
export function CardFrame({
  title,
  task,
  binding,
  onTold,
  form,
}: {
  readonly title: string;
  readonly task: CardTask;
  readonly binding: Binding;
  readonly onTold: (told: FromCard) => void;
  readonly form: Ref<CardForm>;
}) {
  const frame = useRef<HTMLIFrameElement>(null);
  const port = useRef<MessagePort>(undefined);
  const [heightPx, setHeightPx] = useState(0);
  const hear = useRef(onTold);
  hear.current = onTold;
  /** What was told before the frame was there. */
  const early = useRef<ToCard[]>([]);
  useImperativeHandle(
    form,
    () => ({
      tell: (message) => {
        if (port.current === undefined) early.current.push(message);
        else port.current.postMessage(message);
      },
    }),
    [],
  );
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const begin = () => {
      const { port1, port2 } = new MessageChannel();
      port.current = port1;
      port1.onmessage = ({ data }: MessageEvent<FromCard>) => {
        if (data.kind === 'height') setHeightPx(data.px);
        hear.current(data);
      };
      const connect: CardConnect = {
        kind: 'connect',
        language: chosenLanguage(),
        theme: currentTheme(),
        task,
        binding,
      };
      element.contentWindow?.postMessage(connect, siteOrigin('card'), [port2]);
      for (const message of early.current.splice(0)) port1.postMessage(message);
    };
    element.addEventListener('load', begin);
    element.src = `${siteOrigin('card')}/`;
    const endTheme = onTheme((theme) =>
      port.current?.postMessage({ kind: 'theme', theme } satisfies ToCard),
    );
    return () => {
      endTheme();
      element.removeEventListener('load', begin);
      port.current?.close();
    };
  }, [task, binding]);
  return (
    <iframe ref={frame} title={title} className="card-frame" style={{ height: `${heightPx}px` }} />
  );
}
