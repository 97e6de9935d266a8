/** A page that was tampered with: it changes what a passkey is asked and what it answers, around a real authenticator. */
import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { BrowserContext, Page } from 'playwright-core';
import type { Passkey } from './browser.fixture.ts';

/** What a passkey is asked. */
export type Question = { readonly challenge: Buffer; readonly userVerification: string };

/** What a passkey answers. */
export type Answer = {
  readonly authenticatorData: Buffer;
  readonly clientDataJSON: Buffer;
  readonly signature: Buffer;
};

/** What is changed on the way; an answer that is withheld looks like a holder who cancelled. */
export type Tampering = {
  readonly question?: (question: Question) => Question;
  readonly answer?: (answer: Answer, question: Question) => Answer | undefined | Promise<Answer>;
};

/** Tamper with the page's passkeys from now on; what is returned says how, and without a word all is as it was. */
export async function tamperWith(page: Page): Promise<(how: Tampering) => void> {
  let tampering: Tampering = {};
  let question: Question = { challenge: Buffer.alloc(0), userVerification: '' };
  await page.exposeFunction('tamperQuestion', (told: { challenge: string; verify: string }) => {
    const asked = { challenge: fromText(told.challenge), userVerification: told.verify };
    question = tampering.question?.(asked) ?? asked;
    return { challenge: toText(question.challenge), verify: question.userVerification };
  });
  await page.exposeFunction('tamperAnswer', async (told: TextOf<Answer>) => {
    const given = mapped(told, fromText);
    const { answer } = tampering;
    const passed = answer === undefined ? given : await answer(given, question);
    return passed === undefined ? null : mapped(passed, toText);
  });
  await page.evaluate(TAMPER);
  return (how) => {
    tampering = how;
  };
}

const TO_TEXT = `(bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))`;
const FROM_TEXT = `(text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0))`;

const TAMPER = `(() => {
  const toText = ${TO_TEXT};
  const fromText = ${FROM_TEXT};
  const real = navigator.credentials.get.bind(navigator.credentials);
  navigator.credentials.get = async ({ publicKey }) => {
    const asked = await window.tamperQuestion({
      challenge: toText(publicKey.challenge),
      verify: publicKey.userVerification,
    });
    const given = await real({
      publicKey: {
        ...publicKey,
        challenge: fromText(asked.challenge),
        userVerification: asked.verify,
      },
    });
    const { authenticatorData, clientDataJSON, signature } = given.response;
    const passed = await window.tamperAnswer({
      authenticatorData: toText(authenticatorData),
      clientDataJSON: toText(clientDataJSON),
      signature: toText(signature),
    });
    if (passed === null) return null;
    const bytes = Object.entries(passed).map(([name, text]) => [name, fromText(text)]);
    return { response: Object.fromEntries(bytes) };
  };
})()`;

/** Ask for a passkey on a page of another site, as that site may: for itself. */
export async function askOnOtherSite(
  page: Page,
  passkey: Passkey,
  { challenge }: Question,
): Promise<Answer> {
  const asked = JSON.stringify([toText(challenge), passkey.credentialId]);
  const told = await page.evaluate<TextOf<Answer>>(`(async ([challenge, id]) => {
    const toText = ${TO_TEXT};
    const fromText = ${FROM_TEXT};
    const { response } = await navigator.credentials.get({
      publicKey: {
        challenge: fromText(challenge),
        allowCredentials: [{ type: 'public-key', id: fromText(id) }],
        userVerification: 'required',
      },
    });
    const { authenticatorData, clientDataJSON, signature } = response;
    return {
      authenticatorData: toText(authenticatorData),
      clientDataJSON: toText(clientDataJSON),
      signature: toText(signature),
    };
  })(${asked})`);
  return mapped(told, fromText);
}

/** The answer, signed anew: with the holder's own key only what was changed in it is wrong. */
export function signedBy(key: KeyObject, answer: Answer): Answer {
  const { authenticatorData, clientDataJSON } = answer;
  const client = createHash('sha256').update(clientDataJSON).digest();
  return { ...answer, signature: sign('sha256', Buffer.concat([authenticatorData, client]), key) };
}

/** The private key of a passkey. */
export function privateKeyOf({ privateKey }: Passkey): KeyObject {
  return createPrivateKey({ key: fromText(privateKey), format: 'der', type: 'pkcs8' });
}

/** Let the page keep the port on which the element spoke to it first, where `askElement` finds it. */
export async function keepElementPort(context: BrowserContext): Promise<void> {
  await context.addInitScript(`
    const Channel = MessageChannel;
    window.MessageChannel = class extends Channel {
      constructor() {
        super();
        const { port1 } = this;
        port1.addEventListener('message', ({ data }) => {
          if (data?.told !== undefined) window.portToElement = port1;
        });
      }
    };
  `);
}

type TextOf<Bytes> = { readonly [Name in keyof Bytes]: string };

function mapped<From, To>(
  { authenticatorData, clientDataJSON, signature }: Record<keyof Answer, From>,
  change: (one: From) => To,
): Record<keyof Answer, To> {
  return {
    authenticatorData: change(authenticatorData),
    clientDataJSON: change(clientDataJSON),
    signature: change(signature),
  };
}

function fromText(text: string): Buffer {
  return Buffer.from(text, 'base64');
}

function toText(bytes: Buffer): string {
  return bytes.toString('base64');
}
