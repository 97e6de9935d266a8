/** The form for a card: number, expiry, and what the bank asks for beside them. */
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Desk } from './desk.ts';
import { ExtraField } from './ExtraField.tsx';
import {
  expiryForm,
  expiryWrong,
  isExtraWhole,
  type Known,
  type Needs,
  numberForm,
  numberWrong,
  yearFirst,
} from './entry.ts';
import type { Binding, Face, ToCard } from './messages.ts';
import { seal } from './seal.ts';
import { TypedField } from './TypedField.tsx';
import { expiryWords, numberWords } from './wrong-words.ts';

type Typed = {
  readonly number: string;
  readonly expiry: string;
  readonly extra: string;
  /** Which fields were left since they last changed: what is wrong with them may be said. */
  readonly left: ReadonlySet<'number' | 'expiry' | 'extra'>;
};

const nothing: Typed = { number: '', expiry: '', extra: '', left: new Set() };

/** Draw the form. What is typed lives here and goes nowhere but into the envelope. */
export function CardForm({ desk, binding }: { readonly desk: Desk; readonly binding: Binding }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(nothing);
  const [faces, setFaces] = useState<ReadonlyMap<string, Face | undefined>>(new Map());
  const firstSix = typed.number.length < 6 ? undefined : typed.number.slice(0, 6);
  const face = firstSix === undefined ? undefined : faces.get(firstSix);
  const needs = face?.needs;
  const checks = check(typed, face, firstSix !== undefined && faces.has(firstSix));
  const change = (field: 'number' | 'expiry' | 'extra', digits: string) =>
    setTyped((now) => ({ ...now, [field]: digits, left: without(now.left, field) }));
  const leave = (field: 'number' | 'expiry' | 'extra') =>
    setTyped((now) => ({ ...now, left: new Set(now.left).add(field) }));
  const forget = useTelling(desk, firstSix, checks.isComplete);

  // A security code is no mobile number: what was typed for another kind of card goes.
  const needed = useRef<Needs>(undefined);
  useEffect(() => {
    if (needs !== undefined && needed.current !== undefined && needed.current !== needs) {
      setTyped((now) => ({ ...now, extra: '' }));
    }
    needed.current = needs ?? needed.current;
  }, [needs]);

  const isSealing = useRef(false);
  const sealNow = async () => {
    if (!checks.isComplete || needs === undefined || isSealing.current) return;
    isSealing.current = true;
    const { number, expiry, extra } = typed;
    const card = { kind: 'card', pan: number, expiry: yearFirst(expiry), needs, extra } as const;
    const envelope = await seal(binding, card);
    isSealing.current = false;
    if (envelope === undefined) return desk.tell({ kind: 'no_connection' });
    desk.tell({ kind: 'sealed', envelope });
    forget();
    setTyped(nothing);
  };
  useHearing(desk, (message) => {
    if (message.kind === 'seal') void sealNow();
    if (message.kind === 'face') {
      setFaces((known) => new Map(known).set(message.firstSix, message.face));
    }
  });
  const form = useRef<HTMLDivElement>(null);
  const enter = (from: HTMLInputElement) => {
    const inputs = [...(form.current?.querySelectorAll('input') ?? [])];
    const next = inputs[inputs.indexOf(from) + 1];
    if (next !== undefined) return next.focus();
    if (checks.isComplete) return desk.tell({ kind: 'submit' });
    setTyped((now) => ({ ...now, left: new Set(['number', 'expiry', 'extra'] as const) }));
  };
  return (
    <div className="card-form" ref={form}>
      <TypedField
        label={t('number.label')}
        form={numberForm((six) => faces.get(six)?.length)}
        digits={typed.number}
        onDigits={(digits) => change('number', digits)}
        onLeave={() => leave('number')}
        onEnter={enter}
        wrong={numberWords(t, checks.number, face?.length)}
        end={
          needs && (
            <span className="second small">
              {needs === 'cvn2' ? t('number.credit') : t('number.debit')}
            </span>
          )
        }
        autoComplete="cc-number"
      />
      <div className={needs === 'mobile' ? 'card-form-rows' : 'card-form-pair'}>
        <TypedField
          label={t('expiry.label')}
          form={expiryForm}
          digits={typed.expiry}
          onDigits={(digits) => change('expiry', digits)}
          onLeave={() => leave('expiry')}
          onEnter={enter}
          wrong={expiryWords(t, checks.expiry)}
          placeholder={t('expiry.shape')}
          autoComplete="cc-exp"
          isLast={needs === undefined}
        />
        {needs === undefined ? null : (
          <ExtraField
            key={needs}
            needs={needs}
            digits={typed.extra}
            onDigits={(digits) => change('extra', digits)}
            onLeave={() => leave('extra')}
            onEnter={enter}
            isWrong={checks.extraWrong}
          />
        )}
      </div>
    </div>
  );
}

function check(typed: Typed, face: Face | undefined, isFaceKnown: boolean) {
  const known: Known = face ?? (isFaceKnown ? 'nobody' : 'not_yet');
  const now = new Date();
  const today = { year: now.getFullYear(), month: now.getMonth() + 1 };
  const expiry = expiryWrong(typed.expiry, today);
  const isExtraDone = face !== undefined && isExtraWhole(face.needs, typed.extra);
  const saysExpiry = typed.left.has('expiry') && typed.expiry !== '';
  return {
    number: numberWrong(typed.number, known, typed.left.has('number')),
    expiry: saysExpiry ? expiry : undefined,
    extraWrong: typed.left.has('extra') && typed.extra !== '' && !isExtraDone,
    isComplete:
      face !== undefined &&
      typed.number.length === face.length &&
      numberWrong(typed.number, known, true) === undefined &&
      expiry === undefined &&
      isExtraDone,
  };
}

/** Tells the page whose card it is and whether it is whole; the answer lets go of the card without a word. */
function useTelling(desk: Desk, firstSix: string | undefined, isComplete: boolean): () => void {
  const told = useRef<string>(undefined);
  useEffect(() => {
    if (told.current !== firstSix) desk.tell({ kind: 'prefix', firstSix });
    told.current = firstSix;
  }, [desk, firstSix]);
  useEffect(() => desk.tell({ kind: 'complete', isComplete }), [desk, isComplete]);
  return () => {
    told.current = undefined;
  };
}

function useHearing(desk: Desk, listener: (message: ToCard) => void): void {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => desk.hear((message) => latest.current(message)), [desk]);
}

function without<Item>(items: ReadonlySet<Item>, gone: Item): ReadonlySet<Item> {
  const left = new Set(items);
  left.delete(gone);
  return left;
}
