/** The rows of elements: their certificate, the keys agreed with them, and what was allotted on them. */
import type { Sql } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { bytes, bytesOrNone, whole } from '../column.ts';

/** One element. */
export type Element = {
  readonly elementId: Uint8Array;
  readonly certificate: Uint8Array;
  /** Domain keys that the element has confirmed. */
  readonly sealedDomain: Uint8Array | undefined;
  /** Their version; 0 while there are none. */
  readonly keyVersion: number;
  /** The highest version that it confirmed or refused: only higher ones are offered. */
  readonly spentVersion: number;
};

/** Read one element. */
export async function readElement(sql: Sql, elementId: Uint8Array): Promise<Element> {
  const [row] = await sql('select * from tokens.element where element_id = $1', [elementId]);
  assert(row !== undefined, 'an element is kept with its first enrolment');
  return {
    elementId: bytes(row, 'element_id'),
    certificate: bytes(row, 'certificate'),
    sealedDomain: bytesOrNone(row, 'sealed_domain'),
    keyVersion: whole(row, 'key_version'),
    spentVersion: whole(row, 'spent_version'),
  };
}

/** Allot the next suffix of an instance's name on an element; none is given twice. */
export async function allotSuffix(sql: Sql, elementId: Uint8Array): Promise<number> {
  const [row] = await sql(
    `update tokens.element set last_suffix = last_suffix + 1
     where element_id = $1 returning last_suffix`,
    [elementId],
  );
  assert(row !== undefined, 'an element is kept with its first enrolment');
  return whole(row, 'last_suffix');
}

/** Never offer a key version again: the element refused it. */
export async function spendKeyVersion(
  sql: Sql,
  elementId: Uint8Array,
  keyVersion: number,
): Promise<void> {
  await sql(
    'update tokens.element set spent_version = greatest(spent_version, $2) where element_id = $1',
    [elementId, keyVersion],
  );
}

/** Keep keys that the element confirmed, unless it confirmed newer ones before. */
export async function keepDomain(
  sql: Sql,
  elementId: Uint8Array,
  sealedDomain: Uint8Array,
  keyVersion: number,
): Promise<void> {
  await sql(
    `update tokens.element set sealed_domain = $2, key_version = $3,
       spent_version = greatest(spent_version, $3)
     where element_id = $1 and key_version < $3`,
    [elementId, sealedDomain, keyVersion],
  );
}
