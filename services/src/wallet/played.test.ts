/** For tests: the token service as far as the wallet meets it, strict about request ids. */

import type { z } from '@hono/zod-openapi';
import { refused } from '@octavo/domain/refusal.ts';
import { freshId } from '../asking.fixture.ts';
import type { Edge } from '../endpoint.ts';
import * as tokens from '../tokens/contract.ts';

/** What the played services hold and heard. */
export type Played = {
  readonly enrolments: Map<string, z.output<typeof tokens.EnrolmentView>>;
  readonly tokens: Map<string, z.output<typeof tokens.TokenView>>;
  /** Every call that arrived, in order. */
  readonly calls: { readonly path: string; readonly body: Record<string, unknown> }[];
  readonly texts: { readonly mobile: string; readonly text: string }[];
};

const FACE = {
  issuerName: { en: 'Bafang Bank', zh: '八方银行' },
  kind: 'debit' as const,
  art: 'tide',
  needs: 'mobile' as const,
  numberLength: 19,
  termsVersion: '2026-01',
};

type Kept = { readonly body: string; readonly answer: unknown };

/** The token service as far as the wallet meets it: enrolments go as their envelope says, changes by the token's life. */
export function playTokens(edge: Edge, played: Played): void {
  const kept = new Map<string, Kept>();
  const once = async <Answer>(
    path: string,
    body: { readonly requestId: string },
    act: () => Answer,
  ): Promise<Answer | ReturnType<typeof refused>> => {
    played.calls.push({ path, body });
    const text = path + JSON.stringify(body);
    const before = kept.get(body.requestId);
    if (before !== undefined) {
      return before.body === text ? (before.answer as Answer) : refused('request.key_reused');
    }
    const answer = act();
    kept.set(body.requestId, { body: text, answer });
    return answer;
  };
  edge.add(tokens.enrol, (body) => once(tokens.enrol.path, body, () => enrol(played, body)));
  edge.add(tokens.enrolment, async ({ enrolmentId }) => {
    played.calls.push({ path: tokens.enrolment.path, body: { enrolmentId } });
    return played.enrolments.get(enrolmentId) ?? refused('enrolment.unknown');
  });
  edge.add(tokens.checkCode, (body) =>
    once(tokens.checkCode.path, body, () => {
      if (body.envelope === 'lapsed') return refused('enrolment.lapsed');
      if (body.envelope !== 'right') return refused('enrolment.code_wrong', { triesLeft: 2 });
      return tokenise(played, body.enrolmentId);
    }),
  );
  edge.add(tokens.resendCode, (body) =>
    once(
      tokens.resendCode.path,
      body,
      () => played.enrolments.get(body.enrolmentId) ?? refused('enrolment.unknown'),
    ),
  );
  edge.add(tokens.token, async ({ tokenReference }) => {
    return played.tokens.get(tokenReference) ?? refused('token.unknown');
  });
  edge.add(tokens.changeToken, (body) =>
    once(tokens.changeToken.path, body, () =>
      setToken(played, 'wallet', body.tokenReference, body.event),
    ),
  );
  edge.add(tokens.provision, (body) =>
    once(tokens.provision.path, body, () => provisionRound(played, body)),
  );
}

function enrol(played: Played, body: z.output<typeof tokens.enrol.body>) {
  const { enrolmentId, envelope } = body;
  if (played.enrolments.has(enrolmentId)) return refused('request.key_reused');
  if (envelope === 'red') return refused('card.declined');
  const view = {
    enrolmentId,
    state: 'code_awaited' as const,
    colour: 'yellow' as const,
    face: FACE,
    cardLastFour: '0010',
    mobileMasked: '138****0001',
    triesLeft: 3,
  };
  played.enrolments.set(enrolmentId, view);
  return envelope === 'green' ? tokenise(played, enrolmentId) : view;
}

function tokenise(played: Played, enrolmentId: string) {
  const enrolment = played.enrolments.get(enrolmentId);
  if (enrolment === undefined) return refused('enrolment.unknown');
  const tokenReference = freshId();
  const tokenLastFour = String(1000 + played.tokens.size);
  const view = { ...enrolment, state: 'tokenised' as const, tokenReference, tokenLastFour };
  played.enrolments.set(enrolmentId, view);
  played.tokens.set(tokenReference, {
    tokenReference,
    state: 'inactive',
    suspendedBy: [],
    expired: false,
    face: FACE,
    cardLastFour: '0010',
    tokenLastFour,
    tokenExpiry: '3012',
    accountReference: '9'.repeat(29),
    requestorId: '99900000001',
    instanceAid: `A0000003330101010${played.tokens.size}FF`.slice(0, 18),
    certified: false,
    highestCounter: 0,
    version: 1,
  });
  return view;
}

/** Change a token as a party of the token service's contract would. */
export function setToken(
  played: Played,
  party: 'wallet' | 'issuer',
  tokenReference: string,
  event: 'activate' | 'suspend' | 'resume' | 'delete',
) {
  const token = played.tokens.get(tokenReference);
  if (token === undefined) return refused('token.unknown');
  if (token.state === 'deleted') return refused('token.deleted');
  if (token.state === 'inactive' && event === 'suspend') return refused('token.inactive');
  if (event === 'resume' && !token.suspendedBy.includes(party)) {
    return refused('token.not_suspended_by_you');
  }
  const others = token.suspendedBy.filter((each) => each !== party);
  const suspendedBy = event === 'suspend' ? [...others, party] : others;
  const state =
    event === 'delete' ? 'deleted' : suspendedBy.length > 0 ? 'suspended' : ('active' as const);
  const changed = { ...token, suspendedBy, state, version: token.version + 1 } as typeof token;
  played.tokens.set(tokenReference, changed);
  return changed;
}

function provisionRound(played: Played, body: z.output<typeof tokens.provision.body>) {
  const token = played.tokens.get(body.tokenReference);
  if (token === undefined) return refused('token.unknown');
  if (body.purpose === 'certify') return certifyRound(played, token, body.round?.answers);
  const erase = token.state === 'deleted';
  const { instanceAid } = token;
  const purpose = erase ? ('erase' as const) : ('personalise' as const);
  if (body.round === undefined) {
    const commands = [{ bytes: '80CADF0100', accept: ['9000'] }];
    return { step: 'load' as const, purpose, instanceAid, commands };
  }
  if (body.round.answers.some((answer) => answer !== '9000')) {
    if (!erase) setToken(played, 'wallet', body.tokenReference, 'delete');
    return refused('personalisation.element_failed');
  }
  if (!erase && token.state === 'inactive') {
    setToken(played, 'wallet', body.tokenReference, 'activate');
    for (const [id, view] of played.enrolments) {
      if (view.tokenReference !== body.tokenReference) continue;
      played.enrolments.set(id, { ...view, state: 'active' });
    }
  }
  return { step: 'done' as const, purpose, instanceAid, commands: [] };
}

/** A failed round leaves the token as it is. */
function certifyRound(
  played: Played,
  token: z.output<typeof tokens.TokenView>,
  answers: readonly string[] | undefined,
) {
  const { tokenReference, instanceAid } = token;
  if (token.state !== 'active') return refused(`token.${token.state}`);
  const talk = { purpose: 'certify' as const, instanceAid };
  if (!token.certified && answers === undefined) {
    return { step: 'load' as const, ...talk, commands: [{ bytes: '80E2', accept: ['9000'] }] };
  }
  if (!token.certified && answers?.some((answer) => answer !== '9000')) {
    return refused('personalisation.element_failed');
  }
  played.tokens.set(tokenReference, { ...token, certified: true, version: token.version + 1 });
  return { step: 'done' as const, ...talk, commands: [] };
}
