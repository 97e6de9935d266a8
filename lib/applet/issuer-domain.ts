/**
 * The issuer's security domain, selected at power-on: who the element is, the agreement on keys, the holder.
 * @see profile octavo-1, sections 3, 4 and 8
 */
import { type Command, SW } from '../apdu/apdu.ts';
import { concat, toHex } from '../bytes/bytes.ts';
import { AGREEMENT_STATUS, acceptAgreement, encodeNonce } from '../globalplatform/agreement.ts';
import { INS } from '../globalplatform/commands.ts';
import { encodeTlv, tlv } from '../tlv/tlv.ts';
import { type Answered, type Asked, accept, refuse } from './answer.ts';
import { armedState } from './armed.ts';
import { expressState, processExpress } from './express.ts';
import { INS_ARM, processHolder } from './holder.ts';
import type { Chain, ElementState } from './state.ts';

/** What a chained command may come to in all; an assertion has less than half of it. */
const MAX_CHAINED_BYTES = 1024;
const CLA_CHAINED = 0x90;
const CHAINED: readonly number[] = [INS.agree, INS_ARM];

/** Answer a command to the issuer's security domain, selected on the wired interface. */
export function processIssuerDomain(state: ElementState, asked: Asked): Answered {
  const { chain } = state.passing;
  // A chain goes on at once or not at all.
  const unchained = withChain(state, undefined);
  if (asked.command.cla === CLA_CHAINED) return continueChain(unchained, chain, asked.command);
  return processWhole(unchained, { ...asked, command: endChain(chain, asked.command) });
}

function processWhole(state: ElementState, asked: Asked): Answered {
  const { command } = asked;
  const answered = processHolder(state, asked) ?? processExpress(state, command);
  if (answered !== undefined) return answered;
  if (command.cla !== 0x00 && command.cla !== 0x80) return refuse(state, SW.unknownClass);
  if (command.cla === 0x80 && command.ins === INS.getData) return getData(state, asked);
  if (command.cla === 0x80 && command.ins === INS.agree) return agree(state, command);
  return refuse(state, SW.unknownInstruction);
}

function getData(state: ElementState, { command, nowMs, random }: Asked): Answered {
  const { certificate, cplc } = state.lasting.birth;
  const tag = toHex(Uint8Array.of(command.p1, command.p2));
  if (tag === '7F21') return accept(state, certificate);
  if (tag === '9F7F') return accept(state, encodeTlv([tlv('9F7F', cplc)]));
  if (tag === 'DF03') return accept(state, armedState(state, nowMs));
  if (tag === 'DF04') return accept(state, expressState(state));
  if (tag !== 'DF01') return refuse(state, SW.referenceNotFound);
  const nonce = random(16);
  return accept({ ...state, passing: { ...state.passing, nonce } }, encodeNonce(nonce));
}

function agree(state: ElementState, command: Command): Answered {
  const { birth, securityDomain } = state.lasting;
  // Good or bad, an attempt uses the nonce up, so that nobody can try twice against one.
  const after = { ...state, passing: { ...state.passing, nonce: undefined } };
  if (command.p1 !== 0x00 || command.p2 !== 0x00) return refuse(after, SW.wrongParameters);
  const outcome = acceptAgreement({
    elementSecretKey: birth.privateKey,
    elementCertificate: birth.certificate,
    tokenServiceKey: birth.tokenServiceKey,
    nonce: state.passing.nonce,
    heldKeyVersion: securityDomain?.keyVersion ?? 0,
    data: command.data,
  });
  if (outcome.kind === 'refused') return refuse(after, AGREEMENT_STATUS[outcome.code]);
  const { keys, keyVersion } = outcome;
  const agreed = { keys, keyVersion, sequenceCounter: 0, failedAuthentications: 0 };
  return accept({ ...after, lasting: { ...state.lasting, securityDomain: agreed } });
}

function continueChain(state: ElementState, chain: Chain | undefined, command: Command): Answered {
  if (!CHAINED.includes(command.ins)) return refuse(state, SW.unknownInstruction);
  const { ins, p1, p2 } = command;
  const data = concat(chain && isSameHeader(chain, command) ? chain.data : NO_DATA, command.data);
  if (data.length > MAX_CHAINED_BYTES) return refuse(state, SW.wrongLength);
  return accept(withChain(state, { ins, p1, p2, data }));
}

const NO_DATA = new Uint8Array(0);

/** The last command of a chain carries what came before it; any other stays as it came. */
function endChain(chain: Chain | undefined, command: Command): Command {
  if (chain === undefined || command.cla !== 0x80 || !isSameHeader(chain, command)) return command;
  return { ...command, data: concat(chain.data, command.data) };
}

function isSameHeader(chain: Chain, command: Command): boolean {
  return chain.ins === command.ins && chain.p1 === command.p1 && chain.p2 === command.p2;
}

function withChain(state: ElementState, chain: Chain | undefined): ElementState {
  return { ...state, passing: { ...state.passing, chain } };
}
