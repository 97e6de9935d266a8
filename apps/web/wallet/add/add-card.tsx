/** Adding a card, step by step. */
import { useState } from 'react';
import type { Leaf } from '../core/api.ts';
import { useWalletState } from '../use-wallet.tsx';
import { type Adding, useAdding } from './adding.ts';
import { AskingBank } from './asking-bank.tsx';
import { CardEntry } from './card-entry.tsx';
import { CodeEntry } from './code-entry.tsx';
import { MethodList } from './method-list.tsx';
import { Moving } from './moving.tsx';
import { PushedCard } from './pushed-card.tsx';
import { NoAnswer, RefusedCard } from './refused-card.tsx';
import './add.css';

const LEAVES = 8;

/** Add a card, or go on with one whose adding was begun. With a bank's receipt nothing is typed. */
export function AddCard(props: {
  readonly onBack: () => void;
  readonly onDone: () => void;
  readonly resume?: Leaf | undefined;
  readonly push?: string | undefined;
}) {
  const { onBack, onDone, resume, push } = props;
  const { device } = useWalletState();
  const adding = useAdding(resume);
  const [receipt, setReceipt] = useState(push);
  const isFull = (device?.leaves.length ?? 0) >= LEAVES && adding.step.kind === 'form';
  const isLocked = device?.state === 'locked' && adding.step.kind === 'form';
  const begin = () => {
    setReceipt(undefined);
    adding.begin();
  };
  if (isFull || isLocked) {
    return (
      <RefusedCard
        code={isFull ? 'wallet.full' : 'device.locked'}
        onBack={onBack}
        onBegin={begin}
      />
    );
  }
  return <Step {...{ adding, receipt, onBack, onDone, onBegin: begin }} />;
}

function Step(props: {
  readonly adding: Adding;
  readonly receipt: string | undefined;
  readonly onBack: () => void;
  readonly onDone: () => void;
  readonly onBegin: () => void;
}) {
  const { adding, receipt, onBack, onDone, onBegin } = props;
  const { step, enrolmentId } = adding;
  switch (step.kind) {
    case 'form':
      return receipt === undefined ? (
        <CardEntry key={enrolmentId} adding={adding} onBack={onBack} />
      ) : (
        <PushedCard key={enrolmentId} adding={adding} receipt={receipt} onBack={onBack} />
      );
    case 'asking':
      return <AskingBank onBack={onBack} />;
    case 'method':
      return <MethodList view={step.view} onBack={onBack} onCode={() => adding.choose('code')} />;
    case 'code':
      return <CodeEntry adding={adding} view={step.view} onBack={onBack} onBegin={onBegin} />;
    case 'moving':
      return (
        <Moving
          enrolmentId={enrolmentId}
          onBack={onBack}
          onDone={onDone}
          onGone={() => adding.refuse('enrolment.lapsed')}
        />
      );
    case 'refused':
      return <RefusedCard code={step.code} onBack={onBack} onBegin={onBegin} />;
    case 'lost':
      return <NoAnswer trace={step.trace} onRetry={step.retry} onBack={onBack} />;
  }
}
