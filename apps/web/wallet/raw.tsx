import { useState } from 'react';
import { makeHolderKey } from './core/holder-key.ts';
import { newId, requestSignIn, signIn } from './core/api.ts';
import { CardFrame } from './card-frame.tsx';
import { useWallet, useWalletState } from './use-wallet.tsx';
import { useRef } from 'react';
import type { CardForm } from './card-frame.tsx';
import type { Binding } from '../card/messages.ts';

export function Raw() {
  const wallet = useWallet();
  const state = useWalletState();
  const [mobile, setMobile] = useState('13900000001');
  const [code, setCode] = useState('');
  const [adding, setAdding] = useState<{ enrolmentId: string; binding: Binding; task: 'card' | 'code'; terms?: string }>();
  const form = useRef<CardForm>(null);
  (globalThis as { w?: unknown }).w = wallet;
  return (
    <div>
      <pre>{JSON.stringify({ ...state, history: state.history.length }, null, 1)}</pre>
      <input aria-label="mobile" value={mobile} onChange={(e) => setMobile(e.target.value)} />
      <button type="button" onClick={() => void requestSignIn(mobile)}>send</button>
      <input aria-label="code" value={code} onChange={(e) => setCode(e.target.value)} />
      <button type="button" onClick={async () => { const s = await signIn(mobile, code); await wallet.takeSession({ key: s.session, mobile, expiresAtMs: s.expiresAtMs }); }}>signin</button>
      <button type="button" onClick={async () => wallet.register({ kind: 'passkey', key: await makeHolderKey('Ming') }, 'Phone')}>register</button>
      <button type="button" onClick={async () => { const enrolmentId = newId(); setAdding({ enrolmentId, binding: await wallet.binding(enrolmentId, '99900000001'), task: 'card' }); }}>add</button>
      {adding && <CardFrame key={adding.task} title="card" task={{ kind: adding.task }} binding={adding.binding} form={form} onTold={async (told) => {
        console.log(JSON.stringify(told).slice(0, 80));
        if (told.kind === 'prefix' && told.firstSix) { const face = await wallet.api().eligibility(told.firstSix); setAdding((a) => a && ({ ...a, terms: face.termsVersion })); form.current?.tell({ kind: 'face', firstSix: told.firstSix, face: { needs: face.needs, length: face.kind === 'debit' ? 19 : 16 } }); }
        if (told.kind === 'sealed') {
          const device = wallet.state().device!;
          const v = adding.task === 'card' ? await wallet.api().addCard({ deviceId: device.deviceId, enrolmentId: adding.enrolmentId, envelope: told.envelope, termsVersion: adding.terms! }) : await wallet.api().passCode({ deviceId: device.deviceId, enrolmentId: adding.enrolmentId, envelope: told.envelope });
          console.log(JSON.stringify(v));
          if (v.state === 'code_awaited') setAdding({ ...adding, task: 'code' }); else setAdding(undefined);
          wallet.wake();
        }
      }} />}
      <button type="button" onClick={() => form.current?.tell({ kind: 'seal' })}>seal</button>
      <button type="button" onClick={() => { wallet.openPay(); void wallet.confirmPay(); }}>confirm</button>
    </div>
  );
}
