/** What a page has asked the world for: waiting, there, or in trouble, with its words; asked anew by itself. */
import { refusals } from '@octavo/domain/refusal.ts';
import { TriangleAlert, WifiOff } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectionLost, Refused } from '../kit/ask.ts';
import { Line } from '../kit/parts.tsx';
import { Control } from './frame.tsx';
import './asked.css';

/** Why an answer did not come. */
export type TroubleMet = Refused | ConnectionLost;

/** An answer under way or come. An older answer stays while a newer one is asked for. */
export type Asked<Answer> = {
  readonly answer: Answer | undefined;
  readonly trouble: TroubleMet | undefined;
  /** Ask once more, now. */
  readonly again: () => void;
};

/**
 * Ask when the page is drawn, when `about` changes and, with `everyMs`, again and again while the page is seen.
 * `about` names what is asked for: of another thing nothing is shown before its own answer.
 */
export function useAsked<Answer>(
  ask: () => Promise<Answer>,
  about: string,
  everyMs?: number,
): Asked<Answer> {
  const [kept, setKept] = useState<{
    readonly about: string;
    readonly answer?: Answer | undefined;
    readonly trouble?: TroubleMet | undefined;
  }>({ about });
  const askAnew = useRef<() => void>(undefined);
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const once = async (): Promise<void> => {
      if (!document.hidden || everyMs === undefined) {
        const met = await meet(latest.current);
        if (isOver) return;
        setKept((before) => ({
          about,
          answer: met.answer ?? (before.about === about ? before.answer : undefined),
          trouble: met.trouble,
        }));
      }
      if (everyMs !== undefined) timer = setTimeout(() => void once(), everyMs);
    };
    askAnew.current = () => {
      clearTimeout(timer);
      void once();
    };
    void once();
    return () => {
      isOver = true;
      clearTimeout(timer);
      askAnew.current = undefined;
    };
  }, [about, everyMs]);
  const again = useCallback(() => askAnew.current?.(), []);
  const isOwn = kept.about === about;
  return {
    answer: isOwn ? kept.answer : undefined,
    trouble: isOwn ? kept.trouble : undefined,
    again,
  };
}

/** Ask, and take a refusal or a lost connection as a value; what else goes wrong is ours and is thrown. */
export async function meet<Answer>(
  ask: () => Promise<Answer>,
): Promise<{ readonly answer?: Answer; readonly trouble?: TroubleMet }> {
  try {
    return { answer: await ask() };
  } catch (error) {
    if (error instanceof Refused || error instanceof ConnectionLost) return { trouble: error };
    throw error;
  }
}

/** The answer drawn, or its shape in wash after 200 ms, or the trouble in words. */
export function Shown<Answer>({
  asked,
  shape,
  children,
}: {
  readonly asked: Asked<Answer>;
  /** Height of what is to come, in pixels. */
  readonly shape: number;
  readonly children: (answer: Answer) => ReactNode;
}) {
  const { answer, trouble, again } = asked;
  if (answer !== undefined) return children(answer);
  if (trouble !== undefined) return <Trouble trouble={trouble} again={again} />;
  return (
    <div className="waiting" aria-hidden>
      <div className="wait" style={{ height: shape }} />
    </div>
  );
}

/** What went wrong, what it means and what can be done; the code last. */
export function Trouble({
  trouble,
  again,
}: {
  readonly trouble: TroubleMet;
  readonly again?: (() => void) | undefined;
}) {
  const { t, i18n } = useTranslation();
  const isLost = trouble instanceof ConnectionLost;
  const Icon = isLost ? WifiOff : TriangleAlert;
  return (
    <Line tone={isLost ? 'amber' : 'zhu'} icon={<Icon size={18} strokeWidth={1.75} aria-hidden />}>
      <span className="trouble-said">
        {isLost ? t('shell.lostLine') : refusalWords(trouble.code, i18n.language)}
      </span>
      {isLost ? null : <span className="code-trace trouble-code">{trouble.code}</span>}
      {again === undefined ? null : (
        <Control kind="quiet" onPress={again}>
          {t('shell.again')}
        </Control>
      )}
    </Line>
  );
}

/** The words of a refusal's code in a language; a code that this page does not know speaks for itself. */
export function refusalWords(code: string, language: string): string {
  const known = Object.entries(refusals).find(([name]) => name === code)?.[1];
  if (known === undefined) return code;
  return language === 'zh-CN' ? known.zh : known.en;
}
