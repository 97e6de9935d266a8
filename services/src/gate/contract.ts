/** What somebody at a gate (or the command line) may ask of it, and what its operator sees of all. */
import { z } from '@hono/zod-openapi';
import { endpoint } from '../endpoint.ts';
import { Code, Empty, Hex, hexOf, Instant, LastFour, RequestId } from '../shapes.ts';
import { GateId, GatePlace, Sequence } from '../transit/contract.ts';

/** Transit classes of merchants: commuter lines, railways, buses. */
const MerchantClass = z.enum(['4111', '4112', '4131']);

/** Which gate of its line at a place it is, from 1. */
const GateNumber = z.int().min(1).max(99);

/** A gate: where it stands, which way it leads as it was built, and what it charges for whom. */
export const GateCard = z.strictObject({
  gateId: GateId,
  place: GatePlace,
  number: GateNumber,
  merchantClass: MerchantClass,
  tariffVersion: z.int().min(0).max(0xffffffff),
});

/**
 * Open a gate at a place, which is built there if it was not yet. `key` is the bearer key of party `cashier`; one that
 * is not used for a day lapses. A repeat opens the same door; after a restart it gives a fresh key. `gate.too_many` when
 * it would have to be built and there are as many as one service runs; `gate.id_taken` when a gate elsewhere has its id.
 */
export const openGate = endpoint({
  path: '/gate/open',
  summary: 'Open a gate: a key that lets cards be held to it',
  callers: ['anyone'],
  perMinute: 120,
  repeat: 'safe by state',
  body: z.strictObject({
    requestId: RequestId,
    place: GatePlace,
    number: GateNumber.optional(),
    /** What a gate that is built now charges for; a bus where the place has a route, else a commuter line. */
    merchantClass: MerchantClass.optional(),
    tariffVersion: z.int().min(0).max(0xffffffff).optional(),
  }),
  answer: z.strictObject({ key: hexOf(32), gate: GateCard }),
});

const MINUTES_A_WEEK = 7 * 24 * 60;
const DAY_MS = 86_400_000;

/** How a gate is set up. */
export const Settings = z.strictObject({
  isOutOfService: z.boolean(),
  isStationClosed: z.boolean(),
  /** Which way it leads now; wide gates are turned round with the crowd. */
  leads: z.enum(['none', 'in', 'out']),
  /** Cut off from its back office: no lists, no time, no uploads. */
  isOffline: z.boolean(),
  /** How old the deny list may be, and what happens then. */
  longestListAgeMinutes: z.int().min(1).max(MINUTES_A_WEEK),
  whenListOlder: z.enum(['open', 'closed']),
  /** How long the same card the same way counts as passed back, and what happens then. */
  passBackSeconds: z.int().min(0).max(3600),
  onPassBack: z.enum(['refuse', 'companion']),
  /** How far the gate's own clock is off, for trying: the back office puts it right. */
  clockOffMs: z.int().min(-DAY_MS).max(DAY_MS),
});

const VersionedSettings = z.strictObject({ version: z.int().min(0), settings: Settings });

/** How this gate is set up. */
export const settings = endpoint({
  path: '/gate/settings',
  summary: 'The settings of this gate',
  callers: ['cashier'],
  perMinute: 1200,
  repeat: 'reads only',
  body: Empty,
  answer: VersionedSettings,
});

/** Set this gate up otherwise. `version` is the one that was read: `gate.settings_changed` when it is not the last. */
export const changeSettings = endpoint({
  path: '/gate/set',
  summary: 'Change the settings of this gate',
  callers: ['cashier'],
  perMinute: 120,
  repeat: 'same answer by request id',
  body: VersionedSettings.extend({ requestId: RequestId }),
  answer: VersionedSettings,
});

const Kind = z.enum(['entry', 'exit', 'single', 'check', 'companion', 'refused']);

/** Words for the rider, Chinese first. */
const Words = z.strictObject({ zh: z.string(), en: z.string() });

/**
 * Hold the phone in the field named `air` to the gate. `opened`: the record is on the disk, and the barrier opens.
 * `refused`: it stays shut, with the reason. `try_again`, `see_phone`, `no_card`: nothing was read, nothing is recorded.
 */
export const tap = endpoint({
  path: '/gate/tap',
  summary: 'Hold a phone to the gate',
  callers: ['cashier'],
  perMinute: 600,
  timeoutMs: 60_000,
  repeat: 'same answer by request id',
  body: z.strictObject({
    requestId: RequestId,
    /** Which field the phone is in. */
    air: z.string().max(64),
    /** At which side the phone is held; where the gate leads when left out. */
    direction: z.enum(['none', 'in', 'out']).optional(),
  }),
  answer: z.strictObject({
    outcome: z.enum(['opened', 'refused', 'try_again', 'see_phone', 'no_card']),
    code: Code.optional(),
    /** Which check of the card's proof failed, with `gate.not_authenticated`. */
    check: z.string().optional(),
    message: Words,
    /** What the record says that the tap was; absent when nothing was recorded. */
    recordedAs: Kind.optional(),
    /** The record: its number at this gate, and its bytes for the explainer. */
    sequence: Sequence.optional(),
    record: Hex.optional(),
    tokenLastFour: LastFour.optional(),
    /** Whether the phone answered without asking for its holder; absent when no token was read. */
    isExpress: z.boolean().optional(),
    /** Milliseconds from the first command to the last answer, and from there to the record on the disk. */
    tapTookMs: z.int().min(0).optional(),
    decisionTookMs: z.int().min(0).optional(),
  }),
});

/** Where a tap under way stands: reading the phone, deciding (the phone may go), or ended. Held in memory. */
export const progress = endpoint({
  path: '/gate/progress',
  summary: 'Whether the phone may be taken away',
  callers: ['cashier'],
  perMinute: 3000,
  repeat: 'reads only',
  body: z.strictObject({ requestId: RequestId }),
  answer: z.strictObject({ stage: z.enum(['reading', 'deciding', 'ended']) }),
});

/** How a gate stands. */
export const GateState = GateCard.extend({
  settings: Settings,
  /** Why nobody is let through now, whoever comes; absent when cards are looked at. */
  shut: Code.optional(),
  /** Records in its journal, and up to which number the back office has them. */
  records: z.int().min(0),
  heldUpTo: z.int().min(0),
  list: z
    .strictObject({
      epoch: z.int(),
      version: z.int(),
      entries: z.int(),
      issuedAtMs: Instant,
      /** Absent while nobody knows the time. */
      ageMs: z.int().min(0).optional(),
    })
    .optional(),
  clock: z.strictObject({
    deviceTimeMs: Instant,
    offsetMs: z.int(),
    /** All ones of 32 bits: not known. */
    uncertaintyMs: z.int().min(0),
  }),
  /** When the back office last answered; absent in this life of the gate. */
  lastHeardAtMs: Instant.optional(),
  /** What is wrong between gate and back office. */
  trouble: z
    .enum([
      'unreachable',
      'not_enrolled',
      'list_forged',
      'list_older',
      'list_unfit',
      'records_refused',
      'records_lost',
    ])
    .optional(),
});

/** How this gate stands, for a page that polls. */
export const state = endpoint({
  path: '/gate/state',
  summary: 'How this gate stands',
  callers: ['cashier'],
  perMinute: 3000,
  repeat: 'reads only',
  body: Empty,
  answer: GateState,
});

/** One tap as the gate shows it: nothing of the token but a hidden name that is the same each time. */
export const TapLine = z.strictObject({
  sequence: Sequence,
  /** By the gate's clock, put right as well as it knew. */
  atMs: Instant,
  kind: Kind,
  code: Code.optional(),
  /** The first eight digits of the token's keyed hash. */
  hiddenName: z.string().optional(),
  form: z.enum(['unknown', 'card', 'phone', 'watch']),
  /** Whether the back office has it. */
  isHeld: z.boolean(),
});

/** This gate's last taps, newest first. */
export const taps = endpoint({
  path: '/gate/taps',
  summary: 'The last taps of this gate, newest first',
  callers: ['cashier'],
  perMinute: 1200,
  repeat: 'reads only',
  body: Empty,
  answer: z.strictObject({ taps: z.array(TapLine).max(50) }),
});

/** All gates. */
export const gates = endpoint({
  path: '/gate/gates',
  summary: 'How all gates stand',
  callers: ['operator'],
  perMinute: 600,
  repeat: 'reads only',
  body: Empty,
  answer: z.strictObject({ gates: z.array(GateState) }),
});

/** One record of a gate's journal, for whoever explains it. */
export const record = endpoint({
  path: '/gate/record',
  summary: 'One record of a gate',
  callers: ['operator'],
  perMinute: 6000,
  repeat: 'reads only',
  body: z.strictObject({ gateId: GateId, sequence: Sequence }),
  answer: z.strictObject({ record: Hex }),
});
