/**
 * The explainer's front door: bytes in, a tree of named spans out. The command line, the console, traces and tests
 * use this one. It shows what it is given; what may not be shown is masked before.
 * @see docs/specs.md, EMV contactless, cryptograms, provisioning and ISO 8583 sheets; profile octavo-1
 */
import { fromHex, toHex } from '../bytes/bytes.ts';
import { ISD_AID } from '../globalplatform/aids.ts';
import { type DolEntry, decodeDol } from '../tlv/dol.ts';
import { TlvError } from '../tlv/tlv.ts';
import { type Context, explainCommand, isChained, readCommand } from './command.ts';
import { type Explained, find } from './explained.ts';
import { type Chain, chainAfter, type Joined, joinedBy } from './joined.ts';
import { explainResponse } from './response.ts';
import { packedCode } from './words.ts';

export { type Context, explainCommand } from './command.ts';
export { explainChipData, explainDataObject } from './data-objects.ts';
export { CANNOT_BE_READ, type Explained, find, leaves, type Meaning, rows } from './explained.ts';
export { explainFlags } from './flags.ts';
export { explainMessage } from './message.ts';
export { explainResponse } from './response.ts';

/** One command and what was answered to it. */
export type Exchange = { readonly command: Uint8Array; readonly response: Uint8Array };

/** The two trees of an exchange, and after the last command of a chain what all of them carried together. */
export type ExplainedExchange = {
  readonly command: Explained;
  readonly response: Explained;
  readonly joined?: Joined;
};

/**
 * Explain exchanges in their order on one interface. What one tells helps with the next: the list in the answer to
 * SELECT names the values of GET PROCESSING OPTIONS, an opened secure channel explains what is encrypted.
 * @example explainSession([{ command: fromHex('80CA9F3600'), response: fromHex('9F360200029000') }])
 */
export function explainSession(exchanges: readonly Exchange[]): readonly ExplainedExchange[] {
  const explained: ExplainedExchange[] = [];
  let context: Context = {};
  let chain: Chain | undefined;
  for (const exchange of exchanges) {
    const command = explainCommand(exchange.command, context);
    const currency = currencyOf(command) ?? context.currency;
    const asked = { ...context, currency, command: exchange.command };
    const response = explainResponse(exchange.response, asked);
    const joined = joinedBy(chain, exchange.command, context);
    explained.push({ command, response, ...(joined === undefined ? {} : { joined }) });
    chain = chainAfter(chain, exchange.command);
    context = contextAfter({ ...context, currency }, exchange, response);
  }
  return explained;
}

const INS_SELECT = 0xa4;
const INS_GENERATE_AC = 0xae;
const INS_EXTERNAL_AUTHENTICATE = 0x82;

function contextAfter(context: Context, exchange: Exchange, response: Explained): Context {
  const command = readCommand(exchange.command);
  if (typeof command === 'string') return context;
  const status = find(response, 'SW')?.value ?? '';
  const isDone = status === '9000' || (command.ins === INS_SELECT && status === '6283');
  const before = { ...context, isContinued: isChained(command) };
  if (!isDone) return before;
  const after = { ...before, lists: listsIn(response, context.lists ?? {}) };
  if (command.ins === INS_SELECT) {
    const asked = command.data.length === 0 ? ISD_AID : toHex(command.data);
    return {
      selected: find(response, '84')?.value ?? asked,
      pdol: listOf(response, '9F38'),
      lists: listsIn(response, {}),
    };
  }
  if (command.ins === INS_GENERATE_AC) {
    return { ...after, cryptograms: (context.cryptograms ?? 0) + 1 };
  }
  if (command.ins === INS_EXTERNAL_AUTHENTICATE && (command.cla & 0x80) !== 0) {
    return { ...after, securityLevel: command.p1 };
  }
  return after;
}

type Lists = NonNullable<Context['lists']>;

/** The lists that records give, by tag. */
const LISTS = ['8C', '8D', '9F49'];

/** What was known before, with the lists of one more answer. */
function listsIn(response: Explained, before: Lists): Lists {
  const found = LISTS.flatMap((tag) => {
    const list = listOf(response, tag);
    return list === undefined ? [] : [[tag, list] as const];
  });
  return found.length === 0 ? before : { ...before, ...Object.fromEntries(found) };
}

/** A list that the card gave; undefined when it gave none or one that cannot be read. */
function listOf(response: Explained, tag: string): readonly DolEntry[] | undefined {
  try {
    const list = find(response, tag)?.value;
    return list === undefined ? undefined : decodeDol(fromHex(list));
  } catch (error) {
    if (error instanceof TlvError) return undefined;
    throw error;
  }
}

function currencyOf(command: Explained): string | undefined {
  const value = find(command, '5F2A')?.value;
  return value?.length === 4 ? packedCode(fromHex(value)) : undefined;
}
