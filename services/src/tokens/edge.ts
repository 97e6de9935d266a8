/** The token service's endpoints. */
import { authorityKeyText } from '@octavo/domain/authority.ts';
import { faceOf } from '@octavo/domain/card.ts';
import { rangeOfCard } from '@octavo/domain/demo.ts';
import { refused } from '@octavo/domain/refusal.ts';
import type { TokenParty } from '@octavo/domain/token.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import type { Caller } from '../caller.ts';
import { createEdge, type Edge } from '../endpoint.ts';
import { checkCode, resendCode } from './code.ts';
import * as contract from './contract.ts';
import { enrol } from './enrolment.ts';
import { readEnrolment } from './enrolment-store.ts';
import { viewEnrolment } from './enrolment-view.ts';
import { rangeFill, search, tokenHistory } from './find.ts';
import { original, outcome } from './outcome.ts';
import type { Tokens } from './ports.ts';
import { provision } from './provision.ts';
import { pushCard } from './push.ts';
import { approveEnrolment, openEnrolments } from './step-up.ts';
import { changeTokenFor, showToken } from './token.ts';
import { verdict } from './verdict.ts';

/** Serve the contract. */
export function serveTokens(tokens: Tokens): Edge {
  const edge = createEdge('tokens', tokens.gate, tokens.clock);
  edge.add(contract.envelopeKey, async () => ({
    ...tokens.envelopeKey,
    nowMs: tokens.clock.nowMs(),
  }));
  edge.add(contract.eligibility, async ({ firstSix }) => {
    const range = rangeOfCard(firstSix);
    return range === undefined ? refused('card.unknown_bin') : faceOf(range);
  });
  edge.add(contract.enrol, (ask) => enrol(tokens, ask));
  edge.add(contract.enrolment, async ({ enrolmentId }) => {
    const enrolment = await readEnrolment(tokens.sql, fromHex(enrolmentId));
    return enrolment === undefined
      ? refused('enrolment.unknown')
      : viewEnrolment(tokens, enrolment);
  });
  edge.add(contract.checkCode, (ask) => checkCode(tokens, ask));
  edge.add(contract.resendCode, (ask) => resendCode(tokens, ask));
  edge.add(contract.pushCard, (ask) => pushCard(tokens, ask));
  edge.add(contract.approveEnrolment, (ask, caller) =>
    approveEnrolment(tokens, ask, partyOf(caller)),
  );
  edge.add(contract.enrolments, async () => ({ enrolments: await openEnrolments(tokens) }));
  edge.add(contract.provision, (ask) => provision(tokens, ask));
  edge.add(contract.authorityKeys, async () => {
    const keys = await tokens.keys.authorityKeys();
    return { keys: keys.map(authorityKeyText) };
  });
  edge.add(contract.token, ({ tokenReference }, caller) =>
    showToken(tokens, tokenReference, partyOf(caller)),
  );
  edge.add(contract.changeToken, (ask, caller) => changeTokenFor(tokens, ask, partyOf(caller)));
  edge.add(contract.search, (ask) => search(tokens, ask));
  edge.add(contract.tokenHistory, ({ tokenReference }) => tokenHistory(tokens, tokenReference));
  edge.add(contract.rangeFill, () => rangeFill(tokens));
  edge.add(contract.verdict, (ask) => verdict(tokens, ask));
  edge.add(contract.outcome, (ask) => outcome(tokens, ask));
  edge.add(contract.original, (ask) => original(tokens, ask));
  return edge;
}

/** The contract lets only these call. */
function partyOf({ party }: Caller): TokenParty {
  assert(party === 'wallet' || party === 'issuer' || party === 'operator', 'a party of tokens');
  return party;
}
