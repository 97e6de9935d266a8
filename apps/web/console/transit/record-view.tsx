/** A gate's signed record: what it says by name, its chip data object by object, and all its bytes. */
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { encodeTlv } from '@octavo/lib/tlv/tlv.ts';
import { decodeTapRecord, type TapRecord } from '@octavo/lib/transit/tap-record.ts';
import { TransitError } from '@octavo/lib/transit/wire.ts';
import { Fragment, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldsOf } from '../explain/fields.ts';
import { createLinkage } from '../explain/linkage.ts';
import { Tree } from '../explain/tree.tsx';
import { useLighting } from '../explain/use-lighting.ts';
import { explainPasted } from '../paste/pasted.ts';
import { ClockText } from './gate-more.tsx';
import '../explain/bytes.css';
import '../explain/tree.css';

/** The record. One that cannot be read shows its bytes alone. */
export function RecordView({ hex }: { readonly hex: string }) {
  const { t } = useTranslation();
  const record = useMemo(() => readRecord(hex), [hex]);
  return (
    <div className="transit-record">
      <div className="transit-record-side">
        {record === undefined ? (
          <p className="transit-zhu">{t('transit.forgedUnreadable')}</p>
        ) : (
          <Fields record={record} />
        )}
        <p className="second">{t('transit.allBytes', { count: hex.length / 2 })}</p>
        <p className="mono transit-bytes">{hex.replaceAll(/(..)/g, '$1 ').trim()}</p>
      </div>
      {record === undefined || record.tags.length === 0 ? null : <ChipData record={record} />}
    </div>
  );
}

function readRecord(hex: string): TapRecord | undefined {
  try {
    return decodeTapRecord(fromHex(hex));
  } catch (error) {
    if (error instanceof TransitError) return undefined;
    throw error;
  }
}

function Fields({ record }: { readonly record: TapRecord }) {
  const { t } = useTranslation();
  const { kind, decision, reason, authentication, list, tariffVersion, previous } = record;
  const rows: readonly (readonly [string, string])[] = [
    [t('transit.recordKind'), `${kind}, ${decision}${reason === '' ? '' : ` ${reason}`}`],
    [t('transit.authentication'), authentication],
    [t('transit.list'), `${list.epoch} / ${list.version}`],
    [t('transit.tariff'), String(tariffVersion)],
    [
      t('transit.hiddenToken'),
      record.credential === undefined ? '–' : toHex(record.credential.hash),
    ],
    [t('transit.previous'), toHex(previous)],
    [t('transit.signature'), toHex(record.signature)],
  ];
  return (
    <dl className="transit-facts">
      <dt className="second">{t('transit.clock')}</dt>
      <dd>
        <ClockText {...record} />
      </dd>
      {rows.map(([name, value]) => (
        <Fragment key={name}>
          <dt className="second">{name}</dt>
          <dd className="mono">{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

const NONE: readonly string[] = [];
const noLinks = (): readonly string[] => NONE;

/** The objects of card and reader, as the explainer reads them. */
function ChipData({ record }: { readonly record: TapRecord }) {
  const { t } = useTranslation();
  const fields = useMemo(() => {
    const pasted = explainPasted(toHex(encodeTlv(record.tags)));
    return pasted.kind === 'read' ? pasted.parts.flatMap(fieldsOf) : [];
  }, [record]);
  const linkage = useMemo(() => createLinkage(), []);
  const { root, handlers } = useLighting({ linkage, fields, causes: NONE });
  return (
    <section ref={root} {...handlers} aria-label={t('transit.chipData')}>
      <p className="second">{t('transit.chipData')}</p>
      <div className="transit-tree">
        <Tree label={t('transit.chipData')} fields={fields} linksOf={noLinks} />
      </div>
    </section>
  );
}
